import { type AnyConnector } from '../bench.js';
import { type Fault } from '../faulty.js';

const of = (make: (sound: AnyConnector) => Readonly<Record<string, unknown>>): Fault => make;

/** For each clause about all connectors, a fault that breaks it. */
export const COMMON_FAULTS: Readonly<Record<string, Fault>> = {
  'a webhook with a good proof is authentic, by every way of proving it': of(() => ({
    verify: () => ({ authentic: false, reason: 'never' }),
  })),
  'a webhook with a bad proof, or with none, is not authentic': of((sound) => ({
    // Accepts a webhook without any proof.
    verify: (request: Parameters<AnyConnector['verify']>[0], connection: never) =>
      Object.keys({ ...request.headers, ...request.query }).length === 0 && !request.token
        ? { authentic: true }
        : sound.verify(request, connection),
  })),
  'a proof of one body is none of another': of((sound) => ({
    // Ignores white space at the end of the body.
    verify: (request: Parameters<AnyConnector['verify']>[0], connection: never) =>
      sound.verify({ ...request, rawBody: Buffer.from(request.rawBody.toString('utf8').trimEnd()) }, connection),
  })),
  'a webhook that is sent again is the same webhook': of((sound) => {
    let times = 0;
    return {
      decode: (topic: string, rawBody: Buffer) => ({ ...sound.decode(topic, rawBody), receivedAs: (times += 1) }),
    };
  }),
  'what is wrong with a proof says nothing about the secret': of((sound) => ({
    verify: (
      request: Parameters<AnyConnector['verify']>[0],
      connection: { settings: { webhookSecret?: string; clientSecret?: string } },
    ) => {
      const verdict = sound.verify(request, connection as never);
      return verdict.authentic
        ? verdict
        : { ...verdict, reason: `expected ${connection.settings.webhookSecret ?? connection.settings.clientSecret}` };
    },
  })),
  'every known webhook is understood': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      const intent = sound.decode(topic, rawBody);
      if (intent.kind === 'orderRef') return { ...intent, orderId: `0${intent.orderId}` };
      return 'sku' in intent && intent.sku !== undefined ? { ...intent, sku: intent.sku.toLowerCase() } : intent;
    },
  })),
  'an unknown webhook is refused with the fields at fault, or passed over': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      try {
        return sound.decode(topic, rawBody);
      } catch {
        return { kind: 'nothing', about: 'whatever' };
      }
    },
  })),
  'any bytes at all are understood, passed over or refused': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      JSON.parse(rawBody.toString('utf8'));
      return sound.decode(topic, rawBody);
    },
  })),
  'nothing about a person is taken over from a webhook': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      const intent = sound.decode(topic, rawBody);
      const { note } = JSON.parse(rawBody.toString('utf8')) as { note?: string };
      return note === undefined ? intent : { ...intent, note };
    },
  })),
  'every error has its class': of((sound) => ({
    classify: (error: unknown) => {
      const remedy = sound.classify(error);
      return remedy.do === 'pause' ? { do: 'retry' } : remedy;
    },
  })),
  'an outage blames no item and pauses nothing': of((sound) => ({
    classify: (error: unknown) =>
      /no answer/.test(String(error)) ? { do: 'giveUp', reason: 'the item is at fault' } : sound.classify(error),
  })),
  'a sound account passes its check, and nothing is changed by it': of((sound) => ({
    check: async (connection: never) => ({ ...(await sound.check?.(connection)), account: null }),
  })),
  'what is wrong with an account is found, and said with what to do about it': of((sound) => ({
    check: async (connection: never) => ({ ...(await sound.check?.(connection)), findings: [] }),
  })),
  'a check tells nothing that is secret': of((sound) => ({
    check: async (connection: { settings: { apiKey?: string; accessToken?: string } }) => {
      const found = await sound.check?.(connection as never);
      return {
        ...found,
        account: `${found?.account ?? ''} with ${connection.settings.apiKey ?? connection.settings.accessToken ?? ''}`,
      };
    },
  })),
  'an error of nobody is tried again': of((sound) => ({
    classify: (error: unknown) =>
      error instanceof TypeError ? { do: 'giveUp', reason: 'a fault of the item' } : sound.classify(error),
  })),
  'what a person must mend is said in words': of((sound) => ({
    classify: (error: unknown) => {
      const remedy = sound.classify(error);
      return 'reason' in remedy ? { ...remedy, reason: 'E007' } : remedy;
    },
  })),
};
