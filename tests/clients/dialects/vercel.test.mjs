import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { baseURL, City, forecast, key, models, question, weather } from './setup.mjs';

const openai = createOpenAI({ baseURL, apiKey: key });
const anthropic = createAnthropic({ baseURL, apiKey: key });
const ways = { chat: (model) => openai.chat(model), responses: (model) => openai.responses(model), messages: (model) => anthropic(model) };

const tools = (asked) => ({
  [weather.name]: tool({
    description: weather.description,
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      asked.push(city);
      return JSON.parse(forecast);
    },
  }),
});

for (const model of models)
  for (const [way, at] of Object.entries(ways)) {
    const common = { model: at(model), maxRetries: 0 };

    test(`vercel ${way} → ${model}: text, whole and streamed`, async () => {
      const whole = await generateText({ ...common, system: 'Be brief.', prompt: question });
      const streamed = streamText({ ...common, system: 'Be brief.', prompt: question });
      let text = '';
      for await (const delta of streamed.textStream) text += delta;

      assert.ok(whole.text.length > 0);
      assert.equal(text, whole.text);
      assert.equal(await streamed.finishReason, 'stop');
      assert.ok(whole.usage.inputTokens > 0 && whole.usage.outputTokens > 0);
    });

    test(`vercel ${way} → ${model}: an agent calls its tool and goes on`, async () => {
      for (const streams of [false, true]) {
        const asked = [];
        const ask = { ...common, prompt: question, tools: tools(asked), stopWhen: stepCountIs(3) };
        let steps;
        let text = '';
        if (streams) {
          const streamed = streamText(ask);
          for await (const delta of streamed.textStream) text += delta;
          steps = await streamed.steps;
        } else {
          ({ steps, text } = await generateText(ask));
        }

        assert.equal(asked.length, 1);
        assert.equal(steps.length, 2);
        assert.ok(text.length > 0);
      }
    });

    // In front of a model it does not know, Vercel's Anthropic provider forces a tool for this.
    const skip = way === 'messages' && model.startsWith('ollama') ? 'Ollama cannot be made to call a tool' : false;
    test(`vercel ${way} → ${model}: structured output`, { skip }, async () => {
      const { object } = await generateObject({ ...common, schema: City, prompt: 'Which city?' });

      City.parse(object);
    });
  }
