import { Controller, Get, Post } from '@nestjs/common';
import { connect } from 'node:net';
import { LOGGED_PER_CLIENT } from '../src/auth-failures/failure-limits.js';
import { FailureWatch } from '../src/auth-failures/failure-watch.service.js';
import { currentRequestRecord } from '../src/common/context.js';
import { LogAction } from '../src/common/interceptors/log-action.decorator.js';
import { LogSink } from '../src/common/log-sink.js';
import { type LogItem, type LogItemPage } from '../src/views/logs/log-item.dto.js';
import { runApp, until, type RunningApp } from './support/running-app.js';

const OPS = { 'x-api-key': 'ops-0123456789abcdef' };
const READER = { authorization: 'Bearer reader-0123456789abcdef' };
const JSON_TYPE = { 'content-type': 'application/json' };

let held: () => void = () => undefined;

/** Provokes errors that no request can provoke on the product's own routes. */
@Controller('probe')
class ProbeController {
  constructor(private readonly logs: LogSink) {}

  @Post('work')
  @LogAction('probe.work')
  work(): { done: true } {
    const record = currentRequestRecord();
    record?.step('received');
    record?.step('stored');
    record?.orderIds.push('FAL-1', 'FAL-2');
    record?.productSkus.push('PROD-001');
    this.logs.write({ service: 'odoo', action: 'probe.inner', status: 'success', duration: 1 });
    return { done: true };
  }

  @Get('fault')
  fault(): never {
    throw new Error('the password of db-7 is hunter2');
  }

  @Get('held')
  @LogAction('probe.held')
  held(): Promise<void> {
    return new Promise((resolve) => {
      held = resolve;
    });
  }
}

/** A start creates every index, which takes its time on a busy machine. */
const START_LIMIT_MS = 60_000;

let running: RunningApp;

beforeAll(async () => {
  running = await runApp(
    'api',
    {
      API_KEYS: 'ops:ops-0123456789abcdef,reader:reader-0123456789abcdef:read',
      FALABELLA_WEBHOOK_SECRET: 'test-webhook-secret',
    },
    { controllers: [ProbeController] },
  );
}, START_LIMIT_MS);

afterAll(() => running?.stop(), START_LIMIT_MS);

const ask = (path: string, init: RequestInit = {}) => fetch(`${running.url}${path}`, init);

async function logsOf(filter: string): Promise<LogItem[]> {
  const answer = await ask(`/logs?limit=200&${filter}`, { headers: OPS });
  return ((await answer.json()) as LogItemPage).items;
}

describe('public routes', () => {
  it('serve the service card', async () => {
    const answer = await ask('/');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      service: 'stock-orchestrator',
      version: expect.any(String) as string,
      uptime: expect.any(Number) as number,
    });
  });

  it('serve health, with every part up', async () => {
    const answer = await ask('/health');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      details: { database: { status: 'up' }, redis: { status: 'up' }, backlog: { status: 'up' } },
    });
    for (const path of ['/health/live', '/health/ready']) expect((await ask(path)).status).toBe(200);
  });

  it('are the only ones without a key', async () => {
    for (const path of ['/logs', '/logs/order/FAL-1', '/erp/stock/PROD-001', '/docs-json'])
      expect((await ask(path)).status).toBe(401);
  });
});

describe('API keys', () => {
  it('that are read-only cannot write', async () => {
    expect((await ask('/logs', { headers: READER })).status).toBe(200);
    expect((await ask('/probe/work', { method: 'POST', headers: READER })).status).toBe(403);
    expect((await ask('/probe/work', { method: 'POST', headers: OPS })).status).toBe(201);
  });

  it('open the API document, which describes keys and problems', async () => {
    const document = (await (await ask('/docs-json', { headers: READER })).json()) as {
      paths: Record<string, Record<string, { security?: unknown; responses: Record<string, unknown> }>>;
      components: { securitySchemes: object; schemas: object };
    };
    expect(Object.keys(document.components.securitySchemes)).toEqual(['api-key', 'bearer']);
    expect(document.components.schemas).toHaveProperty('Problem');
    expect(document.paths['/health']?.get?.security).toEqual([]);
    expect(document.paths['/logs']?.get?.security).toBeUndefined();
    expect(document.paths['/logs']?.get?.responses.default).toBeDefined();
    const asPassword = `Basic ${Buffer.from('any:reader-0123456789abcdef').toString('base64')}`;
    expect((await ask('/docs-json', { headers: { authorization: asPassword } })).status).toBe(200);
  });
});

