import { ORDER_STATUSES } from '../order-status.js';
import { fetchedOrder } from './fetched-order.js';
import { orderVersion, type SellerOrder, type SellerOrderItem } from './order-answers.js';

const order: SellerOrder = {
  orderId: '1001',
  number: 'FAL-1001',
  statuses: [],
  updatedAt: 1_000,
  placedAt: null,
  itemsCount: null,
  warehouse: { facility: 'GSC-1', seller: 'NORTE' },
};
let lastItem = 0;
const item = (sku: string, status: string, more: Partial<SellerOrderItem> = {}): SellerOrderItem => ({
  itemId: String(++lastItem),
  sku,
  status,
  shippingType: 'Dropshipping',
  ...more,
});
const read = (
  items: readonly SellerOrderItem[],
  change: Partial<SellerOrder> = {},
  locations: readonly string[] = [],
) =>
  fetchedOrder({ ...order, ...change }, items, { orderName: 'number', warehouseIds: 'facility' }, new Set(locations));
const units = (items: readonly SellerOrderItem[]) =>
  read(items).lines.map(({ sku, quantity }) => `${quantity} x ${sku}`);

describe('a fetched order', () => {
  it('counts its items per SKU, under the line id that every source has', () => {
    expect(read([item('A', 'pending'), item('B', 'pending'), item('A', 'pending')])).toEqual({
      orderId: 'FAL-1001',
      ref: '1001',
      status: 'created',
      statusText: 'pending',
      lines: [
        { lineId: 'A', sku: 'A', quantity: 2 },
        { lineId: 'B', sku: 'B', quantity: 1 },
      ],
      version: 1_000,
    });
  });

  it("is known by the shopper's number, or by the id if configured, and fetched by the id", () => {
    const named = (number: string, orderName: 'number' | 'id') => {
      const {
        orderId,
        ref,
        number: shown,
      } = fetchedOrder({ ...order, number }, [], { orderName, warehouseIds: 'seller' }, new Set());
      return [orderId, ref, shown];
    };
    expect(named('FAL-1001', 'number')).toEqual(['FAL-1001', '1001', undefined]);
    expect(named('FAL-1001', 'id')).toEqual(['1001', '1001', 'FAL-1001']);
    expect(named('1001', 'id')).toEqual(['1001', '1001', undefined]);
  });

  it.each(Object.entries(ORDER_STATUSES))('with all of its items %s is %s', (word, status) => {
    expect(read([item('A', word), item('A', word)])).toMatchObject({
      status,
      statusText: word,
      lines: [{ sku: 'A', quantity: 2 }],
    });
  });

  it.each([
    ['is as far as the unit that has come least far', ['shipped', 'ready_to_ship', 'delivered'], 'ready_to_ship', 3],
    ['leaves cancelled units out', ['pending', 'canceled', 'pending'], 'created', 2],
    ['is not held back by a cancelled unit', ['delivered', 'canceled'], 'delivered', 1],
    ['leaves units out that came back, while others did not', ['returned', 'delivered'], 'delivered', 1],
    [
      'keeps units that are on their way back',
      ['return_shipped_by_customer', 'return_ship_by_customer', 'delivered'],
      'delivered',
      3,
    ],
    ['keeps units whose return was refused', ['return_rejected', 'returned_rejected'], 'delivered', 2],
    ['is returned once every unit that was sold came back', ['returned', 'canceled'], 'returned', 1],
    ['is cancelled only with its last unit, and still says what it was', ['canceled', 'canceled'], 'cancelled', 2],
    ['reads any spelling', ['ready_To_Ship', 'Ready to ship'], 'ready_to_ship', 2],
  ])('%s', (_rule, words, status, quantity) => {
    const found = read(words.map((word) => item('A', word)));
    expect([found.status, found.lines]).toEqual([status, [{ lineId: 'A', sku: 'A', quantity }]]);
    expect(found).not.toHaveProperty('attention');
    expect(found).not.toHaveProperty('readAgainMs');
  });

  it('counts a unit of an unknown status as sold, reports it, and takes its status from the others', () => {
    const found = read([item('A', 'failed'), item('A', 'lost_in_space'), item('B', 'shipped')]);
    expect(found).toMatchObject({ status: 'shipped', statusText: 'failed, lost_in_space, shipped' });
    expect(found.lines.map((line) => line.quantity)).toEqual([2, 1]);
    expect(found.attention).toContain('"failed", "lost_in_space"');
  });

  it('is unknown when no unit has a known status', () => {
    expect(read([item('A', 'failed'), item('A', 'failed_delivery'), item('B', 'canceled')])).toMatchObject({
      status: 'unknown',
      statusText: 'failed, failed_delivery, canceled',
    });
  });

  it.each(['Own Warehouse', 'own_warehouse', 'Fulfillment', 'FULFILMENT'])(
    'leaves out items that Falabella delivers itself (%s)',
    (word) => {
      const theirs = { shippingType: word };
      expect(units([item('A', 'pending', theirs), item('A', 'pending')])).toEqual(['1 x A']);
      const found = read([item('A', 'pending', theirs), item('A', 'shipped', theirs)]);
      expect(found).toMatchObject({ status: 'created', lines: [] });
      expect(found).not.toHaveProperty('readAgainMs');
    },
  );

  it('takes its status from its own units when Falabella delivers the others', () => {
    expect(read([item('A', 'canceled', { shippingType: 'Fulfillment' }), item('A', 'shipped')])).toMatchObject({
      status: 'shipped',
    });
    expect(read([item('A', 'pending', { shippingType: 'Fulfillment' }), item('A', 'canceled')])).toMatchObject({
      status: 'cancelled',
    });
  });

  it.each([
    ['shows no items yet', [], {}],
    ['shows fewer items than it has', [item('A', 'pending')], { itemsCount: 2 }],
    ['has an item without a SKU', [item('A', 'pending'), item('', 'pending')], {}],
    [
      'has an item that does not say who delivers it',
      [item('A', 'pending'), item('B', 'pending', { shippingType: '' })],
      {},
    ],
    ['has an item without a status', [item('A', '')], {}],
  ] as const)('is to be read again when it %s', (_what, items, change) => {
    expect(read(items, change).readAgainMs).toBeGreaterThan(0);
  });

  it('counts no unit before it is known who delivers it, but counts one without a status', () => {
    expect(units([item('A', 'pending', { shippingType: '' }), item('', 'pending')])).toEqual([]);
    expect(read([item('A', '')])).toMatchObject({ status: 'created', lines: [{ sku: 'A', quantity: 1 }] });
  });

  it("shows the order's own statuses when its items are missing", () => {
    expect(read([], { statuses: ['pending'] })).toMatchObject({ status: 'created', statusText: 'pending', lines: [] });
    expect(read([], { statuses: ['canceled'] })).toMatchObject({ status: 'cancelled' });
    expect(read([])).toMatchObject({ status: 'created' });
  });

  it('names the warehouse if the connection has that name, and only in that kind of name', () => {
    const items = [item('A', 'pending')];
    expect(read(items, {}, ['GSC-1']).lines[0]?.location).toBe('GSC-1');
    expect(read(items, {}, ['NORTE']).lines[0]).not.toHaveProperty('location');
    const settings = { orderName: 'number', warehouseIds: 'seller' } as const;
    expect(fetchedOrder(order, items, settings, new Set(['NORTE'])).lines[0]?.location).toBe('NORTE');
  });
});

describe('the version of an order', () => {
  it('is never below the true time of the change, in any time zone of the body', () => {
    const change = Date.parse('2026-04-03T15:00:00Z');
    for (let offset = -12; offset <= 14; offset += 1) {
      const written = new Date(change + offset * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
      expect(orderVersion(written)).toBeGreaterThanOrEqual(change);
    }
  });

  it('orders readings by one clock', () => {
    expect(orderVersion('2026-04-03 15:00:01')).toBeGreaterThan(orderVersion('2026-04-03 15:00:00') ?? 0);
    expect(orderVersion('')).toBeNull();
  });
});
