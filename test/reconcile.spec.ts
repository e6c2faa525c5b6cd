import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type Checkpoint } from '../src/common/checkpoint.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { FalabellaConnector } from '../src/connectors/falabella/falabella.connector.js';
import { type ListingsCheckView } from '../src/reconcile/check/listings-check.view.js';
import { ReconcileSchedule } from '../src/reconcile/runs/schedule.service.js';
import { type RunLineView, type RunReportView } from '../src/reconcile/report/run.view.js';
import { type StockEntry } from '../src/stock/schemas.js';
import { CatalogueService } from '../src/publishing/catalogue.service.js';
import { Caller, orderBody } from './support/caller.js';
import { FLOWS } from './support/crashing.js';
import { addProducts, addToOdoo, countSilently, showSilently } from './support/many-products.js';
import { runApp, type RunningApp } from './support/running-app.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const BULK = 60;
const QUICK = { RECONCILE_BATCH_SIZE: '20', RECONCILE_PACE_MS: '0', RECONCILE_SECOND_LOOK_MS: '200' };

/** The number of compared items, whatever the result. */
const inAll = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

async function reportOf(call: Caller, runId: string, query = ''): Promise<RunReportView> {
  const { status, body } = await call.get(`/runs/${runId}${query}`);
  expect({ status, ...(status === 200 ? {} : body) }).toEqual({ status: 200 });
  return body as unknown as RunReportView;
}

async function finished(call: Caller, runId: string): Promise<RunReportView> {
  return waitFor('the run is over', async () => {
    const report = await reportOf(call, runId, '?limit=200');
    if (report.state === 'running') throw new Error(`${report.waiting ?? 'running'}: ${JSON.stringify(report.parts)}`);
    return report;
  });
}