describe('a refused request', () => {
  const write = { method: 'POST', path: '/stock/adjustments', headers: { ...OPS, ...JSON_TYPE } };
  const webhook = { method: 'POST', path: '/falabella/webhook/order' };
  type Case = [
    string,
    { method?: string; path: string; headers?: Record<string, string>; body?: string },
    number,
    string,
  ];
  const cases: Case[] = [
    ['without a key', { path: '/logs' }, 401, 'unauthenticated'],
    [
      'with a key that is not known',
      { path: '/logs', headers: { 'x-api-key': 'x'.repeat(20) } },
      401,
      'unauthenticated',
    ],
    ['writing with a key for reading', { method: 'POST', path: '/probe/work', headers: READER }, 403, 'forbidden'],
    ['to a path that is none', { path: '/nowhere?token=hunter2', headers: OPS }, 404, 'not-found'],
    ['with a parameter that is not known', { path: '/logs?colour=red', headers: OPS }, 400, 'invalid-input'],
    ['with a limit out of range', { path: '/logs?limit=201', headers: OPS }, 400, 'invalid-input'],
    ['with a cursor of its own making', { path: '/logs?cursor=abc', headers: OPS }, 400, 'invalid-input'],
    ['with a time that is none', { path: '/logs?from=yesterday', headers: OPS }, 400, 'invalid-input'],
    [
      'with a range that ends before it begins',
      { path: '/logs?from=2026-01-02&to=2026-01-01', headers: OPS },
      400,
      'invalid-input',
    ],
    ['with a URL that cannot be decoded', { path: '/logs/order/%E0%A4%A', headers: OPS }, 400, 'invalid-input'],
    ['with a body that is no JSON', { ...write, body: '{"orderId": hunter2' }, 400, 'invalid-input'],
    ['with an empty body', { ...write, body: '' }, 400, 'invalid-input'],
    ['with a body that reaches for a prototype', { ...write, body: '{"__proto__": {"a": 1}}' }, 400, 'invalid-input'],
    ...['text/csv', 'text/plain', 'application/x-www-form-urlencoded', 'application/x-raw'].map((type): Case => [
      `with the content type ${type}`,
      { ...write, headers: { ...OPS, 'content-type': type }, body: 'hunter2' },
      415,
      'unsupported-media-type',
    ]),
    [
      'with more than 128 KB of JSON',
      { ...write, body: JSON.stringify('x'.repeat(128 * 1024)) },
      413,
      'body-too-large',
    ],
    ['with a webhook of more than 1 MB', { ...webhook, body: 'x'.repeat(1024 * 1024 + 1) }, 413, 'body-too-large'],
    ['with a webhook that proves nothing', { ...webhook, body: '{"orderId": hunter2' }, 401, 'unauthenticated'],
    ['by a fault of ours', { path: '/probe/fault', headers: OPS }, 500, 'internal'],
  ];

  it.each(cases)('%s is answered with a problem and writes one log', async (_name, { path, ...init }, status, type) => {
    const correlationId = `refused-${Math.random().toString(36).slice(2)}`;
    const answer = await ask(path, { ...init, headers: { ...init.headers, 'x-correlation-id': correlationId } });
    const text = await answer.text();
    const problem = JSON.parse(text) as Record<string, unknown>;

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-correlation-id')).toBe(correlationId);
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    expect(problem).toMatchObject({
      type: `/problems/${type}`,
      status,
      title: expect.any(String) as string,
      instance: path.split('?')[0],
      correlationId,
    });
    if (type === 'invalid-input')
      expect(problem.errors).toEqual([{ field: expect.any(String) as string, expected: expect.any(String) as string }]);

    const logs = await logsOf(`correlationId=${correlationId}`);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ status: 'error', correlationId, response: { status, problem: type } });
    for (const told of [text, JSON.stringify(logs)]) expect(told).not.toMatch(/hunter2|db-7|node_modules|\.ts:/);
  });

  it('names the unknown parameter of every route', async () => {
    const { paths } = (await (await ask('/docs-json', { headers: READER })).json()) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    const taken: string[] = [];
    for (const [path, operations] of Object.entries(paths))
      for (const [method, { security }] of Object.entries(operations)) {
        if (security?.length === 0) continue;
        const answer = await ask(`${path.replace(/\{\w+\}/g, 'x')}?colour=red`, {
          method: method.toUpperCase(),
          headers: OPS,
        });
        if (answer.status !== 400 || !(await answer.text()).includes('"colour"')) taken.push(`${method} ${path}`);
      }
    expect(taken).toEqual([]);
  });

  it('names the unknown parameter', async () => {
    const problem = (await (await ask('/logs?colour=red', { headers: OPS })).json()) as { errors: unknown };
    expect(problem.errors).toEqual([{ field: 'colour', expected: expect.stringContaining('not known') as string }]);
  });

  it('is named after its route even if it never reaches the handler', async () => {
    const correlationId = 'refused-by-size';
    await ask('/falabella/webhook/order', {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-correlation-id': correlationId },
      body: '{',
    });
    expect(await logsOf(`correlationId=${correlationId}`)).toMatchObject([
      { service: 'falabella', action: 'webhook.order' },
    ]);
  });
});

