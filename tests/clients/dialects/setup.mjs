import { z } from 'zod';

const need = (name) => process.env[name] ?? (() => { throw new Error(`${name} is not set: run these tests through dotnet test, or see README.md`); })();

/** The gateway's address without a path. */
export const gateway = need('GATEWAY_URL');
export const key = need('GATEWAY_KEY');
/** One model for each dialect that an upstream can have. */
export const models = need('GATEWAY_MODELS').split(',');

export const baseURL = `${gateway}/v1`;

/** The demo model calls a tool that it is offered, and answers when it has the result. */
export const question = 'How is the weather in Madrid?';

export const weather = {
  name: 'get_weather',
  description: 'Current weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
};

export const forecast = '{"temperature":22,"unit":"celsius"}';

export const City = z.object({ name: z.string(), inhabitants: z.number().int(), coastal: z.boolean() });
