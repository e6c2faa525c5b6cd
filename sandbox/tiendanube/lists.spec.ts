import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { playOrder, refOf, storeState, tiendanube } from '../testing/tiendanube.js';
import { type TiendanubeSettings } from './settings.js';

interface Row {
  id: number;
  number: number;
  updated_at: string;
}

interface ProductRow {
  id: number;
  variants: { id: number; sku: string | null; stock: number | null; inventory_levels?: unknown[] }[];
}

describe('lists of the simulated Tiendanube', () => {
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
  const get = <T = Row[]>(path: string, store = 5001) => tiendanube<T>(sandbox, path, { store });
  const sales = async (count: number): Promise<number[]> => {
    const ids: number[] = [];
    for (let n = 0; n < count; n += 1) ids.push((await playOrder(sandbox, '', { sku: 'PROD-001' })).id);
    return ids;
  };
  const ageOrder = (id: number, at: string) => {
    const order = sandbox.world.tiendanube.state.stores[5001]?.orders[id];
    Object.assign(order ?? {}, { createdAt: Date.parse(at), updatedAt: Date.parse(at) });
  };

  it('have thirty items per page, a total, and links to the neighbours', async () => {
    const first = await get('/products?fields=id');
    expect(first.body).toHaveLength(30);
    expect(first.body[0]).toEqual({ id: expect.any(Number) as number });
    expect(first.headers.get('x-total-count')).toBe('53');
    const link = first.headers.get('link') ?? '';
    expect(link).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/tiendanube\/2025-03\/5001\/products\?fields=id&page=2&per_page=30>; rel="next", <.*page=2.*>; rel="last"$/,
    );
    const second = await get('/products?page=2');
    expect(second.body).toHaveLength(23);
    expect(second.headers.get('link')).toMatch(/page=1.*rel="first".*page=1.*rel="prev"/);
    expect((await get('/products?per_page=200')).headers.get('link')).toBeNull();
  });

  it('have at most two hundred items per page, whatever is requested', async () => {
    await control(sandbox, 'POST', '/tiendanube/stores/5001/catalogue', { count: 250 });
    expect((await get('/products?per_page=500')).body).toHaveLength(200);
    sandbox.settings.tiendanube.perPageOver = 'refused';
    expect((await get('/products?per_page=500')).status).toBe(422);
    expect((await get('/products?page=0')).status).toBe(422);
  });

  it('answer 404 for a page past the end, or nothing', async () => {
    expect((await get('/products?page=3')).status).toBe(404);
    expect((await get('/orders')).body).toEqual([]);
    sandbox.settings.tiendanube.emptyFirstPage = 'missing';
    expect((await get('/orders')).status).toBe(404);
    sandbox.settings.tiendanube.pagePastEnd = 'empty';
    expect((await get('/products?page=3')).body).toEqual([]);
  });

  it('end after ten thousand orders, with an error beyond', async () => {
    const [id = 0] = await sales(1);
    const orders = sandbox.world.tiendanube.state.stores[5001]?.orders ?? {};
    const sample = orders[id];
    if (!sample) throw new Error('no order');
    for (let n = 1; n <= 10_050; n += 1) orders[id + n] = { ...sample, id: id + n };
    const last = await get('/orders?per_page=200&page=50&fields=id');
    expect([last.status, last.body.length, last.headers.get('x-total-count')]).toEqual([200, 200, '10051']);
    expect(last.headers.get('link')).not.toContain('next');
    expect((await get('/orders?per_page=200&page=51')).status).toBe(422);
    expect(
      (await get(`/orders?per_page=200&page=1&since_id=${id + 10_000}&fields=id`)).headers.get('x-total-count'),
    ).toBe('50');
  });

  it('of orders are filtered by when they changed, to the second and with any offset', async () => {
    const [first = 0, second = 0, third = 0] = await sales(3);
    ageOrder(first, '2026-01-01T10:00:00.900Z');
    ageOrder(second, '2026-01-01T11:00:00Z');
    ageOrder(third, '2026-01-01T12:00:00Z');
    const ids = async (query: string) => (await get(`/orders?fields=id&${query}`)).body.map(({ id }) => id);
    expect(await ids('updated_at_min=2026-01-01T11:00:00Z')).toEqual([third, second]);
    expect(await ids(`updated_at_min=${encodeURIComponent('2026-01-01T09:00:00-02:00')}`)).toEqual([third, second]);
    expect(await ids('updated_at_min=2026-01-01T10:00:00Z&updated_at_max=2026-01-01T11:30:00Z')).toEqual([
      second,
      first,
    ]);
    expect(await ids('created_at_min=2026-01-01T11:30:00%2B0000')).toEqual([third]);
    expect(await ids('created_at_max=2026-01-01T10:00:00Z')).toEqual([first]);
    expect((await get('/orders?updated_at_min=yesterday')).status).toBe(422);
    sandbox.settings.tiendanube.orderSort = 'oldest';
    expect(await ids('created_at_min=2026-01-01')).toEqual([first, second, third]);
  });

  it('of orders are filtered by their properties', async () => {
    const [first = 0, second = 0] = await sales(2);
    await playOrder(sandbox, `/${second}/cancel`, { restock: false });
    await playOrder(sandbox, `/${first}/payment`, { status: 'pending' });
    const ids = async (query: string) => (await get(`/orders?fields=id&${query}`)).body.map(({ id }) => id);
    expect(await ids('status=cancelled')).toEqual([second]);
    expect(await ids('payment_status=pending')).toEqual([first]);
    expect(await ids('shipping_status=unfulfilled&q=101')).toEqual([second]);
    expect(await ids('status=any&channels=store')).toEqual([second, first]);
    expect((await get('/orders?status=lost')).status).toBe(422);
  });

  it('of products are filtered by at most thirty ids, by words and by stock', async () => {
    const { productId } = refOf(sandbox, 'PROD-001');
    expect((await get(`/products?ids=${productId}`)).body).toMatchObject([{ id: productId }]);
    expect((await get(`/products?ids=${Array.from({ length: 31 }, (_, n) => n).join(',')}`)).status).toBe(422);
    expect((await get<ProductRow[]>('/products?q=roble')).body[0]?.variants[0]?.sku).toBe('MESA ROBLE 120');
    expect((await get('/products?max_stock=107&min_stock=100')).body).toMatchObject([{ id: productId }]);
  });

  it('of stores differ: one number, or levels for each of several locations', async () => {
    const product = async (store: number) =>
      (await get<ProductRow>(`/products/${refOf(sandbox, 'PROD-001', store).productId}`, store)).body;
    expect((await product(5001)).variants[0]).not.toHaveProperty('inventory_levels');
    const { locations } = storeState(sandbox, '', 5002);
    expect((await product(5002)).variants[0]?.inventory_levels).toMatchObject(
      locations.map(({ id }, place) => ({ location_id: id, stock: place === 0 ? 107 : 0 })),
    );
    expect((await get<{ features: string[] }>('/store', 5002)).body.features).toContain('inventory-levels');
    expect((await get<{ features: string[] }>('/store')).body.features).not.toContain('inventory-levels');
    expect((await get<{ id: string; priority: number; store_id: string }[]>('/locations', 5002)).body).toMatchObject(
      locations.map(({ id }, priority) => ({ id, priority, store_id: '5002' })),
    );
    expect(locations[0]?.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('of products have variants, including those without a SKU, and one SKU twice where the merchant did so', async () => {
    const all = (await get<ProductRow[]>('/products?per_page=200', 5003)).body.flatMap(({ variants }) => variants);
    expect(all.filter(({ sku }) => sku === null)).toHaveLength(2);
    expect(all.filter(({ sku }) => sku === 'PROD-040')).toHaveLength(2);
    expect(all.filter(({ stock }) => stock === null).map(({ sku }) => sku)).toEqual(['PROD-050', 'DIGITAL-001']);
    const odd = "SILLÓN (AZUL) 3/4*'!";
    const found = await get<ProductRow>(`/products/sku/${encodeURIComponent(odd)}`);
    expect(found.body.variants[0]?.sku).toBe(odd);
    expect((await get<ProductRow>('/products/sku/PROD-040', 5003)).body.variants).toHaveLength(1);
    expect((await get('/products/sku/NONE')).status).toBe(404);
  });

  it('of products change as products and variants are created, changed and deleted', async () => {
    const send = <T = ProductRow>(method: string, path: string, body?: unknown) =>
      tiendanube<T>(sandbox, path, { method, body });
    const made = await send('POST', '/products', {
      name: { es: 'Vaso' },
      variants: [
        { sku: 'VASO-1', stock: 3, values: [{ es: 'A' }] },
        { sku: 'VASO-2', values: [{ es: 'B' }] },
      ],
    });
    expect([made.status, made.body.variants.map(({ stock }) => stock)]).toEqual([201, [3, null]]);
    const at = `/products/${made.body.id}/variants`;
    expect((await send<{ sku: string }>('PUT', `${at}/${made.body.variants[0]?.id}`, { sku: 'VASO-9' })).body.sku).toBe(
      'VASO-9',
    );
    const id = made.body.variants[1]?.id;
    expect(
      (
        await send('PATCH', at, [
          { id, stock: 1 },
          { id, stock: 2 },
        ])
      ).body,
    ).toMatchObject({ duplicate_variant_ids: [id] });
    expect((await send('PATCH', at, [{ id, stock: 6 }])).status).toBe(200);
    const replaced = await send<ProductRow['variants']>('PUT', at, [
      { stock: 8, values: [{ es: 'A' }] },
      { sku: 'VASO-3', stock: 1, values: [{ es: 'C' }] },
    ]);
    expect(replaced.body.map(({ sku, stock }) => [sku, stock])).toEqual([
      ['VASO-9', 8],
      ['VASO-3', 1],
    ]);
    expect((await send('POST', at, { sku: 'VASO-4', stock: 2 })).status).toBe(201);
    expect((await send('DELETE', `${at}/${replaced.body[1]?.id}`)).body).toEqual({});
    expect((await get(at)).body).toHaveLength(2);
    expect((await send('DELETE', `/products/${made.body.id}`)).body).toEqual({});
    expect((await get(`/products/${made.body.id}`)).status).toBe(404);
    expect((await send('POST', '/products', {})).status).toBe(422);
  });

  it('of locations change, and every variant has a level in each', async () => {
    const send = <T = { id: string; priority: number; is_default: boolean }>(
      method: string,
      path: string,
      body?: unknown,
    ) => tiendanube<T>(sandbox, path, { method, body, store: 5002 });
    const { body: made } = await send('POST', '/locations', { name: { es: 'Feria' } });
    expect(storeState(sandbox, 'PROD-001', 5002).shown[0]?.locations.map(({ stock }) => stock)).toEqual([107, 0, 0, 0]);
    await send('PATCH', '/locations/priorities', [{ id: made.id, priority: -1 }]);
    expect((await get<{ id: string }[]>('/locations', 5002)).body[0]?.id).toBe(made.id);
    expect((await send('PATCH', `/locations/${made.id}/chosen-as-default`)).body.is_default).toBe(true);
    expect((await send('DELETE', `/locations/${made.id}`)).status).toBe(422);
    const other = storeState(sandbox, '', 5002).locations[1];
    expect((await send('DELETE', `/locations/${other?.id}`)).status).toBe(204);
    expect((await send('PUT', `/locations/${made.id}`, { name: 'Feria 2' })).status).toBe(200);
    expect((await send('GET', `/locations/${other?.id}`)).status).toBe(404);
  });
});
