import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { baseURL, City, forecast, key, models, question, weather } from './setup.mjs';

for (const model of models)
  for (const useResponsesApi of [false, true]) {
    const way = useResponsesApi ? 'responses' : 'chat';
    const llm = new ChatOpenAI({ model, apiKey: key, useResponsesApi, maxRetries: 0, configuration: { baseURL } });

    test(`langchain ${way} → ${model}: text, whole and streamed`, async () => {
      const whole = await llm.invoke(question);
      let text = '';
      for await (const chunk of await llm.stream(question)) text += chunk.text;

      assert.ok(whole.text.length > 0);
      assert.equal(text, whole.text);
      assert.ok(whole.usage_metadata.input_tokens > 0);
    });

    test(`langchain ${way} → ${model}: a tool and its result`, async () => {
      const withTool = llm.bindTools([{ type: 'function', function: weather }]);
      const asked = [new HumanMessage(question)];
      const first = await withTool.invoke(asked);
      assert.equal(first.tool_calls.length, 1);
      assert.equal(first.tool_calls[0].name, weather.name);
      assert.equal(typeof first.tool_calls[0].args.city, 'string');

      const second = await withTool.invoke([...asked, first, new ToolMessage({ content: forecast, tool_call_id: first.tool_calls[0].id })]);
      assert.ok(second.text.length > 0);
    });

    test(`langchain ${way} → ${model}: structured output`, async () => {
      City.parse(await llm.withStructuredOutput(City, { name: 'city', method: 'jsonSchema' }).invoke('Which city?'));
    });
  }
