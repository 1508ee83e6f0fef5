import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { client, question, script, weather } from './client.mjs';

for (const model of ['fast', 'demo']) {
  test(`${model}: a chat is answered with text, finish reason and usage`, async () => {
    const answer = await client().chat.completions.create({ model, messages: question });

    assert.ok(answer.choices[0].message.content.length > 0);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.usage.prompt_tokens > 0);
    assert.ok(answer.usage.completion_tokens > 0);
  });

  test(`${model}: withResponse shows the gateway's headers`, async () => {
    const { data, response, request_id } = await client().chat.completions.create({ model, messages: question }).withResponse();

    assert.ok(data.id);
    assert.ok(request_id);
    assert.equal(response.headers.get('x-request-id'), request_id);
    assert.equal(response.headers.get('x-gateway-model'), model);
    assert.match(response.headers.get('x-gateway-target'), /^(up|demo)\//);
    assert.equal(response.headers.get('x-gateway-attempts'), '1');
    assert.match(response.headers.get('x-gateway-cost-usd'), /^\d+(\.\d+)?$/);
  });

  test(`${model}: a stream arrives in pieces, without usage unless asked for`, async () => {
    let text = '';
    let pieces = 0;
    const finishes = [];
    for await (const chunk of await client().chat.completions.create({ model, messages: question, stream: true })) {
      assert.equal(chunk.choices.length, 1, 'the usage chunk was not asked for');
      assert.ok(!chunk.usage);
      text += chunk.choices[0].delta.content ?? '';
      if (chunk.choices[0].delta.content) pieces++;
      if (chunk.choices[0].finish_reason) finishes.push(chunk.choices[0].finish_reason);
    }

    assert.ok(text.length > 0);
    assert.ok(pieces > 1);
    assert.deepEqual(finishes, ['stop']);
  });

  test(`${model}: a stream that was asked for its usage ends with it, priced`, async () => {
    const usages = [];
    for await (const chunk of await client().chat.completions.create({ model, messages: question, stream: true, stream_options: { include_usage: true } }))
      if (chunk.usage) usages.push(chunk.usage);

    assert.equal(usages.length, 1);
    assert.ok(usages[0].completion_tokens > 0);
    assert.ok(usages[0].cost_usd !== undefined, 'cost_usd stands in the final usage chunk');
  });

  test(`${model}: the stream helper adds the chunks up`, async () => {
    const stream = client().chat.completions.stream({ model, messages: question });
    const deltas = [];
    stream.on('content', (delta) => deltas.push(delta));
    const content = await stream.finalContent();

    assert.ok(deltas.length > 1);
    assert.equal(content, deltas.join(''));
  });

  test(`${model}: a tool is called with arguments that are JSON`, async () => {
    const answer = await client().chat.completions.create({ model, messages: question, tools: [weather] });

    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    const call = answer.choices[0].message.tool_calls[0];
    assert.equal(call.function.name, 'get_weather');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
  });

  test(`${model}: streamed tool arguments add up to JSON`, async () => {
    const stream = client().chat.completions.stream({ model, messages: question, tools: [weather] });
    const finished = [];
    stream.on('tool_calls.function.arguments.done', (event) => finished.push(event));
    const completion = await stream.finalChatCompletion();

    assert.equal(completion.choices[0].finish_reason, 'tool_calls');
    assert.equal(finished.length, 1);
    assert.equal(finished[0].name, 'get_weather');
    assert.equal(typeof JSON.parse(finished[0].arguments).city, 'string');
  });

  test(`${model}: the tool runner calls the function and gets the answer`, async () => {
    const asked = [];
    const runner = client().chat.completions.runTools({
      model,
      messages: question,
      tools: [{
        type: 'function',
        function: {
          ...weather.function,
          parse: JSON.parse,
          function: ({ city }) => {
            asked.push(city);
            return '22 degrees';
          },
        },
      }],
    });

    assert.ok((await runner.finalContent()).length > 0);
    assert.equal(asked.length, 1);
    assert.equal(typeof asked[0], 'string');
  });

  test(`${model}: a structured output is parsed by its schema`, async () => {
    const City = z.object({ name: z.string(), population: z.number().int() });
    const messages = model === 'demo' ? question : script({ text: '{"name":"Madrid","population":3300000}' });
    const completion = await client().chat.completions.parse({ model, messages, response_format: zodResponseFormat(City, 'city') });

    const city = completion.choices[0].message.parsed;
    assert.equal(typeof city.name, 'string');
    assert.ok(Number.isInteger(city.population));
  });
}

for (const [model, format] of [['embed', undefined], ['embed', 'float'], ['embed', 'base64'], ['demo', undefined], ['demo', 'float']]) {
  test(`${model}: embeddings as ${format ?? 'the client likes'} come one for each input`, async () => {
    const answer = await client().embeddings.create({ model, input: ['one', 'two'], ...(format ? { encoding_format: format } : {}) });

    assert.deepEqual(answer.data.map((d) => d.index), [0, 1]);
    assert.ok(answer.data[0].embedding.length > 0);
    assert.ok(answer.usage.prompt_tokens > 0);
  });
}

test('a text completion is answered, whole and streamed', async () => {
  const prompt = JSON.stringify({ script: { text: 'one two three' } });
  const answer = await client().completions.create({ model: 'fast', prompt });
  assert.equal(answer.choices[0].text, 'one two three');

  let text = '';
  for await (const chunk of await client().completions.create({ model: 'fast', prompt, stream: true })) text += chunk.choices[0].text;
  assert.equal(text, 'one two three');
});

test('models are listed and found by name', async () => {
  const names = [];
  for await (const model of client().models.list()) names.push(model.id);
  for (const name of ['fast', 'demo', 'embed']) assert.ok(names.includes(name), `${name} in ${names}`);
  assert.equal((await client().models.retrieve('fast')).id, 'fast');
});
