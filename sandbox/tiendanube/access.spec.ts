import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { until } from '../testing/until.js';
import { storeState, tiendanube, tokenOf } from '../testing/tiendanube.js';
import { type TiendanubeSettings } from './settings.js';

interface Problem {
  code: number;
  message: string;
  description: string;
}

/** The checks that the simulated Tiendanube makes before it handles a call. */
describe('a call of the simulated Tiendanube', () => {
  let sandbox: Sandbox;
  let defaults: TiendanubeSettings;
  beforeAll(async () => {
    sandbox = await startSandbox();
    defaults = structuredClone(sandbox.settings.tiendanube);
  });
  afterAll(() => sandbox.close());
  beforeEach(() => {
    sandbox.world.reset();
    Object.assign(sandbox.settings.tiendanube, structuredClone(defaults));
  });
  const set = (change: Partial<TiendanubeSettings>) => Object.assign(sandbox.settings.tiendanube, change);
  const statusWith = async (headers: Record<string, string>) =>
    (await tiendanube(sandbox, '/store', { headers })).status;
  const without = { Authentication: '' };
  const token = tokenOf(5001);

  it.each([
    ['Authentication', 'bearer'],
    ['Authentication', 'Bearer'],
    ['Authorization', 'bearer'],
    ['Authorization', 'BEARER'],
  ])('is accepted with %s: %s', async (name, scheme) => {
    expect(await statusWith({ ...without, [name]: `${scheme} ${token}` })).toBe(200);
  });

  it('is accepted with one form of the token only when the setting is strict', async () => {
    set({ authHeader: 'authentication' });
    expect(await statusWith({ Authentication: `bearer ${token}` })).toBe(200);
    expect(await statusWith({ Authentication: `Bearer ${token}` })).toBe(401);
    expect(await statusWith({ ...without, Authorization: `Bearer ${token}` })).toBe(401);
    set({ authHeader: 'authorization' });
    expect(await statusWith({ ...without, Authorization: `Bearer ${token}` })).toBe(200);
    expect(await statusWith({ Authentication: `bearer ${token}` })).toBe(401);
  });

  it('is answered whether its token is missing or wrong, and another store’s is wrong', async () => {
    const none = await tiendanube<Problem>(sandbox, '/store', { headers: without });
    const wrong = await tiendanube<Problem>(sandbox, '/store', {
      headers: { Authentication: `bearer ${tokenOf(5002)}` },
    });
    expect([none.status, none.body.description]).toEqual([401, 'Required access token is missing']);
    expect([wrong.status, wrong.body.description]).toEqual([401, 'Invalid access token']);
  });

  it('needs a User-Agent with a contact, which is checked after the token', async () => {
    expect(await statusWith({ 'User-Agent': '' })).toBe(400);
    expect(await statusWith({ 'User-Agent': 'curl/8' })).toBe(400);
    expect(await statusWith({ 'User-Agent': '', Authentication: 'bearer wrong' })).toBe(401);
    expect(await statusWith({ 'User-Agent': 'App (https://app.example.com)' })).toBe(200);
    set({ userAgent: 'any' });
    expect([await statusWith({ 'User-Agent': 'curl/8' }), await statusWith({ 'User-Agent': '' })]).toEqual([200, 400]);
  });

  it('needs a type of JSON when it writes, and a body that is JSON', async () => {
    const post = async (body: string, type: string) =>
      tiendanube(sandbox, '/webhooks', { method: 'POST', body, headers: { 'Content-Type': type } });
    expect((await post('{}', 'text/plain')).status).toBe(415);
    expect((await post('{}', 'application/x-www-form-urlencoded')).status).toBe(415);
    const broken = await post('{"event":', 'application/json');
    expect([broken.status, broken.body]).toEqual([400, { error: 'Problems parsing JSON' }]);
    expect((await post('{}', 'application/json')).status).toBe(422);
    set({ contentType: 'exact' });
    expect([
      (await post('{}', 'application/json')).status,
      (await post('{}', 'application/json; charset=utf-8')).status,
    ]).toEqual([415, 422]);
  });

  it('has the version in its address; a wrong one is answered with the valid ones', async () => {
    for (const version of ['2025-03', 'v1', 'unstable'])
      expect((await tiendanube(sandbox, '/store', { version })).status).toBe(200);
    const { status, body } = await tiendanube<Problem>(sandbox, '/store', { version: '2024-01' });
    expect(status).toBe(404);
    expect(body.description).toContain('v1, 2025-03');
  });

  it('meets errors of four shapes', async () => {
    const shape = async (path: string, method: string, body: unknown) =>
      (await tiendanube(sandbox, path, { method, body })).body;
    expect(await shape('/webhooks', 'POST', { event: 'x', url: 'x' })).toEqual({
      event: ['is not included in the list'],
      url: ['invalid url specified'],
    });
    expect(await shape('/orders/1', 'GET', undefined)).toEqual({
      code: 404,
      message: 'Not Found',
      description: 'Order with such id does not exist',
    });
    const [product] = Object.values(sandbox.world.tiendanube.state.stores[5001]?.products ?? {});
    const bad = [{ id: product?.id, variants: [{ id: product?.variants[0]?.id, inventory_levels: [{ stock: -1 }] }] }];
    expect(await shape('/products/stock-price', 'PATCH', bad)).toEqual({
      code: 422,
      message: 'Unprocessable Entity',
      description: 'The given data was invalid.',
      stock: ['The stock must be at least 0.'],
    });
    expect(await shape('/webhooks', 'POST', '{')).toEqual({ error: 'Problems parsing JSON' });
  });

  it('is answered 402 while the store is suspended, and 401 once the token was revoked', async () => {
    const act = (what: string) => control(sandbox, 'POST', `/tiendanube/stores/5001/${what}`);
    await act('suspend');
    expect(await statusWith({})).toBe(402);
    expect((await tiendanube(sandbox, '/store', { store: 5002 })).status).toBe(200);
    await act('resume');
    expect(await statusWith({})).toBe(200);
    await act('revoke');
    expect([await statusWith({}), storeState(sandbox).installed]).toEqual([401, true]);
  });

  it('needs a scope; the right to write includes reading', async () => {
    const status = async (method: string, path: string, body?: unknown) =>
      (await tiendanube(sandbox, path, { method, body })).status;
    const hook = (event: string) => status('POST', '/webhooks', { event, url: 'https://shop.example/hook' });
    expect([await hook('order/created'), await hook('customer/created')]).toEqual([201, 422]);
    set({ scopes: ['read_products'] });
    expect([await status('GET', '/products'), await status('PATCH', '/products/stock-price', [])]).toEqual([200, 403]);
    expect([await status('GET', '/locations'), await status('POST', '/locations', {})]).toEqual([200, 403]);
    expect([await status('GET', '/orders'), await status('GET', '/store'), await status('GET', '/webhooks')]).toEqual([
      403, 200, 200,
    ]);
    expect([await hook('order/created'), await hook('product/updated'), await hook('app/uninstalled')]).toEqual([
      422, 201, 201,
    ]);
  });

  it('is affected by faults before or after its effect, and late', async () => {
    const fault = (input: unknown) => control(sandbox, 'POST', '/faults', input);
    const create = () =>
      tiendanube(sandbox, '/webhooks', {
        method: 'POST',
        body: { event: 'order/paid', url: 'https://shop.example/hook' },
      });
    const made = () => storeState(sandbox).webhooks.length;
    await fault({ call: 'POST /webhooks', drop: 'before' });
    await expect(create()).rejects.toThrow();
    expect(made()).toBe(0);
    await fault({ call: 'POST /webhooks', drop: 'after' });
    await expect(create()).rejects.toThrow();
    expect(made()).toBe(1);
    await fault({ call: 'POST /webhooks', status: 503 });
    const refused = await create();
    expect([refused.status, refused.body, made()]).toEqual([
      503,
      { code: 503, message: 'Service Unavailable', description: null },
      1,
    ]);
    await fault({ path: '/tiendanube/2025-03/5001/*', status: 502, body: '<html>', after: true });
    expect([(await create()).status, made()]).toEqual([502, 2]);
    await fault({ call: 'POST /webhooks', hang: 'after' });
    const signal = AbortSignal.timeout(100);
    const url = `${sandbox.url}/tiendanube/2025-03/5001/webhooks`;
    const headers = {
      Authentication: `bearer ${token}`,
      'User-Agent': 'App (a@example.com)',
      'Content-Type': 'application/json',
    };
    const hanging = fetch(url, {
      method: 'POST',
      signal,
      headers,
      body: '{"event":"order/paid","url":"https://shop.example/hook"}',
    });
    await expect(hanging).rejects.toThrow();
    await until(() => made() === 3);
    await fault({ call: 'POST /webhooks', delayMs: 300 });
    const late = create();
    await until(() => sandbox.world.faults.list().length === 0);
    expect(made()).toBe(3);
    expect([(await late).status, made()]).toEqual([201, 4]);
    await fault({ call: 'GET /*', status: 500, times: 0 });
    expect([(await create()).status, await statusWith({})]).toEqual([201, 500]);
  });

  it('is recorded by its pattern, without any token', async () => {
    await tiendanube(sandbox, '/orders/17');
    const { body } = await control<{ items: { name: string }[] }>(sandbox, 'GET', '/calls?path=/tiendanube/');
    expect(body.items.map(({ name }) => name)).toEqual(['GET /orders/:id']);
    expect(JSON.stringify(body)).not.toContain(token);
  });
});
