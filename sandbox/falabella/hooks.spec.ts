import { startSandbox, type Sandbox } from '../server.js';
import { control, falabellaBody, falabellaError } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { until } from '../testing/until.js';

const createXml = (url: string, events: string[]): string =>
  `<Request><Webhook><CallbackUrl>${url}</CallbackUrl><Events>${events.map((event) => `<Event>${event}</Event>`).join('')}</Events></Webhook></Request>`;

describe('webhooks of the simulated Falabella', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({
      appUrl: app.url,
      webhookSecret: 'shared',
      settings: { falabella: { webhookMinuteMs: 10, webhookTimeoutMs: 200 } },
    });
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });
  const register = (events = ['onOrderCreated', 'onOrderItemsStatusChanged']) =>
    falabellaBody<{ Webhook: { WebhookId: string } }>(sandbox, 'CreateWebhook', {
      body: createXml(`${app.url}/falabella/webhook/a-token`, events),
    });
  const drained = (): Promise<void> => until(() => sandbox.state().falabella.outbox === 0);

  it('carry the whole order in the documented form, with the secret in a header', async () => {
    const { body } = await control<{ order: { updatedAt: string }; webhooks: unknown[] }>(sandbox, 'POST', '/orders', {
      sku: 'PROD-001',
      quantity: 2,
    });
    expect(app.received).toHaveLength(1);
    expect(app.received[0]).toMatchObject({
      method: 'POST',
      url: '/falabella/webhook/order',
      headers: { 'x-falabella-signature': 'shared', 'content-type': 'application/json' },
    });
    expect(app.bodies()).toEqual([
      {
        orderId: 'FAL-1001',
        products: [{ sku: 'PROD-001', quantity: 2, price: 29990 }],
        status: 'confirmed',
        timestamp: body.order.updatedAt,
      },
    ]);
    expect(body.webhooks).toEqual([{ status: 200, body: '{"status":"accepted"}', error: null }]);
  });

  it('repeat the same bytes for an order that exists, and change nothing', async () => {
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', quantity: 2, id: 'FAL-9', times: 3 });
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', quantity: 2, id: 'FAL-9', times: 2 });
    expect(new Set(app.received.map((one) => one.body)).size).toBe(1);
    expect(app.received).toHaveLength(5);
    expect(sandbox.state('PROD-001').falabella.stock[0]?.available).toBe(105);
  });

  it('report a cancelled order with a later timestamp', async () => {
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', id: 'FAL-9' });
    const before = Date.now();
    await until(() => Date.now() > before);
    await control(sandbox, 'POST', '/orders/FAL-9/cancel');
    const [sold, cancelled] = app.bodies<{ status: string; timestamp: string; orderId: string }>();
    expect(cancelled).toMatchObject({ orderId: 'FAL-9', status: 'cancelled' });
    expect(Date.parse(cancelled?.timestamp ?? '')).toBeGreaterThan(Date.parse(sold?.timestamp ?? ''));
  });

  it('are registered, listed and deleted', async () => {
    const { Webhook } = await register();
    expect(await falabellaBody(sandbox, 'GetWebhooks')).toMatchObject({
      Webhooks: {
        Webhook: { WebhookId: Webhook.WebhookId, Events: { Event: ['onOrderCreated', 'onOrderItemsStatusChanged'] } },
      },
    });
    await falabellaBody(sandbox, 'DeleteWebhook', { parameters: { Webhook: Webhook.WebhookId } });
    expect(await falabellaBody(sandbox, 'GetWebhooks')).toEqual({ Webhooks: '' });
    expect(await falabellaBody(sandbox, 'GetWebhookEntities')).toMatchObject({
      Entities: { Entity: expect.any(Array) as unknown[] },
    });
  });

  it.each([
    ['another host', createXml('http://example.com/x', ['onOrderCreated']), '98'],
    ['an unknown event', createXml('http://127.0.0.1:9/x', ['onStockChanged']), '99'],
    ['no events', createXml('http://127.0.0.1:9/x', []), '89'],
    ['no XML', '{}', '5'],
  ])('cannot be registered with %s', async (_what, body, code) => {
    expect(await falabellaError(sandbox, 'CreateWebhook', { body })).toBe(code);
  });

  it('send registered hooks the order unsigned, with the id as a number and as text', async () => {
    await register();
    const { body } = await control<{ order: { id: number; items: { id: number }[] } }>(sandbox, 'POST', '/orders', {
      sku: 'PROD-001',
      quantity: 2,
    });
    await drained();
    await control(sandbox, 'POST', `/orders/${body.order.id}/status`, { status: 'ready_to_ship' });
    await drained();
    const { id, items } = body.order;
    expect(app.bodies()).toEqual([
      { event: 'onOrderCreated', payload: { OrderId: id } },
      {
        event: 'onOrderItemsStatusChanged',
        payload: {
          OrderId: String(id),
          OrderItemIds: items.map((item) => String(item.id)),
          NewStatus: 'ready_to_ship',
        },
      },
    ]);
    expect(app.received[0]?.url).toBe('/falabella/webhook/a-token');
    expect(app.received[0]?.headers).not.toHaveProperty('x-falabella-signature');
  });

  it('come twice where the hook was registered twice', async () => {
    await register();
    await register();
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001' });
    await drained();
    expect(app.received).toHaveLength(2);
  });

  it('repeat a registered event until the answer is exactly 200', async () => {
    await register();
    app.answers = [500, 201, null, 204];
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001' });
    await drained();
    expect(app.received).toHaveLength(5);
    expect(new Set(app.received.map((one) => one.body)).size).toBe(1);
  });

  it('may come late, several times, both ways, or not at all', async () => {
    await register();
    const { body } = await control<{ webhooks: unknown[] }>(sandbox, 'POST', '/orders', {
      sku: 'PROD-001',
      webhook: 'both',
      times: 2,
      delayMs: 30,
    });
    expect(body.webhooks).toEqual([]);
    await app.count(4);
    await drained();
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', webhook: 'none' });
    expect(app.received).toHaveLength(4);
  });
});
