import { startSandbox, type Sandbox } from '../server.js';
import { type FalabellaSettings } from '../settings.js';
import {
  control,
  falabella,
  falabellaBody,
  falabellaError,
  parseXmlAnswer,
  pushStock,
  stockXml,
} from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { until } from '../testing/until.js';
import { listOf } from './envelope.js';
import { advanceFeeds, createFeed } from './feeds.js';
import { passFeedGate } from './limits.js';
import { sign } from './signature.js';
import { freshState } from './state.js';

type Row = Record<string, string>;
interface Failure {
  ErrorResponse: { Head: Row; Body: unknown };
}

/** Known facts about the real Seller Center, one per test. Unknown ones are switches, and both settings are tested. */
describe('the simulated Falabella is like the real one in this:', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({
      appUrl: app.url,
      settings: { falabella: { feedDurationMs: 20, webhookMinuteMs: 5, webhookTimeoutMs: 20_000 } },
    });
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });

  const set = (change: Partial<FalabellaSettings>) => Object.assign(sandbox.settings.falabella, change);
  const play = async (path: string, input: Record<string, unknown> = {}) =>
    (await control<{ order: { id: number; number: string } }>(sandbox, 'POST', path, { webhook: 'none', ...input }))
      .body.order;
  const sell = (input: Record<string, unknown>) => play('/orders', input);
  const items = async ({ id }: { id: number }): Promise<Row[]> => {
    const body = await falabellaBody<{ OrderItems: { OrderItem?: unknown } | '' }>(sandbox, 'GetOrderItems', {
      parameters: { OrderId: String(id) },
    });
    return body.OrderItems === '' ? [] : (listOf(body.OrderItems.OrderItem) as Row[]);
  };
  const feedOf = async (FeedID: string): Promise<Row & { FeedErrors: { Error: unknown } | '' }> =>
    (
      await falabellaBody<{ FeedDetail: Row & { FeedErrors: { Error: unknown } | '' } }>(sandbox, 'FeedStatus', {
        parameters: { FeedID },
      })
    ).FeedDetail;
  const shown = (sku: string) => sandbox.state(sku).falabella.stock[0]?.available;
  const register = (events = ['onOrderCreated', 'onOrderItemsStatusChanged']) =>
    falabellaBody(sandbox, 'CreateWebhook', {
      body: `<Request><Webhook><CallbackUrl>${app.url}/hook</CallbackUrl><Events>${events.map((event) => `<Event>${event}</Event>`).join('')}</Events></Webhook></Request>`,
    });
  const drained = () => until(() => sandbox.state().falabella.outbox === 0);
  const orderIds = () => app.bodies<{ payload: { OrderId: unknown } }>().map((body) => body.payload.OrderId);

  it('a call is signed by HMAC-SHA256 over its sorted and encoded parameters, as in the sample of the documentation', () => {
    const sample = new Map([
      ['UserID', 'look@me.com'],
      ['Version', '1.0'],
      ['Action', 'FeedList'],
      ['Format', 'XML'],
      ['Timestamp', '2015-07-01T11:11:11+00:00'],
    ]);
    expect(sign(sample, 'b1bdb357ced10fe4e9a69840cdd4f0e9c03d77fe')).toBe(
      '3ceb8ed91049dfc718b0d2d176fb2ed0e5fd74f76c5971f34cdab48412476041',
    );
  });

  it.each<[string, string, Parameters<typeof falabella>[2]]>([
    ['1', 'GetProducts', { tamper: { Timestamp: '' } }],
    ['3', 'GetProducts', { parameters: { Timestamp: '2015-07-01T11:11:11+00:00' } }],
    ['7', 'GetProducts', { apiKey: 'another' }],
    ['8', 'GetNothing', {}],
    ['9', 'GetProducts', {}],
  ])(
    'error %s comes with HTTP 200, as an ErrorResponse with the bare number and the prefix in its message',
    async (code, action, call) => {
      if (code === '9') set({ role: 'orders' });
      const answer = await falabella<Failure>(sandbox, action, call);
      expect(answer.status).toBe(200);
      expect(answer.body.ErrorResponse).toMatchObject({
        Head: { RequestAction: action, ErrorType: 'Sender', ErrorCode: code },
        Body: '',
      });
      expect(answer.body.ErrorResponse.Head.ErrorMessage).toMatch(new RegExp(`^E00${code}: `));
    },
  );

  it('answers are XML or JSON, and in JSON a list of one is the thing itself', async () => {
    const parameters = { Limit: '2' };
    const { body } = await falabella<string>(sandbox, 'GetProducts', { parameters: { ...parameters, Format: 'XML' } });
    expect(parseXmlAnswer(body)).toMatchObject({ SuccessResponse: { Body: { Products: { Product: [{}, {}] } } } });
    expect(await falabellaBody(sandbox, 'GetProducts', { parameters })).toMatchObject({
      Products: { Product: [{}, {}] },
    });
    expect(await falabellaBody(sandbox, 'GetProducts', { parameters: { Limit: '1' } })).toMatchObject({
      Products: { Product: { SellerSku: 'PROD-001' } },
    });
  });

  it('fifty feeds pass at once, then one in two minutes, for the seller as a whole; 770 a day', () => {
    const state = freshState();
    const settings = { ...sandbox.settings.falabella, feedIntervalMs: 120_000 };
    const start = 1_700_000_000_000;
    let passed = 0;
    for (let second = 0; second < 24 * 3_600; second += 30)
      if (passFeedGate(state, settings, start + second * 1_000)) passed += 1;
    expect(passed).toBeGreaterThan(750);
    expect(passed).toBeLessThanOrEqual(770);
    const fresh = freshState();
    const atOnce = Array.from({ length: 60 }, (_, i) => passFeedGate(fresh, settings, start + i));
    expect(atOnce.filter((passes) => passes)).toHaveLength(50);
    expect([passFeedGate(fresh, settings, start + 120_060), passFeedGate(fresh, settings, start + 120_100)]).toEqual([
      true,
      false,
    ]);
  });

  it('a feed beyond the limit is answered with status 429; whether UpdateStock counts is a switch', async () => {
    set({ feedBurst: 1, feedIntervalMs: 60_000 });
    const body = stockXml([{ sku: 'PROD-001', quantity: 1 }]);
    const status = async () => (await falabella(sandbox, 'UpdateStock', { body })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    set({ countUpdateStock: false });
    expect([await status(), await status()]).toEqual([200, 200]);
  });

  it('a feed is queued, processed, and finished even when some of its records failed, each with its SKU', async () => {
    const { state } = sandbox.world.falabella;
    const lines = ['PROD-001', 'NOT-THERE'].map((sku) => ({ sku, quantity: '4', warehouse: null }));
    const feed = createFeed(state, sandbox.settings.falabella, 'ProductStockUpdate', lines);
    const seen: string[] = [feed.status];
    for (const at of [feed.startAt, feed.finishAt]) {
      advanceFeeds(state, sandbox.settings.falabella, at);
      seen.push(feed.status);
    }
    expect(seen).toEqual(['Queued', 'Processing', 'Finished']);
    expect(shown('PROD-001')).toBe(4);
    const detail = await feedOf(feed.id);
    expect(detail).toMatchObject({ Status: 'Finished', TotalRecords: '2', FailedRecords: '1' });
    expect(detail.FeedErrors).toMatchObject({ Error: { SellerSku: 'NOT-THERE' } });
  });

  it('feeds take time, and one may be applied before an earlier one', async () => {
    set({ feedDurationMs: 500, feedReorder: true });
    await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }]);
    await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 2 }]);
    await until(() => shown('PROD-001') === 2);
    await until(() => shown('PROD-001') === 1);
    set({ feedDelayMs: 3_600_000 });
    const late = await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 3 }]);
    expect((await feedOf(late)).Status).toBe('Queued');
  });

  it.each([
    ['available', 10],
    ['on_hand', 9],
  ] as const)(
    'a pushed number means %s, and a cancelled order returns its reservation',
    async (stockModel, afterPush) => {
      set({ stockModel });
      const order = await sell({ sku: 'PROD-001' });
      await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 10 }]);
      await until(() => shown('PROD-001') === afterPush);
      await play(`/orders/${order.number}/cancel`);
      expect([shown('PROD-001'), sandbox.state('PROD-001').falabella.stock[0]?.reserved]).toEqual([afterPush + 1, 0]);
    },
  );

  it('an item is one unit, and has no quantity', async () => {
    const found = await items(await sell({ sku: 'PROD-001', quantity: 3 }));
    expect(found.map((item) => [item.Sku, item.Quantity])).toEqual(
      Array.from({ length: 3 }, () => ['PROD-001', undefined]),
    );
  });

  it.each(['Own Warehouse', 'Fulfillment'] as const)(
    "items that Falabella delivers itself are called %s, and are not part of the seller's stock",
    async (fbfShippingType) => {
      set({ fbfShippingType });
      const before = shown('PROD-049');
      const order = await sell({ lines: [{ sku: 'PROD-049', fulfilled: true }, { sku: 'PROD-050' }] });
      expect((await items(order)).map((item) => item.ShippingType)).toEqual([fbfShippingType, 'Dropshipping']);
      expect(shown('PROD-049')).toBe(before);
    },
  );

  it('items may come after their order, and some of their fields after them', async () => {
    const late = await sell({ sku: 'PROD-001', lateMs: 3_600_000 });
    expect(await items(late)).toEqual([]);
    await play(`/orders/${late.number}/items`, { sku: 'PROD-002' });
    expect(await items(late)).toMatchObject([{ Sku: 'PROD-002' }]);
    set({ lateFieldsMs: 3_600_000 });
    expect(await items(await sell({ sku: 'PROD-001' }))).toMatchObject([{ ShippingType: '', PackageId: '' }]);
  });

  it('webhooks carry no proof, and are repeated until they are answered with exactly 200', async () => {
    await register();
    set({ webhookTimeoutMs: 500 });
    app.answers = [201, 204, 500, null];
    await sell({ sku: 'PROD-001', webhook: 'registered' });
    await drained();
    expect(app.received).toHaveLength(5);
    expect(Object.keys(app.received[0]?.headers ?? {}).filter((name) => /sign|auth|secret|token/.test(name))).toEqual(
      [],
    );
  });

  it('webhooks that are never accepted are dropped after thirty days', async () => {
    set({ webhookMinuteMs: 60_000 });
    await register();
    app.answers = [500, 500];
    await sell({ sku: 'PROD-001', webhook: 'registered' });
    const { state } = sandbox.world.falabella;
    await until(() => state.outbox[0]?.attempt === 1);
    const [waiting] = state.outbox;
    if (!waiting) throw new Error('nothing waits');
    Object.assign(waiting, { firstAt: Date.now() - 30 * 86_400_000, nextAt: Date.now() });
    sandbox.world.falabella.wake();
    await drained();
    expect(app.received).toHaveLength(2);
  });

  it('webhooks come twice, in another order, late or not at all', async () => {
    await register();
    set({ webhookRepeat: 2, webhookReorderMs: 3_600_000, webhookLoss: 3 });
    for (let n = 0; n < 3; n += 1) await sell({ sku: 'PROD-001', webhook: 'registered' });
    await until(() => sandbox.state().falabella.outbox === 2);
    expect(orderIds()).toEqual([1002, 1002]);
    for (const late of sandbox.world.falabella.state.outbox) late.nextAt = Date.now();
    sandbox.world.falabella.wake();
    await drained();
    expect(orderIds()).toEqual([1002, 1002, 1001, 1001]);
  });

  it.each([
    ['mixed', [1001, '1001']],
    ['number', [1001, 1001]],
    ['text', ['1001', '1001']],
  ] as const)('order ids in webhooks are numbers and texts (%s)', async (webhookOrderId, ids) => {
    set({ webhookOrderId });
    await register();
    const order = await sell({ sku: 'PROD-001', webhook: 'registered' });
    await drained();
    await play(`/orders/${order.number}/cancel`, { webhook: 'registered' });
    await drained();
    expect(orderIds()).toEqual(ids);
  });

  it('the dates of orders have no time zone', async () => {
    for (const utcOffsetMinutes of [-180, -300, 0]) {
      set({ utcOffsetMinutes });
      const order = await sell({ sku: 'PROD-001' });
      const written = (await items(order))[0]?.UpdatedAt ?? '';
      expect(written).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
      const kept = sandbox.world.falabella.state.orders.find(({ id }) => id === order.id)?.updatedAt ?? 0;
      expect(Date.parse(`${written.replace(' ', 'T')}Z`)).toBe(
        Math.floor(kept / 1_000) * 1_000 + utcOffsetMinutes * 60_000,
      );
    }
  });

  it.each([
    ['reference', ['return_shipped_by_customer', 'return_waiting_for_approval', 'return_rejected']],
    ['flow', ['return_ship_by_customer', 'return_awaiting_for_approval', 'returned_rejected']],
  ] as const)('statuses after the sale are spelled as on the %s page', async (postSaleSpelling, words) => {
    set({ postSaleSpelling });
    const order = await sell({ sku: 'PROD-001' });
    const seen: (string | undefined)[] = [];
    for (const status of [
      'shipped',
      'delivered',
      'return_shipped_by_customer',
      'return_waiting_for_approval',
      'return_rejected',
    ]) {
      await play(`/orders/${order.number}/status`, { status });
      seen.push((await items(order))[0]?.Status);
    }
    expect(seen.slice(2)).toEqual(words);
  });

  it('an unknown SKU is a failed record of the feed, or the whole call is refused', async () => {
    const body = stockXml([{ sku: 'NOT-THERE', quantity: 1 }]);
    expect(await falabellaError(sandbox, 'UpdateStock', { body })).toBeNull();
    set({ unknownSkus: 'refuse' });
    expect(await falabellaError(sandbox, 'UpdateStock', { body })).toBe('1001');
  });
});
