import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { playOrder, refOf, shownIn, storeState, tiendanube } from '../testing/tiendanube.js';
import { type TiendanubeSettings } from './settings.js';

interface LineRow {
  id: number;
  variant_id: number | string;
  quantity: number | string;
  sku: string | null;
  issues: { unclaimed_stock?: number };
}

interface OrderRow {
  id: number;
  number: number;
  store_id: number | string;
  status: string;
  payment_status: string;
  storefront: string;
  products: LineRow[];
  updated_at: string;
}

describe('orders at the simulated Tiendanube', () => {
  let sandbox: Sandbox;
  let defaults: TiendanubeSettings;
  beforeAll(async () => {
    sandbox = await startSandbox({ settings: { tiendanube: { rateLimit: false } } });
    defaults = structuredClone(sandbox.settings.tiendanube);
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    sandbox.world.reset();
    Object.assign(sandbox.settings.tiendanube, structuredClone(defaults));
  });
  const set = (change: Partial<TiendanubeSettings>) => Object.assign(sandbox.settings.tiendanube, change);
  const sell = (input: unknown, store = 5001) => playOrder(sandbox, '', input, store);
  const change = (id: number, what: string, input: unknown = {}, store = 5001) =>
    playOrder(sandbox, `/${id}/${what}`, input, store);
  const read = async (id: number, store = 5001) =>
    (await tiendanube<OrderRow>(sandbox, `/orders/${id}`, { store })).body;
  const list = async (query = '') => (await tiendanube<OrderRow[]>(sandbox, `/orders${query}`)).body;
  const shown = (sku: string, store = 5001) => shownIn(sandbox, sku, store);
  const act = (id: number, what: string, body: unknown = {}) =>
    tiendanube<OrderRow>(sandbox, `/orders/${id}/${what}`, { method: 'POST', body });

  it('have an id beside the number that shoppers see, which begins at 100', async () => {
    const first = await sell({ sku: 'PROD-001', quantity: 2 });
    const second = await sell({ sku: 'PROD-001' });
    expect([first.number, second.number]).toEqual([100, 101]);
    const row = await read(first.id);
    expect(row).toMatchObject({
      id: first.id,
      number: 100,
      status: 'open',
      payment_status: 'paid',
      storefront: 'store',
    });
    expect(row.products[0]?.id).toBeGreaterThan(2 ** 31);
    expect(row.updated_at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+0000$/);
    expect((await tiendanube(sandbox, '/orders/100')).status).toBe(404);
  });

  it.each([
    ['mixed', 'string', 'number'],
    ['number', 'number', 'number'],
    ['text', 'string', 'string'],
  ] as const)('write ids and quantities as text and as numbers (%s)', async (orderScalars, inList, alone) => {
    set({ orderScalars });
    const { id } = await sell({ sku: 'PROD-001' });
    const kinds = ({ store_id, products: [line] }: OrderRow) => [
      typeof store_id,
      typeof line?.variant_id,
      typeof line?.quantity,
    ];
    const [row] = await list();
    if (!row) throw new Error('no order');
    expect(kinds(row)).toEqual([inList, inList, inList]);
    expect(kinds(await read(id))).toEqual([alone, alone, alone]);
  });

  it('may have a variant on several lines, and one without a SKU', async () => {
    const gift = storeState(sandbox).shown.find(({ sku }) => sku === null);
    const order = await sell({
      lines: [
        { sku: 'PROD-001', quantity: 1, properties: ['Ana'] },
        { sku: 'PROD-001', quantity: 2, properties: ['Eva'] },
        { variantId: gift?.variantId, quantity: 1 },
      ],
    });
    const { products } = await read(order.id);
    expect(products.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['PROD-001', 1],
      ['PROD-001', 2],
      [null, 1],
    ]);
    expect(new Set(products.map(({ id }) => id)).size).toBe(3);
    expect(shown('PROD-001')).toBe(104);
  });

  it('lower the number when they are created', async () => {
    const { id } = await sell({ sku: 'PROD-001', quantity: 3, payment: 'pending' });
    expect(shown('PROD-001')).toBe(104);
    await change(id, 'pay');
    expect([shown('PROD-001'), (await read(id)).payment_status]).toEqual([104, 'paid']);
  });

  it('lower the number when they are paid, if the setting says so', async () => {
    set({ stockMovesAt: 'paid' });
    const { id } = await sell({ sku: 'PROD-001', quantity: 3, payment: 'pending' });
    expect(shown('PROD-001')).toBe(107);
    await change(id, 'pay');
    await change(id, 'payment', { status: 'refunded' });
    expect(shown('PROD-001')).toBe(104);
  });

  it('are refused to shoppers who want more than is shown', async () => {
    await expect(sell({ sku: 'PROD-001', quantity: 108 })).rejects.toThrow('409');
    await expect(
      sell({
        lines: [
          { sku: 'PROD-001', quantity: 100 },
          { sku: 'PROD-001', quantity: 8 },
        ],
      }),
    ).rejects.toThrow('shows 107');
    await sell({ sku: 'PROD-001', quantity: 107 });
    await expect(sell({ sku: 'PROD-001' })).rejects.toThrow('shows 0');
    expect(storeState(sandbox).refusedShoppers).toBe(3);
    expect((await sell({ sku: 'DIGITAL-001', quantity: 5000 })).lines[0]?.unclaimed).toBe(0);
    expect(shown('DIGITAL-001')).toBeNull();
  });

  it('report how many units were missing', async () => {
    await sell({ sku: 'PROD-001', quantity: 106 });
    const { id } = await sell({ sku: 'PROD-001', quantity: 3, force: true });
    expect((await read(id)).products[0]?.issues).toEqual({ unclaimed_stock: 2 });
    expect(shown('PROD-001')).toBe(0);
    set({ stockMovesAt: 'paid' });
    const early = await sell({ sku: 'PROD-002', quantity: 114, payment: 'pending' });
    await sell({ sku: 'PROD-002', quantity: 1 });
    await change(early.id, 'pay');
    expect((await read(early.id)).products[0]?.issues).toEqual({ unclaimed_stock: 1 });
  });

  it('return their units when they are cancelled, unless the merchant declines, which the order does not show', async () => {
    const [first, second] = [
      await sell({ sku: 'PROD-001', quantity: 3 }),
      await sell({ sku: 'PROD-001', quantity: 4 }),
    ];
    const answer = await act(first.id, 'cancel');
    expect(answer.body).toMatchObject({ status: 'cancelled', payment_status: 'paid', cancel_reason: 'other' });
    expect(shown('PROD-001')).toBe(103);
    await act(second.id, 'cancel', { restock: false, reason: 'inventory' });
    expect(shown('PROD-001')).toBe(103);
    const withoutTimes = async (id: number) => Object.keys(await read(id)).join();
    expect(await withoutTimes(first.id)).toBe(await withoutTimes(second.id));
    expect((await act(first.id, 'cancel')).status).toBe(422);
  });

  it('return exactly the units that they took', async () => {
    await sell({ sku: 'PROD-001', quantity: 106 });
    const short = await sell({ sku: 'PROD-001', quantity: 3, force: true });
    await change(short.id, 'cancel');
    expect(shown('PROD-001')).toBe(1);
    await control(sandbox, 'POST', '/tiendanube/stores/5001/stock', { sku: 'PROD-001', stock: 9 });
    await change(short.id, 'reopen');
    expect([shown('PROD-001'), (await read(short.id)).products[0]?.issues]).toEqual([6, {}]);
  });

  it('may be re-opened after they were cancelled, and take their units again', async () => {
    const { id } = await sell({ sku: 'PROD-001', quantity: 3 });
    await change(id, 'cancel');
    expect((await act(id, 'open')).body.status).toBe('open');
    expect(shown('PROD-001')).toBe(104);
    await change(id, 'cancel', { restock: false });
    await change(id, 'reopen');
    expect(shown('PROD-001')).toBe(104);
    set({ reopenClaims: false });
    await change(id, 'cancel');
    await change(id, 'reopen');
    expect(shown('PROD-001')).toBe(107);
  });

  it('may be edited, and the history of editions shows the effect on the stock', async () => {
    const order = await sell({ sku: 'PROD-001', quantity: 3 });
    const [line] = order.lines;
    await change(order.id, 'edit', {
      lines: [
        { lineId: line?.id, quantity: 5 },
        { sku: 'PROD-002', quantity: 1 },
      ],
    });
    expect([shown('PROD-001'), shown('PROD-002')]).toEqual([102, 113]);
    await change(order.id, 'edit', { lines: [{ lineId: line?.id, quantity: 1 }] });
    expect(shown('PROD-001')).toBe(106);
    await change(order.id, 'edit', { lines: [{ lineId: line?.id, quantity: 0 }], moveStock: false });
    expect(shown('PROD-001')).toBe(106);
    expect((await read(order.id)).products.map(({ sku, quantity }) => [sku, quantity])).toEqual([['PROD-002', 1]]);
    const { body } = await tiendanube<{ products: unknown[] }[]>(sandbox, `/orders/${order.id}/history/editions`);
    expect(body.map(({ products }) => products)).toMatchObject([
      [
        { variant_id: line?.variantId, old_quantity: 3, new_quantity: 5, modified_stock: true },
        { sku: 'PROD-002', old_quantity: 0, new_quantity: 1, modified_stock: true },
      ],
      [{ old_quantity: 5, new_quantity: 1, modified_stock: true }],
      [{ old_quantity: 1, new_quantity: 0, modified_stock: false }],
    ]);
  });

  it('keep units of an edit without a stock change out of their stock, until they end', async () => {
    const order = await sell({ sku: 'PROD-001', quantity: 3, payment: 'pending' });
    const lineId = order.lines[0]?.id;
    await change(order.id, 'edit', { lines: [{ lineId, quantity: 8 }], moveStock: false });
    await change(order.id, 'pay');
    expect(shown('PROD-001')).toBe(104);
    await change(order.id, 'edit', { lines: [{ lineId, quantity: 3 }] });
    expect(shown('PROD-001')).toBe(104);
    await change(order.id, 'edit', { lines: [{ lineId, quantity: 1 }], moveStock: false });
    await change(order.id, 'cancel');
    expect(shown('PROD-001')).toBe(105);
  });

  it('come from the store, from Mercado Libre, from the counter', async () => {
    for (const storefront of ['store', 'meli', 'pos'])
      expect((await read((await sell({ sku: 'PROD-001', storefront })).id)).storefront).toBe(storefront);
    expect(shown('PROD-001')).toBe(104);
  });

  it('may be closed and re-opened, which moves nothing, and paid in every way there is', async () => {
    const { id } = await sell({ sku: 'PROD-001', payment: 'authorized' });
    await act(id, 'close');
    expect((await read(id)).status).toBe('closed');
    await act(id, 'open');
    for (const status of ['pending', 'partially_paid', 'voided', 'abandoned', 'refunded', 'partially_refunded']) {
      await change(id, 'payment', { status });
      expect((await read(id)).payment_status).toBe(status);
    }
    for (const status of ['unshipped', 'shipped', 'delivered']) await change(id, 'ship', { status });
    expect([await read(id), shown('PROD-001')]).toMatchObject([{ status: 'open', shipping_status: 'delivered' }, 106]);
  });

  it('change by PUT only in their note and status', async () => {
    const { id } = await sell({ sku: 'PROD-001' });
    const body = { owner_note: 'frágil', status: 'closed', products: [] };
    const answer = await tiendanube<OrderRow>(sandbox, `/orders/${id}`, { method: 'PUT', body });
    expect(answer.body).toMatchObject({ owner_note: 'frágil', status: 'closed', products: [{ sku: 'PROD-001' }] });
  });

  it('created by an app take nothing, unless they claim units, and then may be refused', async () => {
    const products = [{ variant_id: refOf(sandbox, 'PROD-001').variantId, quantity: 100 }];
    const post = (body: unknown) => tiendanube<OrderRow>(sandbox, '/orders', { method: 'POST', body });
    expect([(await post({ products })).status, shown('PROD-001')]).toEqual([201, 107]);
    expect([(await post({ products, inventory_behaviour: 'claim' })).status, shown('PROD-001')]).toEqual([201, 7]);
    expect([(await post({ products, inventory_behaviour: 'claim' })).status, shown('PROD-001')]).toEqual([422, 7]);
  });

  it('are taken from one location that has all of it, else from several, and return to where they came from', async () => {
    const [first, second] = storeState(sandbox, '', 5002).locations;
    const stock = (locationId: string | undefined, units: number) =>
      control(sandbox, 'POST', '/tiendanube/stores/5002/stock', { sku: 'PROD-001', stock: units, locationId });
    await stock(first?.id, 2);
    await stock(second?.id, 5);
    const levels = () => storeState(sandbox, 'PROD-001', 5002).shown[0]?.locations.map((one) => one.stock);
    const whole = await sell({ sku: 'PROD-001', quantity: 4 }, 5002);
    expect(levels()).toEqual([2, 1, 0]);
    const split = await sell({ sku: 'PROD-001', quantity: 3 }, 5002);
    expect(levels()).toEqual([0, 0, 0]);
    await change(split.id, 'cancel', {}, 5002);
    await change(whole.id, 'cancel', {}, 5002);
    expect(levels()).toEqual([2, 5, 0]);
  });
});
