import { createHmac } from 'node:crypto';
import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { playOrder, refOf, stockOf, storeState, tiendanube } from '../testing/tiendanube.js';
import { until } from '../testing/until.js';
import { repeatMinutes, signatureOf } from './hooks.js';
import { type TiendanubeSettings } from './settings.js';

interface Told {
  store_id: number | string;
  event: string;
  id?: number | string;
}

describe('webhooks of the simulated Tiendanube', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({
      appUrl: app.url,
      settings: { tiendanube: { rateLimit: false, webhookMinuteMs: 0, webhookTimeoutMs: 1000 } },
    });
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });
  const set = (change: Partial<TiendanubeSettings>) => Object.assign(sandbox.settings.tiendanube, change);
  const register = async (events: string[], url = `${app.url}/webhooks/tiendanube`, store = 5001) => {
    for (const event of events) await tiendanube(sandbox, '/webhooks', { method: 'POST', body: { event, url }, store });
  };
  const sell = (input: unknown = {}) => playOrder(sandbox, '', { sku: 'PROD-001', ...(input as object) });
  const change = (id: number, what: string, input: unknown = {}) => playOrder(sandbox, `/${id}/${what}`, input);
  const act = (what: string, input: unknown = {}, store = 5001) =>
    control(sandbox, 'POST', `/tiendanube/stores/${store}/${what}`, input);
  const drained = () => until(() => sandbox.state().tiendanube.outbox === 0);
  const told = () => app.bodies<Told>().map(({ event, id }) => (id === undefined ? event : `${event} ${id}`));
  const outbox = () => Object.values(sandbox.world.tiendanube.state.outbox);

  it('are registered for one event each, listed, changed and deleted', async () => {
    const call = (method: string, path: string, body?: unknown) =>
      tiendanube<{ id: number; event: string }>(sandbox, `/webhooks${path}`, { method, body });
    const { status, body } = await call('POST', '', { event: 'order/created', url: 'https://shop.example/hook' });
    expect([status, body]).toMatchObject([
      201,
      { id: expect.any(Number) as number, event: 'order/created', url: 'https://shop.example/hook' },
    ]);
    await register(['order/created', 'order/paid']);
    const list = async (query: string) => (await tiendanube<unknown[]>(sandbox, `/webhooks${query}`)).body;
    expect([
      (await list('')).length,
      (await list('?event=order/created')).length,
      (await list('?url=https://shop.example/hook')).length,
    ]).toEqual([3, 2, 1]);
    expect((await call('PUT', `/${body.id}`, { event: 'order/edited' })).body.event).toBe('order/edited');
    expect((await call('DELETE', `/${body.id}`)).body).toEqual({});
    expect([(await call('GET', `/${body.id}`)).status, (await list('')).length]).toEqual([404, 2]);
  });

  it.each([
    ['http://shop.example/hook', false],
    ['https://api.tiendanube.com/x', false],
    ['https://tienda.mitiendanube.com/x', false],
    ['ftp://127.0.0.1/x', false],
    ['nowhere', false],
    ['https://shop.example/hook', true],
    ['http://127.0.0.1:3000/hook', true],
  ])('may lead to %s: %s', async (url, allowed) => {
    const post = () => tiendanube(sandbox, '/webhooks', { method: 'POST', body: { event: 'order/paid', url } });
    const answer = await post();
    expect([answer.status, answer.body]).toMatchObject(allowed ? [201, {}] : [422, { url: ['invalid url specified'] }]);
    set({ loopbackHooks: false });
    expect((await post()).status).toBe(url.startsWith('https://shop') ? 201 : 422);
  });

  it('may be registered twice, and are then sent twice, or are refused', async () => {
    await register(['order/created', 'order/created']);
    await sell();
    await drained();
    expect(app.received).toHaveLength(2);
    set({ duplicateHooks: 'refused' });
    const { status } = await tiendanube(sandbox, '/webhooks', {
      method: 'POST',
      body: { event: 'order/created', url: `${app.url}/webhooks/tiendanube` },
    });
    expect(status).toBe(422);
  });

  it('name the store, the event and the order, with an HMAC of the exact bytes', async () => {
    expect(signatureOf('{"store_id":123,"event":"order/created","id":456}', 'secret')).toBe(
      '2228feadd3431306969b9628d4fe8dd67c3e70eafd420b64fe822b4257322e81',
    );
    await register(['order/created']);
    const { id } = await sell();
    await drained();
    const [request] = app.received;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/webhooks/tiendanube',
      body: `{"store_id":5001,"event":"order/created","id":${id}}`,
    });
    const hmac = createHmac('sha256', 'your_tiendanube_client_secret')
      .update(request?.body ?? '')
      .digest('hex');
    expect(request?.headers['x-linkedstore-hmac-sha256']).toBe(hmac);
  });

  it("report an order's events to the addresses registered for them", async () => {
    await register([
      'order/created',
      'order/paid',
      'order/cancelled',
      'order/edited',
      'order/updated',
      'order/packed',
      'order/fulfilled',
      'order/voided',
    ]);
    await register(['order/paid'], `${app.url}/x`, 5002);
    const { id, lines } = await sell({ payment: 'pending' });
    await change(id, 'pay');
    await change(id, 'edit', { lines: [{ lineId: lines[0]?.id, quantity: 2 }] });
    await change(id, 'ship', { status: 'unshipped' });
    await change(id, 'ship', { status: 'shipped' });
    await change(id, 'cancel');
    await change(id, 'reopen');
    await change(id, 'payment', { status: 'voided' });
    await change(id, 'note', { silent: true });
    await drained();
    const names = ['created', 'paid', 'edited', 'packed', 'fulfilled', 'cancelled', 'updated', 'voided'];
    expect(told().sort()).toEqual(names.map((name) => `order/${name} ${id}`).sort());
  });

  it('are byte for byte the same for two changes of one order', async () => {
    await register(['order/updated', 'order/paid']);
    const { id } = await sell({ payment: 'pending' });
    await change(id, 'note');
    await change(id, 'note');
    set({ updatedToo: true });
    await change(id, 'pay');
    await drained();
    const updated = app.received.filter(({ body }) => body.includes('order/updated'));
    expect(updated).toHaveLength(3);
    expect(
      new Set(updated.map(({ body, headers }) => `${body}${String(headers['x-linkedstore-hmac-sha256'])}`)).size,
    ).toBe(1);
  });

  it('end with any answer of 2xx', async () => {
    await register(['order/created']);
    app.answers = [201];
    await sell();
    await drained();
    app.answers = [302, 202];
    await sell();
    await drained();
    expect(app.received).toHaveLength(3);
  });

  it('are repeated when there is no answer in time, which by default is three seconds', async () => {
    expect((await startedDefaults()).webhookTimeoutMs).toBe(3000);
    set({ webhookTimeoutMs: 500 });
    await register(['order/created']);
    app.answers = [null, 200];
    await sell();
    await drained();
    expect(app.received).toHaveLength(2);
  });

  async function startedDefaults(): Promise<TiendanubeSettings> {
    const fresh = await startSandbox();
    await fresh.close();
    return fresh.settings.tiendanube;
  }

  it('are tried sixteen times within two days, and then dropped', async () => {
    expect(repeatMinutes).toHaveLength(15);
    expect(repeatMinutes.at(-1)).toBeLessThan(48 * 60);
    const waits = repeatMinutes.slice(4).map((at, place) => at - (repeatMinutes[place + 3] ?? 0));
    expect(waits.slice(1).every((wait, place) => Math.abs(wait / (waits[place] ?? 1) - 1.4) < 0.05)).toBe(true);
    await register(['order/created']);
    app.answers = Array.from({ length: 20 }, () => 500);
    const { id } = await sell();
    await drained();
    expect(app.received).toHaveLength(16);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(1);
    expect(sandbox.state().tiendanube.deliveries).toMatchObject({ posts: 16, failures: 16 });
    expect(sandbox.state().tiendanube.undelivered).toMatchObject([
      { event: 'order/created', body: expect.stringContaining(String(id)) as string },
    ]);
  });

  it('are repeated at once, and after a configurable number of minutes', async () => {
    set({ webhookMinuteMs: 3_600_000 });
    await register(['order/created']);
    app.answers = [500, 500];
    await sell();
    await until(() => outbox()[0]?.failed === 2);
    const [waiting] = outbox();
    expect((waiting?.nextAt ?? 0) - (waiting?.firstFailedAt ?? 0)).toBe(5 * 3_600_000);
    await control(sandbox, 'POST', '/tiendanube/deliver');
    await drained();
    expect(app.received).toHaveLength(3);
  });

  it('come twice, in another order, or not at all', async () => {
    await register(['order/created']);
    set({ webhookRepeat: 2, webhookReorderMs: 3_600_000, webhookLoss: 3 });
    const ids: number[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await sell()).id);
    await until(() => outbox().length === 2);
    const [first, second] = ids;
    expect(told()).toEqual([`order/created ${second}`, `order/created ${second}`]);
    await control(sandbox, 'POST', '/tiendanube/deliver');
    await drained();
    expect(told().slice(2)).toEqual([`order/created ${first}`, `order/created ${first}`]);
  });

  it('may be spread over a while, so that later ones come first', async () => {
    await register(['order/created']);
    set({ webhookJitterMs: 3_600_000 });
    for (let n = 0; n < 8; n += 1) await sell();
    const due = outbox().map(({ nextAt }) => nextAt);
    expect([...due].sort((a, b) => a - b)).not.toEqual(due);
    expect(Math.max(...due) - Math.min(...due)).toBeLessThanOrEqual(3_600_000 + 60_000);
  });

  it('write the store’s id as a number, and as text for locations', async () => {
    const events = ['location/created', 'order/created'];
    await register(events);
    await tiendanube(sandbox, '/locations', { method: 'POST', body: { name: 'Feria' } });
    await sell();
    await drained();
    const kinds = () =>
      app
        .bodies<Told>()
        .sort((a, b) => a.event.localeCompare(b.event))
        .map(({ store_id }) => typeof store_id);
    expect(kinds()).toEqual(['string', 'number']);
    app.clear();
    set({ webhookStoreId: 'text' });
    await sell();
    await drained();
    expect(kinds()).toEqual(['string']);
  });

  it.each([
    ['silent', []],
    ['writes', ['product/updated']],
    ['sales', ['product/updated']],
    ['both', ['product/updated', 'product/updated']],
  ] as const)('report changes of stock or not (%s), and changed products always', async (productEvents, expected) => {
    set({ productEvents });
    await register(['product/updated']);
    await tiendanube(sandbox, '/products/stock-price', {
      method: 'PATCH',
      body: [stockOf(sandbox, 'PROD-001', [{ stock: 9 }])],
    });
    await sell();
    await drained();
    expect(app.bodies<Told>().map(({ event }) => event)).toEqual(expected);
    app.clear();
    const { productId } = refOf(sandbox, 'PROD-001');
    await tiendanube(sandbox, `/products/${productId}`, { method: 'PUT', body: { name: 'Otra' } });
    await drained();
    expect(told()).toEqual([`product/updated ${productId}`]);
  });

  it('report that the app was suspended and resumed, and nothing in between', async () => {
    await register(['app/suspended', 'app/resumed', 'order/created']);
    await act('suspend');
    await sell();
    await act('resume');
    await drained();
    expect(told().sort()).toEqual(['app/resumed', 'app/suspended']);
  });

  it('report that the app was uninstalled, and are deleted', async () => {
    await register(['app/uninstalled', 'order/created']);
    await act('uninstall');
    await sell();
    await drained();
    expect(told()).toEqual(['app/uninstalled']);
    expect(storeState(sandbox)).toMatchObject({ installed: false, token: null, webhooks: [] });
  });

  it('of privacy are sent to separate addresses, signed, and name no event', async () => {
    const { id } = await sell({ customerId: 7 });
    for (const topic of ['store/redact', 'customers/redact', 'customers/data_request'])
      await act('privacy', { topic, customerId: 7 });
    await drained();
    const byUrl = Object.fromEntries(app.received.map(({ url, body }) => [url, JSON.parse(body) as unknown]));
    expect(byUrl).toMatchObject({
      '/webhooks/tiendanube/store-redact': { store_id: 5001 },
      '/webhooks/tiendanube/customers-redact': { store_id: 5001, customer: { id: 7 }, orders_to_redact: [id] },
      '/webhooks/tiendanube/customers-data-request': { orders_requested: [id], data_request: { id: 456 } },
    });
    for (const { body, headers } of app.received)
      expect(headers['x-linkedstore-hmac-sha256']).toBe(signatureOf(body, 'your_tiendanube_client_secret'));
    expect((await act('privacy', { topic: 'x' })).status).toBe(400);
  });

  it('can be repeated by hand', async () => {
    await register(['order/updated']);
    await act('notify', { event: 'order/updated', id: 17, times: 2 });
    await act('notify', { event: 'product/created', id: 1, url: `${app.url}/elsewhere` });
    await drained();
    expect(told().sort()).toEqual(['order/updated 17', 'order/updated 17', 'product/created 1']);
  });

  it('never leave this machine', async () => {
    await register(['order/created'], 'https://shop.example/hook');
    await sell();
    await drained();
    const { body } = await control<{ items: { answer: string }[] }>(sandbox, 'GET', '/calls?path=tiendanube webhook');
    expect(body.items).toHaveLength(16);
    expect(body.items[0]?.answer).toMatch(/only calls/);
  });
});
