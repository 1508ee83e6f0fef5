import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { baseURL, City, forecast, key, models, question, weather } from './setup.mjs';

const client = new OpenAI({ apiKey: key, baseURL, maxRetries: 0 });
const chatTool = { type: 'function', function: weather };
const responseTool = { type: 'function', strict: true, ...weather };

for (const model of models) {
  test(`openai chat → ${model}: text and usage`, async () => {
    const answer = await client.chat.completions.create({ model, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: question }] });

    assert.ok(answer.choices[0].message.content.length > 0);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
  });

  test(`openai chat → ${model}: a stream is the same text`, async () => {
    const whole = await client.chat.completions.create({ model, messages: [{ role: 'user', content: question }] });
    const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: question }], stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();

    assert.equal(streamed.choices[0].message.content, whole.choices[0].message.content);
    assert.equal(streamed.choices[0].finish_reason, 'stop');
    assert.equal(streamed.usage.completion_tokens, whole.usage.completion_tokens);
  });

  for (const stream of [false, true])
    test(`openai chat → ${model}: a tool and its result${stream ? ', streamed' : ''}`, async () => {
      const ask = { model, messages: [{ role: 'user', content: question }], tools: [chatTool] };
      const first = stream ? await client.chat.completions.stream(ask).finalChatCompletion() : await client.chat.completions.create(ask);
      const call = first.choices[0].message.tool_calls[0];
      assert.equal(first.choices[0].finish_reason, 'tool_calls');
      assert.equal(call.function.name, weather.name);
      assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');

      const second = await client.chat.completions.create({ ...ask, messages: [...ask.messages, first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: forecast }] });
      assert.equal(second.choices[0].finish_reason, 'stop');
      assert.ok(second.choices[0].message.content.length > 0);
    });

  test(`openai chat → ${model}: structured output`, async () => {
    const answer = await client.chat.completions.parse({ model, messages: [{ role: 'user', content: 'Which city?' }], response_format: zodResponseFormat(City, 'city') });

    City.parse(answer.choices[0].message.parsed);
  });

  test(`openai responses → ${model}: text and usage`, async () => {
    const answer = await client.responses.create({ model, instructions: 'Be brief.', input: question });

    assert.equal(answer.status, 'completed');
    assert.ok(answer.output_text.length > 0);
    assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
  });

  test(`openai responses → ${model}: a stream is the same text`, async () => {
    const whole = await client.responses.create({ model, input: question });
    const types = [];
    const stream = client.responses.stream({ model, input: question });
    stream.on('event', (event) => types.push(event.type));
    const streamed = await stream.finalResponse();

    assert.equal(streamed.output_text, whole.output_text);
    assert.equal(types[0], 'response.created');
    assert.equal(types.at(-1), 'response.completed');
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  });

  for (const stream of [false, true])
    test(`openai responses → ${model}: a tool and its result${stream ? ', streamed' : ''}`, async () => {
      const ask = { model, input: [{ role: 'user', content: question }], tools: [responseTool], store: false, include: ['reasoning.encrypted_content'] };
      const first = stream ? await client.responses.stream(ask).finalResponse() : await client.responses.create(ask);
      const call = first.output.find((item) => item.type === 'function_call');
      assert.equal(call.name, weather.name);
      assert.equal(typeof JSON.parse(call.arguments).city, 'string');

      const second = await client.responses.create({ ...ask, input: [...ask.input, ...first.output, { type: 'function_call_output', call_id: call.call_id, output: forecast }] });
      assert.equal(second.status, 'completed');
      assert.ok(second.output_text.length > 0);
    });

  test(`openai responses → ${model}: structured output`, async () => {
    const answer = await client.responses.parse({ model, input: 'Which city?', text: { format: zodTextFormat(City, 'city') } });

    City.parse(answer.output_parsed);
  });
}
