import { startSandbox, type Sandbox } from '../server.js';
import { control, falabella, falabellaBody, parseXmlAnswer } from '../testing/clients.js';
import { until } from '../testing/until.js';
import { listOf } from './envelope.js';

interface Played {
  order: { id: number; number: string; items: { id: number; status: string }[] };
}

describe('orders at the simulated Falabella', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const sell = async (input: Record<string, unknown>): Promise<Played['order']> =>
    (await control<Played>(sandbox, 'POST', '/orders', { webhook: 'none', ...input })).body.order;
  const change = (number: string, what: string, input: Record<string, unknown> = {}) =>
    control<Played>(sandbox, 'POST', `/orders/${number}/${what}`, { webhook: 'none', ...input });
  const items = async (OrderId: number, parameters = {}): Promise<Record<string, string>[]> => {
    const body = await falabellaBody<{ OrderItems: { OrderItem?: unknown } | '' }>(sandbox, 'GetOrderItems', {
      parameters: { OrderId: String(OrderId), ...parameters },
    });
    return body.OrderItems === '' ? [] : (listOf(body.OrderItems.OrderItem) as Record<string, string>[]);
  };
  const orders = async (parameters: Record<string, string>): Promise<Record<string, unknown>[]> => {
    const body = await falabellaBody<{ Orders: { Order: unknown } | '' }>(sandbox, 'GetOrders', {
      parameters: { CreatedAfter: '2020-01-01T00:00:00+00:00', ...parameters },
    });
    return body.Orders === '' ? [] : (listOf(body.Orders.Order) as Record<string, unknown>[]);
  };

  it('have one item per unit', async () => {
    const order = await sell({
      lines: [
        { sku: 'PROD-001', quantity: 3 },
        { sku: 'PROD-002', quantity: 1 },
      ],
    });
    const found = await items(order.id);
    expect(found.map((item) => item.Sku)).toEqual(['PROD-001', 'PROD-001', 'PROD-001', 'PROD-002']);
    expect(found[0]).toMatchObject({
      Status: 'pending',
      ShippingType: 'Dropshipping',
      OrderId: String(order.id),
      PaidPrice: '29990.00',
    });
    expect(new Set(found.map((item) => item.OrderItemId)).size).toBe(4);
    expect(found[0]).not.toHaveProperty('Quantity');
  });

  it('receive unused numbers, also beside numbers that were given', async () => {
    await sell({ sku: 'PROD-001', id: '1001' });
    await sell({ sku: 'PROD-001', id: 'FAL-1003' });
    expect((await sell({ sku: 'PROD-001' })).number).toBe('FAL-1004');
    const all = sandbox.state().falabella.orders;
    expect(all.map((order) => [order.id, order.number])).toEqual([
      [1001, '1001'],
      [1002, 'FAL-1003'],
      [1004, 'FAL-1004'],
    ]);
  });

  it('cannot exceed the units that Falabella shows, unless forced', async () => {
    expect(
      (await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', quantity: 108, webhook: 'none' })).status,
    ).toBe(409);
    await sell({ sku: 'PROD-001', quantity: 108, force: true });
    expect(sandbox.state('PROD-001').falabella.stock[0]?.available).toBe(-1);
  });

  it('leave the seller’s stock alone when Falabella fulfils them', async () => {
    const order = await sell({
      lines: [
        { sku: 'PROD-049', quantity: 2, fulfilled: true },
        { sku: 'PROD-049', quantity: 1 },
      ],
    });
    expect(sandbox.state('PROD-049').falabella.stock[0]).toMatchObject({ available: 442, fulfilled: 23 });
    expect((await items(order.id)).map((item) => item.ShippingType)).toEqual([
      'Own Warehouse',
      'Own Warehouse',
      'Dropshipping',
    ]);
    sandbox.settings.falabella.fbfShippingType = 'Fulfillment';
    expect((await items(order.id))[0]?.ShippingType).toBe('Fulfillment');
  });

  it('may show their items later than themselves', async () => {
    const late = await sell({ sku: 'PROD-001', quantity: 2, lateMs: 3_600_000 });
    expect(await items(late.id)).toEqual([]);
    expect(await orders({})).toHaveLength(1);
    const soon = await sell({ sku: 'PROD-001', quantity: 2, lateMs: 20 });
    await until(async () => (await items(soon.id)).length === 2);
  });

  it('may get more items later', async () => {
    const order = await sell({ sku: 'PROD-001' });
    await change(order.number, 'items', { sku: 'PROD-002', quantity: 2 });
    expect((await items(order.id)).map((item) => item.Sku)).toEqual(['PROD-001', 'PROD-002', 'PROD-002']);
  });

  it('can be cancelled in part or whole while pending, and no longer once ready', async () => {
    const order = await sell({ sku: 'PROD-001', quantity: 3 });
    await change(order.number, 'cancel', { quantity: 1 });
    expect((await items(order.id)).map((item) => item.Status)).toEqual(['canceled', 'pending', 'pending']);
    await change(order.number, 'status', { status: 'ready_to_ship' });
    expect((await change(order.number, 'cancel')).status).toBe(409);
    expect((await orders({}))[0]?.Statuses).toEqual({ Status: ['canceled', 'ready_to_ship'] });
  });

  it('spell statuses after the sale in one of two ways', async () => {
    const order = await sell({ sku: 'PROD-001' });
    for (const status of ['ready_to_ship', 'shipped', 'delivered', 'return_waiting_for_approval'])
      await change(order.number, 'status', { status });
    expect((await items(order.id))[0]?.Status).toBe('return_waiting_for_approval');
    sandbox.settings.falabella.postSaleSpelling = 'flow';
    expect((await items(order.id))[0]?.Status).toBe('return_awaiting_for_approval');
  });

  it('show times without a zone, in the zone of the shop', async () => {
    await sell({ sku: 'PROD-001' });
    const [order] = await orders({});
    expect(order?.CreatedAt).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
    const made = Date.parse(sandbox.state().falabella.orders[0]?.createdAt ?? '');
    const asUtc = Date.parse(`${String(order?.CreatedAt).replace(' ', 'T')}Z`);
    expect(asUtc).toBe(Math.floor(made / 1000) * 1000 - 3 * 3_600_000);
  });

  it('are found by the time of creation or change, status and way of shipping', async () => {
    const first = await sell({ sku: 'PROD-001' });
    const future = new Date(Date.now() + 3_600_000).toISOString();
    expect(await orders({ CreatedAfter: future })).toEqual([]);
    expect(await orders({ CreatedBefore: future, Status: 'pending' })).toHaveLength(1);
    expect(await orders({ Status: 'canceled' })).toEqual([]);
    expect(await orders({ ShippingType: 'own_warehouse' })).toEqual([]);
    const now = Date.now();
    await until(() => Date.now() > now);
    const later = new Date().toISOString();
    expect(await orders({ UpdatedAfter: later })).toEqual([]);
    await change(first.number, 'cancel');
    for (const Version of ['1.0', '2.0']) expect(await orders({ UpdatedAfter: later, Version })).toHaveLength(1);
  });

  it('are cut off at a hundred without a limit, and paged with one', async () => {
    for (let n = 0; n < 101; n += 1) await sell({ sku: 'PROD-050' });
    expect(await orders({})).toHaveLength(100);
    expect(await orders({ Version: '2.0' })).toHaveLength(101);
    expect(await orders({ Limit: '60', Offset: '60' })).toHaveLength(41);
    const { body } = await falabella<{ SuccessResponse: { Head: { TotalCount: string } } }>(sandbox, 'GetOrders', {
      parameters: { CreatedAfter: '2020-01-01', Limit: '1' },
    });
    expect(body.SuccessResponse.Head.TotalCount).toBe('101');
  });

  it('name the warehouse they are sold from in version 2.0 only', async () => {
    const order = await sell({ sku: 'PROD-001' });
    const one = async (Version: string): Promise<unknown> =>
      (
        await falabellaBody<{ Orders: { Order: unknown } }>(sandbox, 'GetOrder', {
          parameters: { OrderId: String(order.id), Version },
        })
      ).Orders.Order;
    expect(await one('2.0')).toMatchObject({
      OrderNumber: order.number,
      Warehouse: { SellerWarehouseId: 'BODEGA-PRINCIPAL', FacilityId: 'GSC-SC-0001' },
    });
    expect(await one('1.0')).not.toHaveProperty('Warehouse');
  });

  it('give the items of several at once, in XML too', async () => {
    const [first, second] = [await sell({ sku: 'PROD-001' }), await sell({ sku: 'PROD-002', quantity: 2 })];
    const { body } = await falabella<string>(sandbox, 'GetMultipleOrderItems', {
      parameters: { OrderIdList: `[${first.id},${second.id}]`, Format: 'XML' },
    });
    expect(parseXmlAnswer(body)).toMatchObject({
      SuccessResponse: {
        Body: {
          Orders: {
            Order: [
              { OrderItems: { OrderItem: { Sku: 'PROD-001' } } },
              { OrderItems: { OrderItem: [{ Sku: 'PROD-002' }, { Sku: 'PROD-002' }] } },
            ],
          },
        },
      },
    });
  });
});
