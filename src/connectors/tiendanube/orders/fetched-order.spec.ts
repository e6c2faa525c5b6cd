import { attentionToEdits, fetchedOrder } from './fetched-order.js';
import { editionsOf, orderOf } from './order-answers.js';

const settings = { ignoredStorefronts: [] as readonly string[] };
let lastLine = 5_000_000_000;

const line = (more: object = {}) => ({
  id: ++lastLine,
  product_id: 7,
  variant_id: '71',
  sku: 'A',
  quantity: '1',
  issues: {},
  ...more,
});

function body(change: object = {}) {
  return {
    id: 1_500_000_001,
    number: 100,
    status: 'open',
    payment_status: 'pending',
    shipping_status: 'unpacked',
    storefront: 'store',
    products: [line()],
    created_at: '2026-03-01T10:00:00+0000',
    updated_at: '2026-03-01T10:00:05+0000',
    contact_email: 'ana@example.com',
    ...change,
  };
}

function read(change: object = {}, ignoredStorefronts: readonly string[] = settings.ignoredStorefronts) {
  const order = orderOf(body(change));
  if (!order) throw new Error('no order');
  return fetchedOrder(order, { ignoredStorefronts });
}

const units = (change: object, ignored?: readonly string[]) =>
  read(change, ignored).lines.map(({ sku, quantity }) => `${quantity} x ${sku}`);

describe('an order of Tiendanube', () => {
  it('is known by its id, with the number that the shopper sees, and without the buyer', () => {
    expect(read({ products: [line({ id: 11, quantity: 2 })] })).toEqual({
      orderId: '1500000001',
      number: '100',
      status: 'created',
      statusText: 'open, pending, unpacked',
      paid: false,
      lines: [{ lineId: '11', sku: 'A', quantity: 2 }],
      placedAt: Date.parse('2026-03-01T10:00:00Z'),
      version: Date.parse('2026-03-01T10:00:05Z'),
    });
  });

  it('keeps its lines apart by their ids, also when one variant is on several', () => {
    const lines = [
      line({ id: 1, quantity: 1 }),
      line({ id: 2, quantity: '3' }),
      line({ id: 3, sku: 'B', variant_id: 72 }),
    ];
    expect(read({ products: lines }).lines).toEqual([
      { lineId: '1', sku: 'A', quantity: 1 },
      { lineId: '2', sku: 'A', quantity: 3 },
      { lineId: '3', sku: 'B', quantity: 1 },
    ]);
  });

  it('sums lines by variant when they have no id', () => {
    const lines = [line({ id: null, quantity: 1 }), line({ id: null, quantity: 2 })];
    expect(read({ products: lines }).lines).toEqual([{ lineId: 'variant:71', sku: 'A', quantity: 3 }]);
  });

  it('names a line without a SKU by its variant, and one without a variant by its product', () => {
    expect(
      units({ products: [line({ sku: null }), line({ sku: ' ' }), line({ sku: null, variant_id: null })] }),
    ).toEqual(['1 x variant:71', '1 x variant:71', '1 x product:7']);
  });

  it('leaves out lines without units', () => {
    expect(units({ products: [line({ quantity: 0 }), line({ sku: 'B', quantity: 1 })] })).toEqual(['1 x B']);
  });

  it.each([
    ['created', 'pending', 'unpacked', false],
    ['created', 'authorized', '', false],
    ['created', 'partially_paid', 'unpacked', false],
    ['paid', 'paid', 'unpacked', true],
    ['paid', 'paid', 'partially_packed', true],
    ['paid', 'paid', 'partially_fulfilled', true],
    ['paid', 'partially_refunded', 'unpacked', true],
    ['ready_to_ship', 'paid', 'unshipped', true],
    ['ready_to_ship', 'pending', 'unfulfilled', false],
    ['shipped', 'paid', 'shipped', undefined],
    ['shipped', 'pending', 'fulfilled', undefined],
    ['delivered', 'paid', 'delivered', undefined],
  ])('is %s when its payment is %s and its shipping %s', (status, payment, shipping, paid) => {
    const order = read({ payment_status: payment, shipping_status: shipping });
    expect([order.status, order.paid]).toEqual([status, paid]);
    expect(order).not.toHaveProperty('attention');
  });

  it('is cancelled with or without a restock, though it stays paid', () => {
    expect(read({ status: 'cancelled', payment_status: 'paid' })).toMatchObject({
      status: 'cancelled',
      lines: [{ sku: 'A' }],
    });
  });

  it('has its current status after it is re-opened or archived', () => {
    expect(read({ status: 'open', payment_status: 'paid', cancelled_at: null }).status).toBe('paid');
    expect(read({ status: 'closed', payment_status: 'paid', shipping_status: 'shipped' }).status).toBe('shipped');
  });

  it('is unknown when its own status is unknown', () => {
    expect(read({ status: 'on_the_moon' }).status).toBe('unknown');
  });

  it.each([
    ['units that were not there any more', { products: [line({ issues: { unclaimed_stock: '2' } })] }, '2 x A'],
    ['the same in a list', { products: [line({ issues: [{ unclaimed_stock: 1 }] })] }, '1 x A'],
    ['a payment that is not understood', { payment_status: 'bartered' }, '"bartered"'],
    ['a shipment that is not understood', { shipping_status: 'beamed' }, '"beamed"'],
    ['a quantity that is none', { products: [line({ quantity: 'many' })] }, 'quantity'],
    ['a payment that was given back', { payment_status: 'refunded' }, 'given back'],
    ['an archive without payment', { status: 'closed' }, 'archived'],
  ])('needs a person for %s, and counts all the same', (_what, change, words) => {
    const order = read(change);
    expect(order.attention).toContain(words);
    expect(order.status).toBe('created');
  });

  it('needs no person once it is cancelled or gone', () => {
    const products = [line({ issues: { unclaimed_stock: 2 } })];
    expect(read({ products, status: 'cancelled' })).not.toHaveProperty('attention');
    expect(read({ products, payment_status: 'paid', shipping_status: 'shipped' })).not.toHaveProperty('attention');
  });

  it.each(['store', 'meli', 'pos', 'api', 'form', 'something_new', ''])(
    'counts when it was sold at %s',
    (storefront) => {
      expect(units({ storefront })).toEqual(['1 x A']);
    },
  );

  it('has no units when it was sold through a channel that is counted elsewhere', () => {
    expect(units({ storefront: 'meli' }, ['meli', 'pos'])).toEqual([]);
    expect(units({ storefront: 'store' }, ['meli', 'pos'])).toEqual(['1 x A']);
  });

  it('is null without an id', () => {
    expect([orderOf({}), orderOf([]), orderOf(null)]).toEqual([null, null, null]);
  });
});

describe('an edit of an order', () => {
  const edition = (more: object) => [
    { id: 1, products: [{ id: 5, sku: 'A', variant_id: 71, old_quantity: 3, new_quantity: '1', ...more }] },
  ];

  it('needs a person when units left the order and were not restocked', () => {
    expect(attentionToEdits(editionsOf(edition({ modified_stock: false })))).toContain('2 x A');
  });

  it.each([
    ['the units were put back', edition({ modified_stock: true })],
    ['it is not said', edition({})],
    ['there are more than before', edition({ modified_stock: false, new_quantity: 5 })],
    ['there is none', []],
    ['it is of another form', { editions: 'x' }],
  ])('needs no person when %s', (_what, given) => {
    expect(attentionToEdits(editionsOf(given))).toBeNull();
  });
});
