import { startSandbox, type Sandbox } from '../server.js';
import { type FalabellaSettings } from '../settings.js';
import { control, falabella, falabellaBody, falabellaError, parseXmlAnswer, pushStock } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { until } from '../testing/until.js';
import { listOf } from './envelope.js';
import { passFeedGate } from './limits.js';
import { freshState } from './state.js';

describe('a switch of the simulated Falabella', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({
      appUrl: app.url,
      settings: { falabella: { webhookMinuteMs: 10, webhookTimeoutMs: 200 } },
    });
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });

  const set = (change: Partial<FalabellaSettings>) => Object.assign(sandbox.settings.falabella, change);
  const sell = async (more: Record<string, unknown> = {}) =>
    (
      await control<{ order: { id: number; items: { id: number }[] } }>(sandbox, 'POST', '/orders', {
        sku: 'PROD-001',
        webhook: 'none',
        ...more,
      })
    ).body.order;
  const orders = async (parameters: Record<string, string>): Promise<Record<string, unknown>[]> => {
    const body = await falabellaBody<{ Orders: { Order: unknown } | '' }>(sandbox, 'GetOrders', {
      parameters: { Limit: '100', ...parameters },
    });
    return body.Orders === '' ? [] : (listOf(body.Orders.Order) as Record<string, unknown>[]);
  };
  const items = async (order: { id: number }) => {
    const body = await falabellaBody<{ OrderItems: { OrderItem: unknown } | '' }>(sandbox, 'GetOrderItems', {
      parameters: { OrderId: String(order.id) },
    });
    return body.OrderItems === '' ? [] : (listOf(body.OrderItems.OrderItem) as Record<string, string>[]);
  };
  const register = (events: string[]) =>
    falabellaBody(sandbox, 'CreateWebhook', {
      body: `<Request><Webhook><CallbackUrl>${app.url}/hook</CallbackUrl><Events>${events.map((event) => `<Event>${event}</Event>`).join('')}</Events></Webhook></Request>`,
    });
  const drained = () => until(() => sandbox.state().falabella.outbox === 0);

  it('refuses a call without the required User-Agent before anything else', async () => {
    const status = async (agent: string) =>
      (await fetch(`${sandbox.url}/falabella/?Action=GetBrands`, { headers: { 'User-Agent': agent } })).status;
    set({ userAgent: 'three' });
    expect([await status('curl'), await status('S/Node/20'), await status('S/Node/20/PROPIA/FACL')]).toEqual([
      403, 200, 200,
    ]);
    set({ userAgent: 'five' });
    expect([await status('S/Node/20'), await status('S/Node/20/PROPIA/FACL')]).toEqual([403, 200]);
  });

  it('renews the burst of feeds one by one, or a day after it began', () => {
    const state = freshState();
    const settings = {
      ...sandbox.settings.falabella,
      feedBurst: 2,
      feedIntervalMs: 1_000,
      feedBurstRenews: 'steadily' as const,
    };
    const at = (ms: number) => passFeedGate(state, settings, 1_000_000_000 + ms);
    expect([at(0), at(1), at(2), at(900), at(1_003), at(1_004), at(9_000), at(9_001), at(9_002)]).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('reads date filters with their offset, or as the time of the shop', async () => {
    await sell();
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    expect(await orders({ UpdatedAfter: anHourAgo })).toHaveLength(1);
    set({ filterZone: 'ignored' });
    expect(await orders({ UpdatedAfter: anHourAgo })).toHaveLength(0);
    expect(await orders({ UpdatedAfter: new Date(Date.now() - 4 * 3_600_000).toISOString() })).toHaveLength(1);
  });

  it('lists orders in the requested direction, or always the oldest first', async () => {
    for (let n = 0; n < 2; n += 1) await sell();
    const ids = async () =>
      (await orders({ CreatedAfter: '2020-01-01', SortDirection: 'DESC' })).map((order) => order.OrderId);
    expect(await ids()).toEqual(['1002', '1001']);
    set({ sortDirection: 'ignored' });
    expect(await ids()).toEqual(['1001', '1002']);
  });

  it('leaves fields of a new item empty for a while, and counts items that do not appear yet', async () => {
    set({ lateFieldsMs: 3_600_000, itemsCount: 'all' });
    expect(await items(await sell())).toMatchObject([{ ShippingType: '', PackageId: '' }]);
    set({ lateFieldsMs: 0 });
    const late = await sell({ lateMs: 3_600_000 });
    expect(await items(late)).toEqual([]);
    const shown = await falabellaBody<{ Orders: { Order: Record<string, string> } }>(sandbox, 'GetOrder', {
      parameters: { OrderId: String(late.id) },
    });
    expect(shown.Orders.Order.ItemsCount).toBe('1');
  });

  it('shows the content of a feed, or has no such call', async () => {
    const feed = await pushStock(sandbox, [
      { sku: 'CAFÉ GRANO 250', quantity: 5 },
      { sku: 'PROD-001', quantity: 3, extra: '<SellerWarehouseId>BODEGA-NORTE</SellerWarehouseId>' },
    ]);
    const call = { parameters: { FeedIdList: `[${feed}]` } };
    const { FeedRawInput } = await falabellaBody<{ FeedRawInput: { Feed: string; RawInputFile: { File: string } } }>(
      sandbox,
      'GetFeedRawInput',
      call,
    );
    expect(FeedRawInput.Feed).toBe(feed);
    expect(parseXmlAnswer(Buffer.from(FeedRawInput.RawInputFile.File, 'base64').toString('utf8'))).toMatchObject({
      Request: {
        Warehouse: {
          Stock: [
            { SellerSku: 'CAFÉ GRANO 250', Quantity: '5' },
            { SellerSku: 'PROD-001', Quantity: '3', SellerWarehouseId: 'BODEGA-NORTE' },
          ],
        },
      },
    });
    set({ feedRawInput: false });
    expect(await falabellaError(sandbox, 'GetFeedRawInput', call)).toBe('8');
  });

  it('applies or ignores the requested SKUs of GetStock', async () => {
    const lines = async () => {
      const body = await falabellaBody<{ Stocks: { SellerWarehouses: { Warehouse: unknown } } }>(sandbox, 'GetStock', {
        parameters: { SellerSkuList: '["PROD-001"]' },
      });
      return listOf(body.Stocks.SellerWarehouses.Warehouse).length;
    };
    expect(await lines()).toBe(1);
    set({ stockFilter: false });
    expect(await lines()).toBeGreaterThan(50);
  });

  it('lists warehouses as documented, with ids of the seller or without', async () => {
    const rows = async () =>
      (await falabellaBody<{ Warehouses: { Warehouse: Record<string, string>[] } }>(sandbox, 'GetWarehouse')).Warehouses
        .Warehouse;
    expect(await rows()).toMatchObject([
      { sellerWarehouseId: 'BODEGA-PRINCIPAL', facilityId: 'GSC-SC-0001', isFbf: 'false', isDefault: 'true' },
      { facilityId: 'FBF-CL-0001', isFbf: 'true', isDefault: 'false' },
    ]);
    set({ sellerWarehouseIds: false });
    expect((await rows())[0]).toMatchObject({ sellerWarehouseId: '', facilityId: 'GSC-SC-0001' });
  });

  it('formats XML as the documentation prints it', async () => {
    set({ xmlLayout: 'spread' });
    const { body } = await falabella<string>(sandbox, 'GetProducts', { parameters: { Format: 'XML', Limit: '1' } });
    expect(body).toMatch(/<SellerSku>\n\s+PROD-001\n\s+<\/SellerSku>/);
  });

  it.each([
    ['number', 1001, 1001],
    ['text', '1001', '1001'],
    ['mixed', 1001, '1001'],
  ] as const)('writes order ids in webhooks as %s', async (webhookOrderId, created, changed) => {
    set({ webhookOrderId });
    await register(['onOrderCreated', 'onOrderItemsStatusChanged']);
    const order = await sell({ webhook: 'registered' });
    await drained();
    await control(sandbox, 'POST', `/orders/${order.id}/cancel`, {});
    await drained();
    expect(app.bodies<{ payload: { OrderId: unknown } }>().map((body) => body.payload.OrderId)).toEqual([
      created,
      changed,
    ]);
  });

  it('loses webhooks, delays every other, and omits their content type', async () => {
    set({ webhookLoss: 3, webhookReorderMs: 3_600_000, webhookContentType: '' });
    await register(['onOrderCreated']);
    for (let n = 0; n < 3; n += 1) await sell({ webhook: 'registered' });
    await until(() => sandbox.state().falabella.outbox === 1);
    expect(app.bodies<{ payload: { OrderId: unknown } }>().map((body) => body.payload.OrderId)).toEqual([1002]);
    expect(app.received[0]?.headers).not.toHaveProperty('content-type');
  });

  it('checks that the address answers before it stores a hook', async () => {
    set({ webhookProbe: true });
    await register(['onOrderCreated']);
    expect(app.received).toMatchObject([{ method: 'GET', url: '/hook' }]);
    expect(sandbox.state().falabella.hooks).toHaveLength(1);
    app.answers = [404];
    await register(['onOrderCreated']);
    expect(sandbox.state().falabella.hooks).toHaveLength(1);
  });

  it('answers an unknown hook with its own error', async () => {
    expect(
      await falabellaError(sandbox, 'DeleteWebhook', { body: '<Request><Webhook>no-such-hook</Webhook></Request>' }),
    ).toBe('100');
  });
});