/** The answer to these bytes, as it stands when the connection ends. */
function answerTo(bytes: string): Promise<string> {
  const { port, hostname } = new URL(running.url);
  return new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('bytes that are not HTTP', () => {
  it('are answered with a problem, and the connection is closed', async () => {
    const answer = await answerTo('NO HTTP\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('x-content-type-options: nosniff');
  });
});

describe('a request without a key', () => {
  it('is refused before its body is read', async () => {
    const head =
      'POST /stock/adjustments HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: application/json\r\n';
    for (const length of ['Content-Length: 100000', 'Content-Length: 99999999999', 'Transfer-Encoding: chunked'])
      expect(await answerTo(`${head}${length}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('reads no API document, however its address is written', async () => {
    for (const path of [
      '/%64ocs-json',
      '/docs%2djson',
      '/docs-%6Ason',
      '/docs/',
      'http://elsewhere/docs-json',
      '//docs-json',
    ]) {
      const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[14] /);
    }
  });
});

describe('every answer', () => {
  it.each(['/', '/health', '/logs', '/nowhere', '/logs/order/%E0%A4%A', '/words'])(
    'of %s tells a browser to keep, guess and frame nothing',
    async (path) => {
      const { headers } = await ask(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    },
  );
});

describe('the log of a request', () => {
  it('has its steps, ids and key, and later entries carry the same ids', async () => {
    const correlationId = 'the-work';
    await ask('/probe/work', { method: 'POST', headers: { ...OPS, 'x-correlation-id': correlationId } });
    const [outer, inner] = await logsOf(`correlationId=${correlationId}`);
    expect(inner).toMatchObject({ action: 'probe.inner', service: 'odoo', actor: 'ops', correlationId });
    expect(outer).toMatchObject({
      action: 'probe.work',
      status: 'success',
      actor: 'ops',
      orderId: 'FAL-1',
      orderIds: ['FAL-1', 'FAL-2'],
      productSku: 'PROD-001',
      response: { status: 201 },
      steps: [
        { step: 'received', duration: expect.any(Number) as number },
        { step: 'stored', duration: expect.any(Number) as number },
      ],
    });
    expect(outer).not.toHaveProperty('productSkus');
  });

  it('gets a new correlation id when the given one has another form', async () => {
    const answer = await ask('/', { headers: { 'x-correlation-id': 'two words' } });
    expect(answer.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is left out for health checks that succeed', async () => {
    await ask('/health/live', { headers: { 'x-correlation-id': 'a-poll' } });
    expect(await logsOf('correlationId=a-poll')).toEqual([]);
  });

  it('is written once when the caller disconnects', async () => {
    const client = new AbortController();
    const answer = ask('/probe/held', { headers: { ...OPS, 'x-correlation-id': 'hung-up' }, signal: client.signal });
    held = () => undefined;
    const idle = held;
    await until(
      () => Promise.resolve(held),
      (current) => current !== idle,
    );
    client.abort();
    await expect(answer).rejects.toThrow();
    const logs = await until(
      () => logsOf('correlationId=hung-up'),
      (found) => found.length > 0,
    );
    expect(logs).toMatchObject([{ action: 'probe.held', status: 'error', response: { aborted: true } }]);
    held();
    expect(await logsOf('correlationId=hung-up')).toHaveLength(1);
  });
});

describe('guesses at keys, signatures and tokens', () => {
  const MANY = 70;
  const order = { orderId: 'FAL-9', products: [{ sku: 'PROD-001', quantity: 1, price: 1 }], status: 'confirmed' };
  const body = JSON.stringify({ ...order, timestamp: '2026-01-01T10:00:00Z' });
  const webhook = (secret: string) =>
    ask('/falabella/webhook/order', {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-falabella-signature': secret, 'x-correlation-id': 'guess' },
      body,
    });
  const withKey = (key: string, address: string) =>
    ask('/logs', { headers: { 'x-api-key': key, 'x-forwarded-for': address, 'x-correlation-id': 'guess' } });

  it('are answered with 429 beyond the limit, while the right key and signature are served', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < MANY; i += 1) statuses.push((await withKey(`wrong-key-${i}`, `198.51.100.${i}`)).status);
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect((await webhook('wrong')).status).toBe(429);
    expect((await ask('/tiendanube/callback?code=made-up&state=made-up')).status).toBe(429);
    // It does not even tell that it exists.
    expect((await ask('/falabella/webhook/guessed-token')).status).toBe(404);
    expect((await ask('/logs', { headers: OPS })).status).toBe(200);
    expect((await webhook('test-webhook-secret')).status).toBe(200);
    expect((await ask('/nowhere')).status).toBe(404);
  });

  it('are logged in full until there are too many, then counted, and an alert tells people until they stop', async () => {
    const watch = running.app.get(FailureWatch);
    await watch.review();
    const inFull = (await logsOf('status=error')).filter(({ response }) => response?.problem === 'unauthenticated');
    expect(inFull.length).toBeLessThanOrEqual(LOGGED_PER_CLIENT);
    expect(inFull[0]?.request).toMatchObject({ client: '127.0.0.1' });
    const counts = (await logsOf('action=auth.failures')).map(({ response }) => Number(response?.count));
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(MANY - LOGGED_PER_CLIENT);

    const alerts = running.connection.collection('alerts');
    const alert = () => alerts.findOne({ kind: 'auth_failures' });
    await until(
      async () => {
        for (let i = 0; i <= MANY; i += 1) await withKey('wrong', '127.0.0.1');
        await watch.review();
        return alert();
      },
      (found) => found !== null,
    );
    expect(await alert()).toMatchObject({ params: { clients: '127.0.0.1' } });
    await watch.review();
    expect((await alert())?.closedAt).toBeUndefined();
    const elevenMinutesAgo = new Date(Date.now() - 11 * 60_000).toISOString();
    await alerts.updateOne({ kind: 'auth_failures' }, { $set: { 'params.at': elevenMinutesAgo } });
    await watch.review();
    expect((await alert())?.closedAt).toBeInstanceOf(Date);
  });
});
