import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';

const need = (name) => process.env[name] ?? (() => { throw new Error(`${name} is not set: run these tests through dotnet test, or see README.md`); })();

/** The gateway's address without a path. */
export const gateway = need('GATEWAY_URL');
/** The scripted upstream's address; its /__stats tell who left. */
export const upstream = need('UPSTREAM_URL');
/** A key that may use every model. */
export const key = need('GATEWAY_KEY');
/** A key that may not use the model `secret`. */
export const narrowKey = need('GATEWAY_NARROW_KEY');

export const client = (apiKey = key, options = {}) => new OpenAI({ apiKey, baseURL: `${gateway}/v1`, maxRetries: 0, ...options });

/** A message that tells the scripted upstream how to answer. */
export const script = (what) => [{ role: 'user', content: JSON.stringify({ script: what }) }];

export const newCase = (name) => `${name}-${randomUUID()}`;

/** A question that the scripted upstream and the demo model both answer. */
export const question = [{ role: 'user', content: 'How is the weather in Madrid?' }];

export const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
};

/** Polls until `condition` holds, for at most `within` milliseconds. */
export async function eventually(condition, within, what) {
  const end = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const upstreamStats = async () => (await fetch(`${upstream}/__stats`)).json();
