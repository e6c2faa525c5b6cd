import { type ChangedOrder, type FetchedOrder } from '../src/connectors/contract.js';
import { FalabellaRig, type FalabellaAccount } from './support/falabella-rig.js';

interface Sold {
  readonly id: number;
  readonly number: string;
}
const SINCE_EVER = new Date('2020-01-01T00:00:00Z');

describe.each(['XML', 'JSON'] as const)('orders of Falabella read in %s', (format) => {
  let rig: FalabellaRig;
  beforeAll(async () => {
    rig = await FalabellaRig.start(format);
  });
  afterAll(() => rig.stop());
  beforeEach(() => rig.reset());

  const shop = () => rig.sandbox.world.orders;
  const sell = async (input: Record<string, unknown>): Promise<Sold> =>
    (await shop().sell({ webhook: 'none', ...input })).order;
  const change = (order: Sold, status: string, input = {}) =>
    shop().change(order.number, status, { webhook: 'none', ...input });
  const fetch = async (order: Sold, account?: FalabellaAccount): Promise<FetchedOrder> => {
    const found = await rig.connector.fetchOrder(String(order.id), account ?? rig.account());
    if (!found) throw new Error(`Falabella has no order ${order.id}`);
    return found;
  };
  const units = async (order: Sold) => (await fetch(order)).lines.map(({ sku, quantity }) => `${quantity} x ${sku}`);
  const changed = async (since = SINCE_EVER, account = rig.account()): Promise<ChangedOrder[]> => {
    const all: ChangedOrder[] = [];
    for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
      const page = await rig.connector.changedOrders(since, cursor, account);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  };

  it('are counted item by item, also for SKUs that break careless encoding', async () => {
    const order = await sell({
      lines: [
        { sku: 'PROD-001', quantity: 3 },
        { sku: "SILLÓN (AZUL) 3/4*'!", quantity: 1 },
      ],
    });
    expect(await fetch(order)).toMatchObject({
      orderId: 'FAL-1001',
      ref: '1001',
      status: 'created',
      statusText: 'pending',
    });
    expect(await units(order)).toEqual(['3 x PROD-001', "1 x SILLÓN (AZUL) 3/4*'!"]);
    rig.switch({ xmlLayout: 'spread', jsonScalars: 'native' });
    expect(await units(order)).toEqual(['3 x PROD-001', "1 x SILLÓN (AZUL) 3/4*'!"]);
  });

  it.each(['1.0', '2.0'] as const)('are read by version %s of the calls', async (ordersVersion) => {
    const order = await sell({ sku: 'PROD-001' });
    const account = rig.account({ ordersVersion });
    expect(await fetch(order, account)).toMatchObject({ orderId: 'FAL-1001', lines: [{ sku: 'PROD-001' }] });
    expect(await changed(SINCE_EVER, account)).toMatchObject([{ orderId: 'FAL-1001', ref: '1001' }]);
  });

  it('are null when Falabella does not know them', async () => {
    for (const id of ['4711', 'FAL-1001', "' or 1=1"])
      expect(await rig.connector.fetchOrder(id, rig.account())).toBeNull();
  });

  it.each(['reference', 'flow'] as const)(
    'pass through all their states, in the spelling of the %s page',
    async (postSaleSpelling) => {
      rig.switch({ postSaleSpelling });
      const order = await sell({ sku: 'PROD-001', quantity: 2 });
      const seen = [(await fetch(order)).status];
      for (const status of [
        'ready_to_ship',
        'shipped',
        'delivered',
        'return_shipped_by_customer',
        'return_waiting_for_approval',
        'returned',
      ]) {
        await change(order, status);
        seen.push((await fetch(order)).status);
      }
      expect(seen).toEqual(['created', 'ready_to_ship', 'shipped', 'delivered', 'delivered', 'delivered', 'returned']);
    },
  );

  it('have as many units as are left when partly cancelled or returned, and the status of the furthest one', async () => {
    const order = await sell({ sku: 'PROD-001', quantity: 4 });
    await change(order, 'canceled', { quantity: 1 });
    expect(await units(order)).toEqual(['3 x PROD-001']);
    await change(order, 'ready_to_ship', { quantity: 2 });
    expect((await fetch(order)).status).toBe('created');
    await change(order, 'shipped');
    await change(order, 'delivered', { quantity: 2 });
    expect(await fetch(order)).toMatchObject({ status: 'shipped', statusText: 'canceled, delivered, shipped' });
    await change(order, 'returned', { quantity: 1 });
    expect(await units(order)).toEqual(['2 x PROD-001']);
    await change(order, 'failed');
    const left = await fetch(order);
    expect([left.status, left.attention]).toEqual(['delivered', expect.stringContaining('"failed"')]);
  });

  it.each(['Own Warehouse', 'Fulfillment'] as const)(
    'leave out items that Falabella delivers itself, called %s',
    async (fbfShippingType) => {
      rig.switch({ fbfShippingType });
      const mixed = await sell({
        lines: [
          { sku: 'PROD-049', quantity: 2, fulfilled: true },
          { sku: 'PROD-049', quantity: 1 },
        ],
      });
      expect(await units(mixed)).toEqual(['1 x PROD-049']);
      expect(await fetch(await sell({ lines: [{ sku: 'PROD-049', quantity: 2, fulfilled: true }] }))).toMatchObject({
        lines: [],
        status: 'created',
      });
    },
  );

  it('are to be read again while items or their fields are missing', async () => {
    const late = await sell({ sku: 'PROD-001', quantity: 2, lateMs: 3_600_000 });
    const before = await fetch(late);
    expect([before.lines, before.status, before.readAgainMs]).toEqual([[], 'created', expect.any(Number)]);
    for (const item of rig.sandbox.world.falabella.state.orders[0]?.items ?? []) item.visibleFrom = 0;
    expect(await units(late)).toEqual(['2 x PROD-001']);
    expect(await fetch(late)).not.toHaveProperty('readAgainMs');
    rig.switch({ lateFieldsMs: 3_600_000 });
    const blank = await fetch(await sell({ sku: 'PROD-001' }));
    expect([blank.lines, blank.readAgainMs]).toEqual([[], expect.any(Number)]);
    rig.switch({ itemsCount: 'all', lateFieldsMs: 0 });
    const short = await sell({ sku: 'PROD-001' });
    await shop().add(short.number, { sku: 'PROD-002', webhook: 'none' });
    expect(await units(short)).toEqual(['1 x PROD-001', '1 x PROD-002']);
  });

  it('have a version that rises with every change, and is not below that of a webhook about the same change', async () => {
    for (const utcOffsetMinutes of [-300, 0, 840]) {
      rig.switch({ utcOffsetMinutes });
      const order = await sell({ sku: 'PROD-001' });
      const kept = rig.sandbox.world.falabella.state.orders.find(({ id }) => id === order.id);
      if (!kept) throw new Error('the order was not kept');
      const first = (await fetch(order)).version;
      expect(first).toBeGreaterThanOrEqual(Math.floor(kept.updatedAt / 1000) * 1000);
      kept.updatedAt += 1_000;
      expect((await fetch(order)).version - first).toBe(1_000);
    }
  });

  it('are the same order with the same lines as in the documented webhook', async () => {
    const order = await sell({ lines: [{ sku: 'PROD-002', quantity: 2 }, { sku: 'PROD-001' }] });
    const told = rig.connector.decode(
      'order',
      Buffer.from(rig.sandbox.world.falabella.state.orders[0]?.lastBody ?? ''),
    );
    const read = await fetch(order);
    if (told.kind !== 'order') throw new Error('not an order');
    expect(read).toMatchObject({ orderId: told.order.orderId, lines: told.order.lines });
    expect(read.version).toBeGreaterThanOrEqual(told.order.version);
  });

  it('name the warehouse that they ship from when the connection knows it', async () => {
    const order = await sell({ sku: 'PROD-001' });
    const links = [{ warehouse: 'north', externalId: 'GSC-SC-0001' }];
    expect((await fetch(order, rig.account({}, links))).lines[0]?.location).toBe('GSC-SC-0001');
    expect((await fetch(order)).lines[0]).not.toHaveProperty('location');
  });

  it('are listed by their last change, from far enough back for any time zone that Falabella may use', async () => {
    const order = await sell({ sku: 'PROD-001' });
    const [listed] = await changed();
    expect(listed).toEqual({ orderId: order.number, ref: String(order.id), updatedAt: (await fetch(order)).version });
    for (const filterZone of ['heeded', 'ignored'] as const) {
      rig.switch({ filterZone });
      expect(await changed(new Date(Date.now() - 1_000))).toHaveLength(1);
    }
    rig.switch({ filterZone: 'heeded' });
    expect(await changed(new Date(Date.now() + 1_000), rig.account({ ordersOverlapMs: 0 }))).toEqual([]);
  });

  it.each(['heeded', 'ignored'] as const)(
    'are all listed though the list shifts in between, the direction %s',
    async (sortDirection) => {
      rig.switch({ sortDirection });
      for (let n = 0; n < 230; n += 1) await sell({ sku: 'PROD-050', id: String(5_000 + n) });
      const seen = new Set<string>();
      const touched = new Set<string>();
      let cursor: string | null = null;
      for (let pages = 0; pages === 0 || cursor !== null; pages += 1) {
        const page = await rig.connector.changedOrders(SINCE_EVER, cursor, rig.account());
        for (const { orderId } of page.items) seen.add(orderId);
        cursor = page.nextCursor;
        if (pages >= 2) continue;
        for (const order of rig.sandbox.world.falabella.state.orders.slice(40 * pages, 40 * pages + 30)) {
          order.updatedAt += 5_000;
          touched.add(order.number);
        }
      }
      const missed = rig.sandbox
        .state()
        .falabella.orders.filter(({ number }) => !touched.has(number) && !seen.has(number));
      expect(missed).toEqual([]);
    },
  );
});
