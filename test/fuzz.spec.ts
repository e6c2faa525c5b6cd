import fc from 'fast-check';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runApp, type RunningApp } from './support/running-app.js';

/** Requests to each route; `.ci/long` sends more. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 12);
/** Change it for other requests; a failure shows it. */
const SEED = Number(process.env.TEST_SEED ?? 20_251_216);
/** Far beyond a busy machine; a pattern that backtracks takes minutes. */
const LONGEST_FREEZE_MS = 2_000 * Number(process.env.TEST_PATIENCE ?? 1);
const KEY = { 'x-api-key': 'ops-0123456789abcdef', 'x-falabella-signature': 'test-webhook-secret' };
const START_LIMIT_MS = 60_000;
const LONGEST_ANSWER = 256 * 1024;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Texts that break careless readers: of numbers, dates, paths, queries, patterns and sheets. */
const TEXTS = fc.constantFrom(
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  '9'.repeat(400),
  'NaN',
  '275760-09-14T00:00:00Z',
  '2026-02-30',
  '__proto__',
  'constructor',
  '$where',
  '{"$gt":""}',
  '../../etc/passwd',
  '%2e%2e%2f',
  '\u0000',
  '\u202Eabc',
  'ﷺ'.repeat(50),
  'a'.repeat(5_000),
  '('.repeat(500),
  `${'a'.repeat(2_000)}!`,
  ' \t'.repeat(2_000),
  '=cmd|A1',
  'PROD-001',
  'main',
  'falabella',
);
const ANYTHING = fc.oneof(
  TEXTS,
  fc.constantFrom(null, true, false, 0, -1, 0.1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], [null], { $gt: '' }),
  fc.jsonValue({ maxDepth: 3 }),
);

let running: RunningApp;
let document: ApiDocument;

beforeAll(async () => {
  running = await runApp('fuzz', {
    API_KEYS: 'ops:ops-0123456789abcdef',
    FALABELLA_WEBHOOK_SECRET: 'test-webhook-secret',
    CREDENTIALS_KEYS: `a:${Buffer.alloc(32, 7).toString('base64')}`,
  });
  document = (await (await fetch(`${running.url}/docs-json`, { headers: KEY })).json()) as ApiDocument;
}, START_LIMIT_MS);
afterAll(() => running?.stop(), START_LIMIT_MS);

/** Bodies that are nearly right: the known fields, each with a value of its own kind or with anything. */
function bodyOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const name = schema.$ref?.split('/').at(-1);
  const known = name === undefined ? schema : (document.components.schemas[name] ?? {});
  const options: fc.Arbitrary<unknown>[] = [ANYTHING];
  if (known.example !== undefined) options.push(fc.constant(known.example), fc.constant(known.example));
  if (known.enum) options.push(fc.constantFrom(...known.enum));
  if (known.items && depth < 4) options.push(fc.array(bodyOf(known.items, depth + 1), { maxLength: 5 }));
  if (known.properties && depth < 4) {
    const fields = Object.entries(known.properties).map(([field, of]) => [field, bodyOf(of, depth + 1)] as const);
    const record = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    options.push(record, record, record);
  }
  return fc.oneof(...options);
}

function requestTo(path: string, { parameters = [], requestBody }: Operation) {
  const [content] = Object.values(requestBody?.content ?? {});
  const names = (kind: string) => parameters.filter((one) => one.in === kind).map(({ name }) => name);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const texts = (of: readonly string[], requiredKeys: string[]) =>
    fc.record(Object.fromEntries(of.map((name) => [name, TEXTS])), { requiredKeys });
  return fc.record({
    path: texts(inPath, [...inPath]),
    query: fc.oneof(texts(names('query'), []), fc.dictionary(fc.string({ maxLength: 10 }), TEXTS, { maxKeys: 3 })),
    body: content ? bodyOf(content.schema) : ANYTHING,
    bytes: fc.option(fc.oneof(TEXTS, fc.constantFrom('{"a":', '['.repeat(20_000), '{"a":'.repeat(5_000))), { freq: 6 }),
    key: fc.option(fc.oneof({ arbitrary: TEXTS, weight: 1 }), { freq: 2 }),
  });
}

async function isFair(method: string, template: string, operation: Operation, seed: number): Promise<void> {
  for (const request of fc.sample(requestTo(template, operation), { seed, numRuns: ROUNDS })) {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(wellFormed(request.path[name])),
    );
    const query = new URLSearchParams(
      Object.entries(request.query).map(([name, text]): [string, string] => [name, wellFormed(text)]),
    );
    const body = request.bytes ?? JSON.stringify(request.body);
    const answer = await fetch(`${running.url}${path}?${query.toString()}`, {
      method,
      headers: {
        ...KEY,
        'content-type': 'application/json',
        'idempotency-key': encodeURIComponent(String(request.key)).slice(0, 300),
      },
      ...(method !== 'GET' && { body }),
      redirect: 'manual',
    });
    const text = await answer.text();
    const about = { seed: SEED, method, path, query: query.toString().slice(0, 300), body: body.slice(0, 500) };
    const isFault = answer.status >= 500 && !(answer.status === 503 && text.includes('/problems/unavailable'));
    expect({ ...about, fault: isFault ? `${answer.status} ${text}` : '' }).toEqual({ ...about, fault: '' });
    if (answer.status >= 400)
      expect([about, answer.headers.get('content-type')]).toEqual([
        about,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
    expect([about, text.length <= LONGEST_ANSWER, /node_modules|\.ts:\d/.test(text)]).toEqual([about, true, false]);
  }
}

/** Without halves of surrogate pairs, which no address can hold. */
function wellFormed(text: string | undefined): string {
  return Buffer.from(text ?? '').toString() || 'x';
}

it(
  `whatever is sent to a route is answered, shortly and without a fault of ours (TEST_SEED=${SEED})`,
  async () => {
    const loop = monitorEventLoopDelay({ resolution: 20 });
    loop.enable();
    let seed = SEED;
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations))
        await isFair(method.toUpperCase(), path, operation, seed++);
    loop.disable();
    expect(loop.max / 1e6).toBeLessThan(LONGEST_FREEZE_MS);
  },
  300_000 * Number(process.env.TEST_PATIENCE ?? 1),
);
