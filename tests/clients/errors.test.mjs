import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { client, eventually, key, narrowKey, newCase, question, script, upstreamStats } from './client.mjs';

const failures = [
  ['a missing field', OpenAI.BadRequestError, 400, null, 'messages', (c) => c.chat.completions.create({ model: 'fast' })],
  ['an upstream\'s 400', OpenAI.BadRequestError, 400, undefined, undefined, (c) => c.chat.completions.create({ model: 'fast', messages: script({ status: 400 }) })],
  ['an unknown key', OpenAI.AuthenticationError, 401, 'invalid_api_key', null, () => client('sk-nobody').chat.completions.create({ model: 'fast', messages: question })],
  ['a model the key may not use', OpenAI.PermissionDeniedError, 403, 'model_not_allowed', 'model', () => client(narrowKey).chat.completions.create({ model: 'secret', messages: question })],
  ['an unknown model', OpenAI.NotFoundError, 404, 'model_not_found', 'model', (c) => c.chat.completions.create({ model: 'no-such-model', messages: question })],
  ['an unknown model by its own page', OpenAI.NotFoundError, 404, 'model_not_found', undefined, (c) => c.models.retrieve('no-such-model')],
  ['an upstream\'s 422', OpenAI.UnprocessableEntityError, 422, undefined, undefined, (c) => c.chat.completions.create({ model: 'fast', messages: script({ status: 422 }) })],
  ['an upstream\'s 429', OpenAI.RateLimitError, 429, undefined, undefined, (c) => c.chat.completions.create({ model: 'fast', messages: script({ status: 429, headers: { 'retry-after': '3' } }) })],
  ['an upstream\'s 500', OpenAI.InternalServerError, 502, 'bad_upstream', undefined, (c) => c.chat.completions.create({ model: 'fast', messages: script({ status: 500 }) })],
  ['an upstream that is down', OpenAI.InternalServerError, 502, 'bad_upstream', undefined, (c) => c.chat.completions.create({ model: 'dead', messages: question })],
  ['an upstream that is silent', OpenAI.InternalServerError, 504, 'upstream_timeout', undefined, (c) => c.chat.completions.create({ model: 'fast', messages: script({ stall: 'Headers' }) })],
];

for (const [why, type, status, code, param, call] of failures) {
  test(`${why} is a ${type.name}`, async () => {
    await assert.rejects(call(client()), (error) => {
      assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.status, status);
      if (code !== undefined) assert.equal(error.code, code);
      if (param !== undefined) assert.equal(error.param, param);
      assert.ok(error.message.length > 0);
      assert.ok(error.requestID, 'an error carries its request id');
      if (status === 429) assert.equal(error.headers.get('retry-after'), '3');
      return true;
    });
  });
}

test('retry-after is obeyed by the client', async () => {
  const started = performance.now();
  const answer = await client(key, { maxRetries: 1 }).chat.completions.create({
    model: 'fast',
    messages: script({ case: newCase('npm-retry'), status: 429, fail_first: 1, headers: { 'retry-after': '2' } }),
  });

  assert.ok(answer.choices[0].message.content);
  assert.ok(performance.now() - started >= 1900, `retried after ${performance.now() - started} ms`);
});

test('a stream that breaks is an error and not an end', async () => {
  const stream = await client().chat.completions.create({ model: 'fast', stream: true, messages: script({ chunks: 5, after: 2, cut: 'Fin' }) });
  let pieces = 0;
  await assert.rejects(async () => {
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) pieces++;
  });
  assert.equal(pieces, 2);
});

test('an aborted stream reaches the upstream within a second', async () => {
  const name = newCase('npm-abort');
  const controller = new AbortController();
  const stream = await client().chat.completions.create(
    { model: 'fast', stream: true, messages: script({ case: name, stall: 'Middle', after: 2, chunks: 50, usage: 'Every' }) },
    { signal: controller.signal },
  );
  let pieces = 0;
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content && ++pieces === 2) controller.abort();

  await eventually(async () => (await upstreamStats()).aborts.some((a) => a.case === name), 1000, 'the upstream to see its client leave');
});

test('an aborted request is an APIUserAbortError', async () => {
  const controller = new AbortController();
  const call = client().chat.completions.create({ model: 'fast', messages: script({ stall: 'Headers' }) }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(call, OpenAI.APIUserAbortError);
});
