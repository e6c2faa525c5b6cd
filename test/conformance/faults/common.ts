import { AnswerTooLargeError } from '../../../src/common/http/outbound.service.js';
import { type AnyConnector } from '../bench.js';
import { type Fault } from '../faulty.js';

const of = (make: (sound: AnyConnector) => Readonly<Record<string, unknown>>): Fault => make;

/** For each clause about all connectors, a fault that breaks it. */
export const COMMON_FAULTS: Readonly<Record<string, Fault>> = {
  'where a page of a list is too large, a smaller one is read': of(() => {
    let times = 0;
    const read = async () => {
      if ((times += 1) > 1) throw new AnswerTooLargeError('the page');
      return { items: [] };
    };
    return { listListings: read, observeStock: read };
  }),
  'a webhook with any valid proof is authentic': of(() => ({
    verify: () => ({ authentic: false, reason: 'never' }),
  })),
  'a webhook with an invalid proof, or with none, is not authentic': of((sound) => ({
    // Accepts a webhook without any proof.
    verify: (request: Parameters<AnyConnector['verify']>[0], connection: never) =>
      Object.keys({ ...request.headers, ...request.query }).length === 0 && !request.token
        ? { authentic: true }
        : sound.verify(request, connection),
  })),
  'a proof of one body does not fit another': of((sound) => ({
    // Ignores white space at the end of the body.
    verify: (request: Parameters<AnyConnector['verify']>[0], connection: never) =>
      sound.verify({ ...request, rawBody: Buffer.from(request.rawBody.toString('utf8').trimEnd()) }, connection),
  })),
  'a repeated webhook is the same webhook': of((sound) => {
    let times = 0;
    return {
      decode: (topic: string, rawBody: Buffer) => ({ ...sound.decode(topic, rawBody), receivedAs: (times += 1) }),
    };
  }),
  'the reason of a refused proof reveals nothing about the secret': of((sound) => ({
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
  'whatever a platform answers becomes a result in whole units, or an error that is classified': of((sound) => {
    // Reads what arrived as if it were what was asked for.
    const trusting = (name: string) => ({
      [name]: async (...asked: readonly unknown[]) => {
        const call = (sound as unknown as Record<string, (...asked: readonly unknown[]) => Promise<unknown>>)[name];
        const answer = await call?.apply(sound, [...asked]).catch(() => undefined);
        return (answer as { items: unknown }).items;
      },
    });
    return { ...trusting('listListings'), ...trusting('listProducts') };
  }),
  'every known webhook is decoded': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      const intent = sound.decode(topic, rawBody);
      if (intent.kind === 'orderRef') return { ...intent, orderId: `0${intent.orderId}` };
      return 'sku' in intent && intent.sku !== undefined ? { ...intent, sku: intent.sku.toLowerCase() } : intent;
    },
  })),
  'an unknown webhook is refused with the fields at fault, or ignored': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      try {
        return sound.decode(topic, rawBody);
      } catch {
        return { kind: 'nothing', about: 'whatever' };
      }
    },
  })),
  'any bytes are decoded, ignored or refused': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      JSON.parse(rawBody.toString('utf8'));
      return sound.decode(topic, rawBody);
    },
  })),
  'no personal data is taken from a webhook': of((sound) => ({
    decode: (topic: string, rawBody: Buffer) => {
      const intent = sound.decode(topic, rawBody);
      const { note } = JSON.parse(rawBody.toString('utf8')) as { note?: string };
      return note === undefined ? intent : { ...intent, note };
    },
  })),
  'every error is classified': of((sound) => ({
    classify: (error: unknown) => {
      const remedy = sound.classify(error);
      return remedy.do === 'pause' ? { do: 'retry' } : remedy;
    },
  })),
  'an outage counts against no item and pauses nothing': of((sound) => ({
    classify: (error: unknown) =>
      /no answer/.test(String(error)) ? { do: 'giveUp', reason: 'the item is at fault' } : sound.classify(error),
  })),
  'a sound account passes its check, which changes nothing': of((sound) => ({
    check: async (connection: never) => ({ ...(await sound.check?.(connection)), account: null }),
  })),
  'a check reports what is wrong with an account, with advice': of((sound) => ({
    check: async (connection: never) => ({ ...(await sound.check?.(connection)), findings: [] }),
  })),
  'a check reveals no secret': of((sound) => ({
    check: async (connection: { settings: { apiKey?: string; accessToken?: string } }) => {
      const found = await sound.check?.(connection as never);
      return {
        ...found,
        account: `${found?.account ?? ''} with ${connection.settings.apiKey ?? connection.settings.accessToken ?? ''}`,
      };
    },
  })),
  'an unknown error is retried': of((sound) => ({
    classify: (error: unknown) =>
      error instanceof TypeError ? { do: 'giveUp', reason: 'a fault of the item' } : sound.classify(error),
  })),
  'an error that needs a person comes with an explanation': of((sound) => ({
    classify: (error: unknown) => {
      const remedy = sound.classify(error);
      return 'reason' in remedy ? { ...remedy, reason: 'E007' } : remedy;
    },
  })),
};
