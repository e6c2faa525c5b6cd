import { ConnectionBrakes } from '../src/connections/connection-brakes.repository.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { ChannelBrake } from '../src/publishing/brake/channel-brake.service.js';
import { BrakeStates } from '../src/publishing/brake/brake-states.service.js';
import { ErpBrake } from '../src/fulfilment/brake/erp-brake.service.js';
import { MarkedScan } from '../src/fulfilment/brake/marked-scan.service.js';
import { type Answer, orderBody } from './support/caller.js';
import { ViewedShop } from './support/viewed-shop.js';
import { eventually } from './support/wait.js';

interface Brake {
  readonly on: boolean;
  readonly held: number;
  readonly of: number;
  readonly items: readonly {
    readonly sku: string;
    readonly warehouse?: string;
    readonly from: number;
    readonly to: number;
  }[];
  readonly nextCursor: string | null;
  readonly approved: { readonly reason: string; readonly count: number } | null;
}

/** A wrong mapping: Odoo's second warehouse is empty. */
const NORTH = { erp: { connection: 'odoo', code: 'BN' } };
const RIGHT = { erp: { connection: 'odoo', code: 'WH' } };

describe('a change of too many listings at once', () => {
  let shop: ViewedShop;
  let skus: string[];
  /** The quantity of each SKU in Odoo. */
  let stock: Map<string, number>;

  beforeAll(async () => {
    shop = await ViewedShop.ready('brake', { odoo: { warehouses: 2 } });
    stock = new Map(shop.sandbox.state().odoo.products.map(({ sku, onHand }) => [sku, onHand]));
    skus = [...stock.keys()];
  });
  afterAll(async () => shop?.close());

  const map = async (place: object) =>
    expect(await shop.call.patch('/warehouses/main', place)).toMatchObject({ status: 200 });
  const limits = async (connection: string, change: object) =>
    expect(await shop.call.patch(`/connections/${connection}/brake`, change)).toMatchObject({ status: 200 });
  const brake = (connection: string) => shop.get<Brake>(`/connections/${connection}/brake?limit=200`);
  const release = (connection: string): Promise<Answer> =>
    shop.call.post(`/connections/${connection}/brake/approve`, { reason: 'the season is over' });
  const shown = (sku: string) => shop.sandbox.state(sku).falabella.stock[0]?.available;
  const alerts = async () => (await shop.books.alerts()).filter((alert) => alert.startsWith('brake'));
  const held = (connection: string, count: number) =>
    eventually(`${count} are held at ${connection}`, async () => {
      expect(await brake(connection)).toMatchObject({ on: true, held: count });
      expect(await alerts()).toContain(`brake ${connection}`);
    });
  const ended = (connection: string) =>
    eventually(`the brake of ${connection} has ended`, async () => {
      expect(await brake(connection)).toMatchObject({ on: false, held: 0, items: [] });
      expect(await alerts()).not.toContain(`brake ${connection}`);
    });
  const quantities = async () =>
    new Map(await Promise.all(skus.map(async (sku) => [sku, (await shop.books.entry(sku)).quantity] as const)));
  const sell = async (orderId: string, sku: string, quantity: number) =>
    expect(
      await shop.call.order(orderBody(orderId, { status: 'pending', products: [{ sku, quantity }] })),
    ).toMatchObject({ status: 200 });
  /** The available units of each SKU after these sales. */
  const less = (sold: Readonly<Record<string, number>>) =>
    new Map([...stock].map(([sku, onHand]) => [sku, onHand - (sold[sku] ?? 0)]));
  const allShow = (numbers: ReadonlyMap<string, number>) =>
    eventually('Falabella shows it', () => expect(new Map(skus.map((sku) => [sku, shown(sku)]))).toEqual(numbers));

  it('is held before the ledger when a warehouse is mapped wrongly; sales continue, and a correct mapping releases the brake', async () => {
    await map(NORTH);
    await held('odoo', skus.length);
    expect(await quantities()).toEqual(stock);
    const { items, of } = await brake('odoo');
    expect(of).toBe(skus.length);
    expect(new Map(items.map(({ sku, from, to }) => [sku, [from, to]]))).toEqual(
      new Map([...stock].map(([sku, n]) => [sku, [n, 0]])),
    );
    await sell('BR-1', 'PROD-001', 2);
    await allShow(less({ 'PROD-001': 2 }));
    await map(RIGHT);
    await ended('odoo');
    await shop.quiet();
    expect(await quantities()).toEqual(stock);
    expect(await shop.books.wrongs()).toEqual([]);
  });

  it('is held before the channel when the ledger already followed; decreases by sales are published, and a correct mapping releases the brake', async () => {
    await limits('odoo', { percent: 100 });
    await map(NORTH);
    await held('falabella', skus.length);
    await eventually('the ledger follows', async () =>
      expect(new Set((await quantities()).values())).toEqual(new Set([0])),
    );
    const before = less({ 'PROD-001': 2 });
    await allShow(before);
    await sell('BR-2', 'PROD-002', 1);
    await allShow(new Map([...before, ['PROD-002', 0]]));
    await held('falabella', skus.length - 1);
    await map(RIGHT);
    await ended('falabella');
    await allShow(less({ 'PROD-001': 2, 'PROD-002': 1 }));
    await shop.quiet();
    expect(await shop.books.wrongs()).toEqual([]);
  });

  it('is published after a person approves it, and only what was held', async () => {
    await limits('odoo', { percent: null });
    await map(NORTH);
    await held('odoo', skus.length);
    expect(await release('odoo')).toMatchObject({ status: 200, body: { approved: skus.length } });
    await ended('odoo');
    await held('falabella', skus.length);
    expect(new Set((await quantities()).values())).toEqual(new Set([0]));
    expect(await release('falabella')).toMatchObject({ status: 200, body: { approved: skus.length } });
    await ended('falabella');
    await allShow(new Map(skus.map((sku) => [sku, 0])));
    await shop.quiet();
    expect(await brake('falabella')).toMatchObject({ approved: { reason: 'the season is over', count: skus.length } });
    // A rise from zero is never held.
    await map(RIGHT);
    await allShow(less({ 'PROD-001': 2, 'PROD-002': 1 }));
    await shop.quiet();
    expect(await alerts()).toEqual([]);
  });

  it('is held when it comes in small steps, too, and released when they are undone', async () => {
    await limits('odoo', { percent: 5, least: 5 });
    const some = skus.slice(10, 16);
    const count = async (sku: string, quantity: number) => {
      await shop.sandbox.world.odooPlays.count({ sku, quantity });
      expect(await shop.call.post(`/stock/${sku}/resync`, {})).toMatchObject({ status: 202 });
    };
    await Promise.all(some.slice(0, 4).map((sku) => count(sku, 0)));
    for (const sku of some.slice(0, 4))
      await eventually(`${sku} is gone`, async () =>
        expect(await shop.books.entry(sku)).toMatchObject({ quantity: 0 }),
      );
    for (const sku of some.slice(4)) await count(sku, 0);
    await held('odoo', 2);
    for (const sku of some.slice(4))
      expect(await shop.books.entry(sku)).toMatchObject({ quantity: stock.get(sku), held: { quantity: 0 } });
    await Promise.all(some.map((sku) => count(sku, stock.get(sku) ?? 0)));
    await ended('odoo');
    await shop.quiet();
    expect(await quantities()).toEqual(stock);
  });

  it('is judged at the end of a full scan, however small its steps are', async () => {
    await limits('odoo', { percent: null, least: null });
    const brakes = shop.running.app.get(ErpBrake);
    const lookAt = async (some: readonly string[], scan: string) => {
      const looks = await Promise.all(some.map(async (sku) => await shop.books.entry(sku)));
      return brakes.judge(
        'odoo',
        looks.map((entry) => ({ entry, from: entry.quantity, to: 0, scan })),
      );
    };
    await brakes.begin('odoo', 'all');
    for (let i = 0; i < skus.length; i += 9)
      expect((await lookAt(skus.slice(i, i + 9), 'all')).size).toBe(Math.min(9, skus.length - i));
    expect(await brake('odoo')).toMatchObject({ on: false, held: 0 });
    const { approved, held: kept } = await brakes.end('odoo', 'all');
    expect([approved.length, kept.length]).toEqual([0, skus.length]);
    await held('odoo', skus.length);
    expect(await quantities()).toEqual(stock);
    await Promise.all(skus.map((sku) => shop.call.post(`/stock/${encodeURIComponent(sku)}/resync`, {})));
    await ended('odoo');
    await shop.quiet();
    await brakes.begin('odoo', 'few');
    expect((await lookAt(skus.slice(0, 3), 'few')).size).toBe(3);
    expect((await brakes.end('odoo', 'few')).approved).toHaveLength(3);
    await shop.quiet();
    expect(await quantities()).toEqual(stock);
  });

  it('opens its alert again where another process released the brake while changes are held', async () => {
    await limits('odoo', { percent: null, least: null });
    const entries = await Promise.all(skus.map((sku) => shop.books.entry(sku)));
    await shop.running.app.get(ErpBrake).judge(
      'odoo',
      entries.map((entry) => ({ entry, from: entry.quantity, to: 0 })),
    );
    await held('odoo', skus.length);
    const states = shop.running.app.get(BrakeStates);
    await states.end('odoo', await states.of('odoo'));
    expect(await alerts()).not.toContain('brake odoo');
    await shop.running.app.get(MarkedScan).look(new Date(Date.now() + 60_000));
    await held('odoo', skus.length);
    await Promise.all(skus.map((sku) => shop.call.post(`/stock/${encodeURIComponent(sku)}/resync`, {})));
    await ended('odoo');
    // Each of these observations reviews the brake.
    await shop.quiet();
  });

  it('opens its alert where a process died between the stored brake and the alert', async () => {
    await limits('odoo', { percent: null, least: null });
    const states = shop.running.app.get(BrakeStates);
    const changes = skus.map((sku) => ({ sku, from: stock.get(sku) ?? 0, to: 0 }));
    const { percent } = (await states.of('odoo')).limits;
    const sample = changes.slice(0, 5);
    const stored = { since: new Date(), held: changes.length, of: changes.length, percent, sample };
    await shop.running.app.get(ConnectionBrakes).setBrake('odoo', stored);
    expect(await alerts()).not.toContain('brake odoo');
    const hold = async () => states.hold('odoo', await states.of('odoo'), stored.held, stored.of, changes);
    await hold();
    expect(await alerts()).toContain('brake odoo');
    expect(await shop.call.post('/alerts/close', { id: 'brake/odoo' })).toMatchObject({ status: 200 });
    await hold();
    expect(await alerts()).not.toContain('brake odoo');
    await states.end('odoo', await states.of('odoo'));
  });

  it('is seen as a whole when a push takes only a part of it', async () => {
    const channel = shop.running.app.get(ConnectionsService).channel('falabella');
    if (!channel) throw new Error('there is no channel');
    const [first, ...others] = (await Promise.all(skus.slice(20, 40).map((sku) => shop.books.listing(sku)))).map(
      (listing) => ({
        listing,
        to: 0,
      }),
    );
    if (!first) throw new Error('there is no listing');
    // What was published before an approval does not count any more.
    expect((await release('falabella')).status).toBe(200);
    const brakes = shop.running.app.get(ChannelBrake);
    expect(await brakes.judge(channel.connection, [first], () => Promise.resolve(others.slice(1)))).toEqual(new Set());
    expect(await brakes.judge(channel.connection, [first], () => Promise.resolve(others))).toEqual(
      new Set([first.listing._id]),
    );
    await shop.call.post(`/stock/${first.listing.sku}/resync`, {});
    await ended('falabella');
  });

  it('is listed in pages, for existing connections only, and approved with a reason', async () => {
    expect(await shop.call.get('/connections/nobody/brake')).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
    expect(await shop.wrongFields(shop.call.get('/connections/odoo/brake?cursor=x'))).toEqual(['cursor']);
    expect(await shop.wrongFields(shop.call.post('/connections/odoo/brake/approve', {}))).toEqual(['reason']);
    expect(await shop.wrongFields(shop.call.patch('/connections/odoo/brake', { percent: 0, least: 'many' }))).toEqual([
      'percent',
      'least',
    ]);
    expect(await shop.call.post('/connections/falabella/brake/approve', { reason: 'nothing waits' })).toMatchObject({
      status: 200,
      body: { approved: 0 },
    });
  });
});
