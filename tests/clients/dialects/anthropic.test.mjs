import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { City, forecast, gateway, key, models, question, weather } from './setup.mjs';

const client = new Anthropic({ apiKey: key, baseURL: gateway, maxRetries: 0 });
const tool = { name: weather.name, description: weather.description, input_schema: weather.parameters };
const text = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

for (const model of models) {
  test(`anthropic → ${model}: text and usage`, async () => {
    const answer = await client.messages.create({ model, max_tokens: 500, system: 'Be brief.', messages: [{ role: 'user', content: question }] });

    assert.ok(text(answer).length > 0);
    assert.equal(answer.stop_reason, 'end_turn');
    assert.ok(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0);
  });

  test(`anthropic → ${model}: a stream is the same text`, async () => {
    const whole = await client.messages.create({ model, max_tokens: 500, messages: [{ role: 'user', content: question }] });
    const streamed = await client.messages.stream({ model, max_tokens: 500, messages: [{ role: 'user', content: question }] }).finalMessage();

    assert.equal(text(streamed), text(whole));
    assert.equal(streamed.stop_reason, 'end_turn');
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  });

  for (const stream of [false, true])
    test(`anthropic → ${model}: a tool and its result${stream ? ', streamed' : ''}`, async () => {
      const ask = { model, max_tokens: 2000, messages: [{ role: 'user', content: question }], tools: [tool] };
      const first = stream ? await client.messages.stream(ask).finalMessage() : await client.messages.create(ask);
      const call = first.content.find((block) => block.type === 'tool_use');
      assert.equal(first.stop_reason, 'tool_use');
      assert.equal(call.name, weather.name);
      assert.equal(typeof call.input.city, 'string');

      const second = await client.messages.create({
        ...ask, messages: [...ask.messages, { role: 'assistant', content: first.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: forecast }] }],
      });
      assert.equal(second.stop_reason, 'end_turn');
      assert.ok(text(second).length > 0);
    });

  test(`anthropic → ${model}: structured output`, async () => {
    const answer = await client.messages.parse({ model, max_tokens: 2000, messages: [{ role: 'user', content: 'Which city?' }], output_config: { format: zodOutputFormat(City) } });

    City.parse(answer.parsed_output);
  });

  test(`anthropic → ${model}: tokens are counted`, async () => {
    const { input_tokens: few } = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello' }] });
    const { input_tokens: many } = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello '.repeat(200) }] });

    assert.ok(few > 0 && many >= few + 150);
  });
}

test('anthropic: errors are what its client knows', async () => {
  await assert.rejects(() => new Anthropic({ apiKey: 'sk-nobody', baseURL: gateway, maxRetries: 0 }).messages.create({ model: models[0], max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }), Anthropic.AuthenticationError);
  await assert.rejects(() => client.messages.create({ model: 'no-such-model', max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }), Anthropic.NotFoundError);
  await assert.rejects(() => client.messages.create({ model: models[0], max_tokens: 0, messages: [{ role: 'user', content: 'x' }] }), (error) => error instanceof Anthropic.BadRequestError && error.error.error.type === 'invalid_request_error');
});
