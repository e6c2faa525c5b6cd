import { topicsOf } from '../../../src/connectors/webhook-route.js';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError, NotFoundError } from '../../../src/common/errors.js';
import { type WebhookIntent, type WebhookRequest } from '../../../src/connectors/contract.js';
import { bytes, type Bench, type Proof } from '../bench.js';
import { clause, textOf, type Clause } from '../clause.js';

const PERSON = 'ana.perez@example.com';

function request(topic: string, rawBody: Buffer, { headers = {}, query = {}, token }: Proof = {}): WebhookRequest {
  return { topic, rawBody, headers, query, ...(token !== undefined && { token }) };
}

function authentic({ connector, connection }: Bench, asked: WebhookRequest): boolean {
  return connector.verify(asked, connection).authentic;
}

/** A body with personal data added to every object. */
function withPerson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPerson);
  if (typeof value !== 'object' || value === null) return value;
  const rest = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPerson(inner)]));
  return { ...rest, customer: { name: PERSON, email: PERSON }, note: PERSON };
}

/** The intent, or an error that the sender may see. */
function decoded({ connector }: Bench, topic: string, rawBody: Buffer): WebhookIntent | Error {
  try {
    return connector.decode(topic, rawBody);
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof NotFoundError) return error;
    throw new Error(`an error that the sender is not meant to see: ${textOf(error)}`);
  }
}

export const webhookClauses: readonly Clause[] = [
  clause('a webhook with any valid proof is authentic', async (bench) => {
    for (const { topic, body } of bench.webhooks) {
      const proofs = bench.proofs.good(topic, bytes(body));
      expect(proofs.length).toBeGreaterThan(0);
      for (const proof of proofs)
        expect({ topic, authentic: authentic(bench, request(topic, bytes(body), proof)) }).toEqual({
          topic,
          authentic: true,
        });
    }
  }),

  clause('a webhook with an invalid proof, or with none, is not authentic', async (bench) => {
    for (const { topic, body } of bench.webhooks) {
      const bad = [{ what: 'none at all' }, ...bench.proofs.bad(topic, bytes(body))];
      for (const { what, ...proof } of bad)
        expect({ topic, what, authentic: authentic(bench, request(topic, bytes(body), proof)) }).toEqual({
          topic,
          what,
          authentic: false,
        });
    }
  }),

  clause('a proof of one body does not fit another', async (bench) => {
    for (const { topic, body } of bench.webhooks) {
      const other = Buffer.concat([bytes(body), Buffer.from(' ')]);
      for (const proof of bench.proofs.ofBody(topic, bytes(body)))
        expect({ topic, authentic: authentic(bench, request(topic, other, proof)) }).toEqual({
          topic,
          authentic: false,
        });
    }
  }),

  clause('a repeated webhook is the same webhook', async (bench) => {
    for (const { topic, body } of bench.webhooks) {
      const [proof] = bench.proofs.good(topic, bytes(body));
      const once = request(topic, bytes(body), proof);
      const intents = [1, 2].map(() => (authentic(bench, once) ? bench.connector.decode(topic, once.rawBody) : null));
      expect(intents[0]).not.toBeNull();
      expect(intents[1]).toEqual(intents[0]);
    }
  }),

  clause('the reason of a refused proof reveals nothing about the secret', async (bench) => {
    for (const { topic, body } of bench.webhooks) {
      for (const proof of [{}, ...bench.proofs.bad(topic, bytes(body))]) {
        const verdict = JSON.stringify(bench.connector.verify(request(topic, bytes(body), proof), bench.connection));
        for (const secret of bench.secrets) expect(verdict).not.toContain(secret);
      }
    }
  }),

  clause('every known webhook is decoded', async (bench) => {
    expect(new Set(bench.webhooks.map(({ topic }) => topic))).toEqual(
      new Set(topicsOf(bench.connector.manifest.webhooks)),
    );
    for (const { topic, body, intent: intent } of bench.webhooks)
      expect(bench.connector.decode(topic, bytes(body))).toEqual(intent);
  }),

  clause('an unknown webhook is refused with the fields at fault, or ignored', async (bench) => {
    expect(bench.unknown.length).toBeGreaterThan(0);
    for (const { what, topic, body, becomes } of bench.unknown) {
      const result = decoded(bench, topic, bytes(body));
      if (becomes === 'nothing')
        expect({ what, result }).toEqual({ what, result: expect.objectContaining({ kind: 'nothing' }) });
      else
        expect({ what, fields: result instanceof InvalidInputError ? result.fields.length > 0 : result }).toEqual({
          what,
          fields: true,
        });
    }
  }),

  clause('any bytes are decoded, ignored or refused', async (bench) => {
    for (const topic of topicsOf(bench.connector.manifest.webhooks)) {
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.json({ maxDepth: 3 })), (raw) => {
          expect(decoded(bench, topic, Buffer.from(raw as string))).toBeDefined();
        }),
        { numRuns: 60 },
      );
    }
  }),

  clause('no personal data is taken from a webhook', async (bench) => {
    for (const { topic, body, intent: intent } of bench.webhooks) {
      const result = decoded(bench, topic, bytes(withPerson(body)));
      expect(result).toEqual(intent);
      const broken = decoded(bench, topic, bytes({ [PERSON]: PERSON, ...(withPerson({}) as object) }));
      expect(broken instanceof Error ? broken.message : JSON.stringify(broken)).not.toContain(PERSON);
    }
  }),
];