async function linesOf(call: Caller, runId: string, query: string, limit: number): Promise<RunLineView[]> {
  const items: RunLineView[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: RunReportView = await reportOf(
      call,
      runId,
      `?${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function begin(call: Caller, path: string, body: object = {}): Promise<string> {
  const answer = await call.post(path, body);
  expect({ path, status: answer.status, ...(answer.status === 202 ? {} : answer.body) }).toEqual({ path, status: 202 });
  return String(answer.body.runId);
}

describe('a reconcile run', () => {
  let shop: Shop;
  let dir: string;
  let bulk: string[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'e2e-reconcile-'));
    shop = await Shop.open({ label: 'reconcile', env: { ...QUICK, CRASH_AT_FILE: join(dir, 'place') } });
    bulk = addProducts(shop.sandbox, {
      count: BULK,
      inOdoo: (position) => 20 + position,
      atFalabella: (position) => 20 + position,
    });
    await shop.start();
    await shop.catalogueRead();
  });
  afterAll(async () => {
    await shop?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const dieAt = (place: Checkpoint) => writeFile(join(dir, 'place'), place);
  const hasDied = async () => {
    const { app } = shop;
    await waitFor('the application dies', () => !app.running, { withinMs: 20_000 });
  };
  const newest = async () => {
    const { body } = await shop.call.get('/reconcile?limit=1');
    return String((body.items as { runId: string }[])[0]?.runId);
  };

  it('that is killed in the middle, beside sales, continues where it was, and reports its findings', async () => {
    const [moved, shown] = [bulk.slice(0, 10), bulk.slice(20, 25)];
    const [gone = '', twice = '', lost = ''] = [bulk[10], bulk[11], bulk[30]];
    countSilently(shop.sandbox, moved, (position) => 21 + position);
    const { store } = shop.sandbox.world.odoo.env();
    for (const product of store.by('product.product', 'default_code', gone))
      store.update('product.product', product.id, { active: false });
    addToOdoo(shop.sandbox, twice, 5);
    showSilently(shop.sandbox, shown, () => 3);
    delete shop.sandbox.world.falabella.state.products[lost];

    const orders = Array.from({ length: 12 }, (_, i) =>
      orderBody(`R-${i}`, { products: [{ sku: `PROD-00${1 + (i % 9)}`, quantity: 1 }] }),
    );
    const sell = (body: (typeof orders)[number]) =>
      shop.call
        .order(body)
        .then(({ status }) => status === 200)
        .catch(() => false);
    const [looked, found] = FLOWS.reconcile;
    await dieAt(looked);
    const told = Promise.all(orders.map(sell));
    await shop.call.post('/reconcile', {}).catch(() => undefined);
    await hasDied();
    const answered = await told;
    await dieAt(found);
    await shop.start();
    for (const [i, order] of orders.entries()) if (!answered[i]) await sell(order);
    await hasDied();
    await shop.start();
    for (const order of orders) expect(await sell(order)).toBe(true);

    const runId = await newest();
    const { state, parts } = await finished(shop.call, runId);
    const [erp, channel] = parts;
    expect(state).toBe('done');
    expect(erp).toMatchObject({
      connection: 'odoo',
      state: 'done',
      counts: { drifted: 10, missing_in_erp: 1, uncountable: 1, held: 0 },
    });
    expect(erp?.reasons).toEqual({ duplicate: 1 });
    expect(inAll(erp?.counts ?? {})).toBe(await shop.books.count('stock_entries'));
    expect(channel).toMatchObject({
      connection: 'falabella',
      state: 'done',
      counts: { drifted: 5, missing_in_channel: 1 },
    });
    expect(inAll(channel?.counts ?? {})).toBe(await shop.books.count('listings'));

    const movements = await shop.books.movements({ 'cause.runId': runId });
    expect(movements.map(({ sku, kind }) => `${kind} ${sku}`)).toEqual(moved.map((sku) => `reconcile ${sku}`));
    const drifted = await linesOf(shop.call, runId, 'outcome=drifted', 4);
    expect(drifted.map(({ connection, sku }) => `${connection} ${sku}`).sort()).toEqual(
      [...moved.map((sku) => `odoo ${sku}`), ...shown.map((sku) => `falabella ${sku}`)].sort(),
    );
    expect(drifted.find(({ sku }) => sku === moved[0])).toMatchObject({ ours: 20, theirs: 21 });
    expect(drifted.find(({ sku }) => sku === shown[0])).toMatchObject({ ours: 40, theirs: 3 });
    expect(await linesOf(shop.call, runId, 'outcome=missing_in_erp', 5)).toMatchObject([
      { sku: gone, connection: 'odoo' },
    ]);
    expect(await linesOf(shop.call, runId, 'outcome=missing_in_channel', 5)).toMatchObject([
      { sku: lost, connection: 'falabella' },
    ]);

    const sold = [...new Set(orders.flatMap(({ products }) => products.map(({ sku }) => sku)))];
    await eventually(
      'everything is right',
      async () => expect(await shop.differences([...moved, ...shown, ...sold])).toEqual([]),
      {
        withinMs: 20_000,
      },
    );
    expect(await shop.books.wrongs()).toEqual([]);
    const alerts = await shop.db.collection('alerts').find({ kind: 'drift' }).toArray();
    expect(alerts.map(({ subject }) => String(subject)).sort()).toEqual(shown.map((sku) => `falabella/${sku}`));
  });

  it('is served as a file, too', async () => {
    const runId = await newest();
    const items = await linesOf(shop.call, runId, '', 50);
    const answer = await fetch(`${shop.app.url}/reconcile/${runId}`, { headers: { accept: 'text/csv' } });
    const [head, ...rows] = (await answer.text()).trim().split('\n');
    expect([answer.status, answer.headers.get('content-type'), head]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'connection,outcome,sku,warehouse,externalId,ours,theirs,reason,detail,at',
    ]);
    expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual(
      items.map(({ connection, outcome, sku }) => [connection, outcome, sku]),
    );
  });

  it('leaves too large a change of an ERP to a person, and is the only run of its connection', async () => {
    const emptied = bulk.slice(25);
    const before = await shop.books.entry(emptied[5] ?? '');
    countSilently(shop.sandbox, emptied, () => 0);
    await dieAt(FLOWS.reconcile[2]);
    const [one, other] = await Promise.all(
      ['odoo', undefined].map((connection) => shop.call.post('/reconcile', { connection })),
    );
    expect([one?.status, other?.status].sort()).toEqual([202, 409]);
    const [begun, refused] = one?.status === 202 ? [one, other] : [other, one];
    expect(refused?.body).toMatchObject({ type: '/problems/run-under-way', runId: begun?.body.runId });
    await hasDied();
    await shop.start();
    const { parts } = await finished(shop.call, String(begun?.body.runId));
    expect(parts[0]).toMatchObject({ connection: 'odoo', counts: { held: emptied.length, drifted: 0 } });
    expect(await shop.books.entry(emptied[5] ?? '')).toMatchObject({
      quantity: before.quantity,
      held: { quantity: 0 },
    });
    // A second run leaves the alert to the first, which may be about to open it.
    await eventually('the brake is alerted', async () => expect(await shop.books.alerts()).toContain('brake odoo'));
  });

  it('ends when a person stops it', async () => {
    const runId = await begin(shop.call, '/reconcile', { connection: 'falabella' });
    expect(await shop.call.post(`/runs/${runId}/stop`, {})).toMatchObject({ status: 200, body: { state: 'stopped' } });
    const whole = await fetch(`${shop.app.url}/reconcile`, { method: 'POST' });
    expect(whole.status).toBe(202);
    const { runId: next, parts } = (await whole.json()) as RunReportView;
    expect(parts.map(({ connection }) => connection)).toEqual(['odoo', 'falabella']);
    await shop.call.post(`/runs/${next}/stop`, {});
    expect((await shop.call.post('/reconcile', { connection: 'nobody' })).status).toBe(400);
    expect((await shop.call.get('/runs/run_unknown')).status).toBe(404);
  });

  it('loads what only Odoo has, after a dry run', async () => {
    const fresh = ['ONLY-ODOO-1', 'ONLY-ODOO-2', '=1+1'];
    fresh.forEach((sku, position) => addToOdoo(shop.sandbox, sku, 7 + position));
    addToOdoo(shop.sandbox, 'BY-HAND', 4, { is_storable: false, type: 'service' });
    const missing = await finished(shop.call, await begin(shop.call, '/reconcile', { connection: 'odoo' }));
    expect(missing.counts.missing_in_ledger).toBe(fresh.length);
    const path = '/connections/odoo/initial-load';
    expect(await shop.call.post(path, { dryRun: false })).toMatchObject({
      status: 409,
      body: { type: '/problems/dry-run-first' },
    });
    expect((await shop.call.post('/connections/nobody/initial-load', {})).status).toBe(404);
    for (const dryRun of ['perhaps', null]) expect((await shop.call.post(path, { dryRun })).status).toBe(400);

    const rehearsal = await finished(shop.call, await begin(shop.call, path));
    expect(rehearsal).toMatchObject({ dryRun: true, kind: 'initial_load', counts: { loaded: fresh.length } });
    expect(rehearsal.parts[0]?.reasons).toMatchObject({ duplicate: 2, archived: 1, notStorable: 1 });
    expect(await shop.books.entries(fresh[0] ?? '')).toEqual([]);

    const runId = await begin(shop.call, path, { dryRun: false });
    expect((await finished(shop.call, runId)).counts.loaded).toBe(fresh.length);
    const movements = await shop.books.movements({ 'cause.runId': runId });
    expect(movements.map(({ kind, quantity }) => [kind, quantity]).sort()).toEqual(
      [7, 8, 9].map((quantity) => ['sync_in', quantity]),
    );
    const again = await finished(shop.call, await begin(shop.call, path, { dryRun: false }));
    expect(again.counts).toMatchObject({ loaded: 0, kept: bulk.length - 25 });
    const csv = await (await fetch(`${shop.app.url}/runs/${runId}?format=csv&outcome=loaded`)).text();
    expect(csv).toContain("odoo,loaded,'=1+1,main,");
  });

  it("reports a channel's duplicates, unknown SKUs, and SKUs that it does not sell", async () => {
    const view = async (query: string) =>
      (await shop.call.get(`/connections/falabella/listings-check${query}`)).body as unknown as ListingsCheckView;
    const notSold = await view('?trouble=not_sold&limit=2');
    expect(notSold.counts).toMatchObject({ unlisted: 1, not_sold: 3, duplicate: 0 });
    expect(notSold.items).toHaveLength(2);
    const rest = await view(`?trouble=not_sold&limit=2&cursor=${notSold.nextCursor}`);
    expect([...notSold.items, ...rest.items].map(({ sku }) => sku).sort()).toEqual([
      '=1+1',
      'ONLY-ODOO-1',
      'ONLY-ODOO-2',
    ]);
    expect((await view('?trouble=unlisted')).items).toMatchObject([{ sku: bulk[30], trouble: 'unlisted' }]);
    expect((await shop.call.get('/connections/odoo/listings-check')).status).toBe(404);
  });

  it("only compares a channel's numbers when an ERP is the master", async () => {
    const runId = await begin(shop.call, '/connections/falabella/initial-load', { dryRun: false, confirm: true });
    const { counts } = await finished(shop.call, runId);
    expect(counts).toMatchObject({ loaded: 0, uncountable: 0 });
    expect(counts.matched).toBeGreaterThan(50);
    expect(await shop.books.movements({ 'cause.runId': runId })).toEqual([]);
  });

  it("loads a channel's numbers when no ERP is the master", async () => {
    let alone: RunningApp | undefined;
    try {
      alone = await runApp('load_alone', {
        ...QUICK,
        FALABELLA_API_URL: `${shop.sandbox.url}/falabella/`,
        FALABELLA_USER_ID: 'sandbox@example.com',
        FALABELLA_API_KEY: 'sandbox-falabella-key',
      });
      await loadsFromFalabella(alone);
    } finally {
      await alone?.stop();
    }
  });

  /** A scheduled run, one of a connection in shadow, and one of a paused connection. */
  async function onlyReports(app: RunningApp['app'], call: Caller): Promise<void> {
    const schedule = app.get(ReconcileSchedule, { strict: false });
    const tomorrow = new Date(Date.now() + 25 * 3_600_000);
    await Promise.all([schedule.look(tomorrow), schedule.look(tomorrow)]);
    const { body } = await call.get('/reconcile');
    expect(body.items).toMatchObject([{ actor: 'schedule' }]);
    const report = await finished(call, (body.items as { runId: string }[])[0]?.runId ?? '');
    expect(report.counts.drifted).toBe(2);
    expect((await call.get('/alerts?kind=drift')).body.items).toEqual([]);
    await app.get(ConnectionsService, { strict: false }).pause('falabella', 'the key was refused');
    const paused = await finished(call, await begin(call, '/reconcile'));
    expect(paused.parts).toMatchObject([{ state: 'skipped', skipped: 'falabella is paused' }]);
  }

  async function loadsFromFalabella({ app, url, connection: { db } }: RunningApp): Promise<void> {
    const call = new Caller(url);
    const path = '/connections/falabella/initial-load';
    const connector = app.get(FalabellaConnector, { strict: false });
    const list = connector.listListings.bind(connector);
    const [twice, endless] = [bulk[40], bulk[41]];
    jest.spyOn(connector, 'listListings').mockImplementation(async (cursor, connection) => {
      const page = await list(cursor, connection);
      const items = page.items.map((item) => (item.sku === endless ? { ...item, quantity: null } : item));
      return {
        ...page,
        items: [
          ...items,
          ...items.filter(({ sku }) => sku === twice).map((item) => ({ ...item, externalId: 'another' })),
        ],
      };
    });
    await app.get(CatalogueService, { strict: false }).readNow('falabella');
    const { counts } = await finished(call, await begin(call, path, { dryRun: false, confirm: true }));
    const listed = Object.values(shop.sandbox.world.falabella.state.products).length;
    expect(counts).toMatchObject({ loaded: listed - 2, uncountable: 1, infinite: 1 });
    const entries = (await db?.collection<StockEntry>('stock_entries').find().toArray()) ?? [];
    expect(entries).toHaveLength(listed - 2);
    for (const { sku, master, quantity } of entries)
      expect({ sku, master, quantity }).toEqual({ sku, master: 'ledger', quantity: shop.shownAtFalabella(sku) });
    showSilently(shop.sandbox, bulk.slice(42, 44), () => 9);
    const again = await finished(call, await begin(call, path, { dryRun: false, confirm: true }));
    expect(again.counts).toMatchObject({ loaded: 0, kept: 2, matched: listed - 4 });
    await onlyReports(app, call);
    const { body } = await call.get('/connections/falabella/listings-check?trouble=duplicate');
    expect(body.items).toMatchObject([{ sku: twice, externalIds: expect.arrayContaining(['another']) as string[] }]);
  }
});
