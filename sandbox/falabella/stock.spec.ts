import { startSandbox, type Sandbox } from '../server.js';
import { control, falabella, falabellaBody, falabellaError, pushStock, stockXml } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { until } from '../testing/until.js';

interface Detail {
  Status: string;
  Action: string;
  TotalRecords: string;
  FailedRecords: string;
  FeedErrors: { Error: unknown } | '';
}

describe('stock at the simulated Falabella', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ settings: { falabella: { feedDurationMs: 30 } } });
  });
  afterEach(() => sandbox.close());

  const detail = async (FeedID: string): Promise<Detail> =>
    (await falabellaBody<{ FeedDetail: Detail }>(sandbox, 'FeedStatus', { parameters: { FeedID } })).FeedDetail;
  const ended = async (feed: string): Promise<Detail> => {
    await until(async () => !['Queued', 'Processing'].includes((await detail(feed)).Status));
    return detail(feed);
  };
  const listing = (sku: string) => sandbox.state(sku).falabella.stock[0];
  const sell = (sku: string, quantity: number, more: Record<string, unknown> = {}) =>
    control<{ order: { number: string } }>(sandbox, 'POST', '/orders', { sku, quantity, webhook: 'none', ...more });

  it('starts with what is free in Odoo', () => {
    const { odoo, falabella: shown } = sandbox.state();
    expect(shown.stock.map((one) => [one.sku, one.available])).toEqual(odoo.products.map((one) => [one.sku, one.free]));
    expect(shown.stock.length).toBeGreaterThan(50);
  });

  it('changes only when the feed ends', async () => {
    sandbox.settings.falabella.feedDurationMs = 60_000;
    const feed = await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 5 }]);
    expect(await detail(feed)).toMatchObject({ Status: 'Queued', Action: 'ProductStockUpdate', TotalRecords: '1' });
    expect(listing('PROD-001')?.available).toBe(107);
    sandbox.settings.falabella.feedDurationMs = 1;
    expect(await ended(await pushStock(sandbox, [{ sku: 'PROD-002', quantity: 5 }]))).toMatchObject({
      Status: 'Finished',
      FailedRecords: '0',
      FeedErrors: '',
    });
    expect(listing('PROD-002')?.available).toBe(5);
  });

  it('is refused record by record when a SKU, a quantity or a warehouse is wrong', async () => {
    sandbox.settings.falabella.failSkus = ['PROD-004'];
    const feed = await pushStock(sandbox, [
      { sku: 'PROD-001', quantity: 5 },
      { sku: 'NOPE', quantity: 5 },
      { sku: 'PROD-002', quantity: '-1' },
      { sku: 'PROD-003', quantity: 5, extra: '<GSCFacilityId>FBF-CL-0001</GSCFacilityId>' },
      { sku: 'PROD-004', quantity: 5 },
    ]);
    const result = await ended(feed);
    expect(result).toMatchObject({ Status: 'Finished', TotalRecords: '5', FailedRecords: '4' });
    expect((result.FeedErrors as { Error: { SellerSku: string }[] }).Error.map((error) => error.SellerSku)).toEqual([
      'NOPE',
      'PROD-002',
      'PROD-003',
      'PROD-004',
    ]);
    expect(['PROD-001', 'PROD-002', 'PROD-003', 'PROD-004'].map((sku) => listing(sku)?.available)).toEqual([
      5, 114, 121, 128,
    ]);
  });

  it('shows a single failed record as an object', async () => {
    const result = await ended(await pushStock(sandbox, [{ sku: 'NOPE', quantity: 5 }]));
    expect(result.FeedErrors).toEqual({
      Error: { Code: '1001', Message: expect.any(String) as string, SellerSku: 'NOPE' },
    });
  });

  it.each<[string, string, string]>([
    ['no XML', 'sku=PROD-001', '5'],
    ['nothing in it', '<Request><Warehouse></Warehouse></Request>', '5'],
    ['no SKU', '<Request><Warehouse><Stock><Quantity>1</Quantity></Stock></Warehouse></Request>', '89'],
    [
      'both kinds of warehouse id',
      stockXml([
        {
          sku: 'PROD-001',
          quantity: 1,
          extra: '<GSCFacilityId>a</GSCFacilityId><SellerWarehouseId>b</SellerWarehouseId>',
        },
      ]),
      '5',
    ],
    ['more than 500 SKUs', stockXml(Array.from({ length: 501 }, () => ({ sku: 'PROD-001', quantity: 1 }))), '5'],
  ])('refuses a whole update with %s', async (_what, body, code) => {
    expect(await falabellaError(sandbox, 'UpdateStock', { body })).toBe(code);
    expect(sandbox.state().falabella.feeds).toEqual([]);
  });

  it('may refuse an unknown SKU at once', async () => {
    sandbox.settings.falabella.unknownSkus = 'refuse';
    expect(await falabellaError(sandbox, 'UpdateStock', { body: stockXml([{ sku: 'NOPE', quantity: 1 }]) })).toBe(
      '1001',
    );
  });

  it('may show the feed id in the head', async () => {
    sandbox.settings.falabella.feedIdIn = 'head';
    const { body } = await falabella<{ SuccessResponse: { Head: { RequestId: string }; Body: unknown } }>(
      sandbox,
      'UpdateStock',
      {
        body: stockXml([{ sku: 'PROD-001', quantity: 1 }]),
      },
    );
    expect(body.SuccessResponse).toMatchObject({
      Head: { RequestId: sandbox.state().falabella.feeds[0]?.id },
      Body: '',
    });
  });

  it('lets a burst of feeds pass and then one per interval, counted per seller', async () => {
    Object.assign(sandbox.settings.falabella, { feedBurst: 3, feedIntervalMs: 60_000 });
    const body = stockXml([{ sku: 'PROD-001', quantity: 1 }]);
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await falabella(sandbox, 'UpdateStock', { body })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(await falabellaError(sandbox, 'UpdateStock', { body })).toBe('429');
    expect(sandbox.state().falabella.feeds).toHaveLength(3);
    Object.assign(sandbox.settings.falabella, { feedIntervalMs: 1 });
    await until(async () => (await falabella(sandbox, 'UpdateStock', { body })).status === 200);
    Object.assign(sandbox.settings.falabella, { feedIntervalMs: 60_000, countUpdateStock: false });
    expect((await falabella(sandbox, 'UpdateStock', { body })).status).toBe(200);
  });

  it('may end a feed in error, with nothing applied', async () => {
    sandbox.settings.falabella.feedOutcome = 'Error';
    expect(await ended(await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }]))).toMatchObject({
      Status: 'Error',
    });
    expect(listing('PROD-001')?.available).toBe(107);
  });

  it('lists its feeds, newest first, and counts them', async () => {
    const first = await pushStock(sandbox, [{ sku: 'NOPE', quantity: 1 }]);
    const second = await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }]);
    await ended(first);
    await ended(second);
    const list = await falabellaBody<{ Feed: { Feed: string; FailureReports: { File: string } | '' }[] }>(
      sandbox,
      'FeedList',
    );
    expect(list.Feed.map((feed) => feed.Feed)).toEqual([second, first]);
    const table = Buffer.from((list.Feed[1]?.FailureReports as { File: string }).File, 'base64').toString('utf8');
    expect(table).toContain('"NOPE"');
    const page = await falabellaBody<{ Feed: { Feed: string } }>(sandbox, 'FeedOffsetList', {
      parameters: { Offset: '1', PageSize: '1' },
    });
    expect(page.Feed.Feed).toBe(first);
    expect(await falabellaBody(sandbox, 'FeedCount')).toMatchObject({ FeedCount: { Total: '2', Finished: '2' } });
  });

  it('falls with sales and returns with cancellations, in either stock model', async () => {
    for (const stockModel of ['available', 'on_hand'] as const) {
      sandbox.settings.falabella.stockModel = stockModel;
      const sku = stockModel === 'available' ? 'PROD-001' : 'PROD-002';
      const before = listing(sku)?.available ?? 0;
      const { body } = await sell(sku, 3);
      expect(listing(sku)).toMatchObject({ available: before - 3, reserved: 3 });
      await control(sandbox, 'POST', `/orders/${body.order.number}/cancel`, { webhook: 'none' });
      expect(listing(sku)).toMatchObject({ available: before, reserved: 0 });
    }
  });

  it('subtracts its own reservations from a pushed number only in the on-hand model', async () => {
    const available = async (stockModel: 'on_hand' | 'available', sku: string): Promise<number | undefined> => {
      sandbox.settings.falabella.stockModel = stockModel;
      await sell(sku, 1);
      await ended(await pushStock(sandbox, [{ sku, quantity: 10 }]));
      return listing(sku)?.available;
    };
    expect(await available('available', 'PROD-001')).toBe(10);
    expect(await available('on_hand', 'PROD-002')).toBe(9);
  });

  it('turns the reservation into a deduction when units become ready to ship', async () => {
    sandbox.settings.falabella.stockModel = 'on_hand';
    const { body } = await sell('PROD-001', 2);
    await control(sandbox, 'POST', `/orders/${body.order.number}/status`, { status: 'ready_to_ship', webhook: 'none' });
    expect(listing('PROD-001')).toMatchObject({ quantity: 105, reserved: 0, available: 105 });
  });

  it('may keep the units of a cancelled order', async () => {
    sandbox.settings.falabella.cancelReturnsStock = false;
    const { body } = await sell('PROD-001', 2);
    await control(sandbox, 'POST', `/orders/${body.order.number}/cancel`, { webhook: 'none' });
    expect(listing('PROD-001')).toMatchObject({ available: 105, reserved: 0 });
  });

  it('is kept by warehouse for a seller with several, identified by either id', async () => {
    sandbox.settings.falabella.warehouses = 'multi';
    await ended(
      await pushStock(sandbox, [
        { sku: 'PROD-001', quantity: 4, extra: '<SellerWarehouseId>BODEGA-NORTE</SellerWarehouseId>' },
        { sku: 'PROD-001', quantity: 6, extra: '<SellerWarehouseId>BODEGA-PRINCIPAL</SellerWarehouseId>' },
        { sku: 'PROD-002', quantity: 8, extra: '<GSCFacilityId>GSC-SC-0002</GSCFacilityId>' },
      ]),
    );
    const stocks = await falabellaBody<{ Stocks: { SellerWarehouses: { Warehouse: Record<string, string>[] } } }>(
      sandbox,
      'GetStock',
      {
        parameters: { SellerSkuList: '["PROD-001"]' },
      },
    );
    expect(stocks.Stocks.SellerWarehouses.Warehouse).toEqual([
      { SellerWarehouseId: 'BODEGA-PRINCIPAL', FacilityID: 'GSC-SC-0001', SellerSku: 'PROD-001', Quantity: '6' },
      { SellerWarehouseId: 'BODEGA-NORTE', FacilityID: 'GSC-SC-0002', SellerSku: 'PROD-001', Quantity: '4' },
    ]);
    expect(listing('PROD-002')?.available).toBe(114 + 8);
  });

  it('does not know a second warehouse of a seller with one', async () => {
    const feed = await pushStock(sandbox, [
      { sku: 'PROD-001', quantity: 4, extra: '<GSCFacilityId>GSC-SC-0002</GSCFacilityId>' },
    ]);
    expect(await ended(feed)).toMatchObject({ FailedRecords: '1' });
  });

  it("shows Falabella's own stock apart", async () => {
    const stocks = await falabellaBody<{ Stocks: { FulfillmentWarehouses: { Warehouse: unknown } } }>(
      sandbox,
      'GetStock',
      {
        parameters: { SellerSkuList: '["PROD-049"]' },
      },
    );
    expect(stocks.Stocks.FulfillmentWarehouses.Warehouse).toMatchObject({ SellerSku: 'PROD-049', Quantity: '25' });
  });

  it('is changed by ProductUpdate as well, which notifies registered hooks', async () => {
    const app = await Receiver.start();
    try {
      const hook = `<Request><Webhook><CallbackUrl>${app.url}/hook</CallbackUrl><Events><Event>onFeedCompleted</Event></Events></Webhook></Request>`;
      await falabellaBody(sandbox, 'CreateWebhook', { body: hook });
      const unit =
        '<BusinessUnits><BusinessUnit><OperatorCode>facl</OperatorCode><Stock>12</Stock></BusinessUnit></BusinessUnits>';
      await falabellaBody(sandbox, 'ProductUpdate', {
        body: `<Request><Product><SellerSku>PROD-001</SellerSku>${unit}</Product></Request>`,
      });
      await app.count(1);
      expect(app.bodies()).toEqual([
        { event: 'onFeedCompleted', payload: { Feed: sandbox.state().falabella.feeds[0]?.id } },
      ]);
      expect(listing('PROD-001')?.available).toBe(12);
    } finally {
      await app.close();
    }
  });
});
