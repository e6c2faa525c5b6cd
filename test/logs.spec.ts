import { LogSink, type LogEntry, type LogService, type LogStatus } from '../src/common/log-sink.js';
import { type LogItem, type LogItemPage } from '../src/views/logs/log-item.dto.js';
import { LogsRepository } from '../src/logs/logs.repository.js';
import { type Log } from '../src/logs/schemas/log.schema.js';
import { stopApp } from '../src/bootstrap.js';
import { mongo } from 'mongoose';
import { runApp, type RunningApp } from './support/running-app.js';

/** A start creates every index, which takes time on a busy machine. */
const START_LIMIT_MS = 60_000;

let running: RunningApp;
let sink: LogSink;

beforeAll(async () => {
  running = await runApp('logs');
  sink = running.app.get(LogSink);
}, START_LIMIT_MS);

afterAll(() => running?.stop(), START_LIMIT_MS);

function entry(more: Partial<LogEntry> = {}): LogEntry {
  return { service: 'orchestrator', action: 'test.entry', status: 'success', duration: 1, ...more };
}

async function page(path: string): Promise<LogItemPage> {
  const answer = await fetch(`${running.url}${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as LogItemPage;
}

/** Reads all pages, and calls `between` before each further one. */
async function allPages(path: string, between: () => void = () => undefined): Promise<LogItem[]> {
  const items: LogItem[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const next: LogItemPage = await page(`${path}${cursor && `&cursor=${cursor}`}`);
    items.push(...next.items);
    cursor = next.nextCursor;
    between();
  }
  return items;
}

const numbers = (items: readonly LogItem[]) => items.map(({ request }) => request?.number);
const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('GET /logs', () => {
  it('pages without gap or repeat, newest first, while new logs arrive', async () => {
    for (const number of count(0, 500)) sink.write(entry({ action: 'paging.entry', request: { number } }));
    const later = () =>
      count(500, 520).forEach((number) => sink.write(entry({ action: 'paging.entry', request: { number } })));
    const seen = await allPages('/logs?action=paging.entry&limit=37', later);
    expect(numbers(seen)).toEqual(count(0, 500).reverse());
  });

  it('pages through everything without any filter, too', async () => {
    const seen = await allPages('/logs?limit=200');
    const total = await running.connection.collection('logs').countDocuments();
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(500);
    expect(seen.length).toBeLessThanOrEqual(total);
  });

  it('shows what the same process logged a moment ago', async () => {
    sink.write(entry({ orderIds: ['JUST-NOW'] }));
    expect((await page('/logs?orderId=JUST-NOW')).items).toHaveLength(1);
  });

  describe('with filters', () => {
    const services: LogService[] = ['falabella', 'odoo', 'api'];
    const statuses: LogStatus[] = ['success', 'error', 'pending'];
    const made: LogEntry[] = services.flatMap((service) =>
      statuses.flatMap((status) =>
        ['push.sent', 'order.seen'].flatMap((action) =>
          ['one', 'two'].map((connection) =>
            entry({ service, status, action, connection, orderIds: [`${service}-1`], productSkus: ['SKU-F'] }),
          ),
        ),
      ),
    );
    beforeAll(() => made.forEach((one) => sink.write(one)));

    const subsets = ['service=odoo', 'status=error', 'action=push.sent', 'connection=two'].reduce<string[][]>(
      (all, filter) => [...all, ...all.map((some) => [...some, filter])],
      [[]],
    );

    it.each(subsets.filter((some) => some.length > 0).map((some) => [some.join('&')]))(
      '%s returns exactly these',
      async (filter) => {
        const wanted = Object.fromEntries(new URLSearchParams(filter));
        const expected = made.filter((one) =>
          Object.entries(wanted).every(([name, value]) => one[name as keyof LogEntry] === value),
        );
        const alone = await allPages(`/logs?limit=50&productSku=SKU-F&${filter}`);
        expect(alone).toHaveLength(expected.length);
        const found = await allPages(`/logs?limit=200&${filter}`);
        for (const item of found) expect(item).toMatchObject(wanted);
        expect(found.filter(({ productSku }) => productSku === 'SKU-F')).toHaveLength(expected.length);
      },
    );

    it('returns nothing for a value that never occurred', async () => {
      expect(await page('/logs?service=tiendanube&status=error')).toEqual({ items: [], nextCursor: null });
      expect(await page('/logs?action=no.such')).toEqual({ items: [], nextCursor: null });
    });
  });

  it('takes a range of time, excluding its end', async () => {
    const [newest, ...older] = (await page('/logs?action=paging.entry&limit=3')).items;
    const oldest = (await allPages('/logs?limit=200&action=paging.entry')).at(-1);
    if (!newest || !oldest) throw new Error('entries were written before');
    const after = new Date(Date.now() + 60_000).toISOString();
    expect((await page(`/logs?action=paging.entry&limit=3&to=${after}`)).items.map(({ id }) => id)).toEqual(
      [newest, ...older].map(({ id }) => id),
    );
    expect((await page(`/logs?from=${after}`)).items).toEqual([]);
    const before = new Date(new Date(oldest.timestamp).getTime() - 1000).toISOString();
    expect((await page(`/logs?action=paging.entry&to=${before}`)).items).toEqual([]);
    expect(await allPages(`/logs?limit=200&action=paging.entry&from=${before}`)).toHaveLength(
      (await allPages('/logs?limit=200&action=paging.entry')).length,
    );
  });
});

describe('GET /logs/order/:orderId and /logs/product/:sku', () => {
  beforeAll(() => {
    for (const number of count(0, 30))
      sink.write(entry({ orderIds: ['STORY-1', 'STORY-2'], productSkus: ['SKU/1 ä'], request: { number } }));
  });

  it.each(['/logs/order/STORY-2', `/logs/product/${encodeURIComponent('SKU/1 ä')}`])(
    'show a timeline in both directions: %s',
    async (path) => {
      expect(numbers(await allPages(`${path}?limit=7`))).toEqual(count(0, 30).reverse());
      expect(numbers(await allPages(`${path}?limit=7&sort=desc`))).toEqual(count(0, 30).reverse());
      expect(numbers(await allPages(`${path}?limit=7&sort=asc`))).toEqual(count(0, 30));
    },
  );
});

describe('the store of logs', () => {
  it('lets the database delete each entry when it expires', async () => {
    const indexes = await running.connection.collection('logs').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expireAt: 1 }, expireAfterSeconds: 0 }));
    const stored = await running.connection.collection('logs').findOne({ action: 'paging.entry' });
    const days = ((stored?.expireAt as Date).getTime() - (stored?.timestamp as Date).getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('accepts a group again whose answer was lost, without duplicates', async () => {
    sink.write(entry({ action: 'again.entry' }));
    await page('/logs?action=again.entry');
    const stored = await running.connection.collection<Log>('logs').findOne({ action: 'again.entry' });
    if (!stored) throw new Error('it was stored');
    expect(await running.app.get(LogsRepository).insertGroup([stored])).toBe(0);
    expect((await page('/logs?action=again.entry')).items).toHaveLength(1);
  });

  it(
    'has everything that was written before a stop',
    async () => {
      const ending = await runApp('logs_stop');
      const client = new mongo.MongoClient(
        ending.connection
          .getClient()
          .options.hosts.map((host) => `mongodb://${host.toString()}/?directConnection=true`)[0] ?? '',
      );
      try {
        for (const number of count(0, 2_345))
          ending.app.get(LogSink).write(entry({ action: 'last.entry', request: { number } }));
        await stopApp(ending.app);
        expect(
          await client.db(ending.connection.name).collection('logs').countDocuments({ action: 'last.entry' }),
        ).toBe(2_345);
      } finally {
        await client.db(ending.connection.name).dropDatabase();
        await client.close();
      }
    },
    START_LIMIT_MS,
  );
});
