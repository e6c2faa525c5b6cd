import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { refOf, shownIn, stockOf, storeState, tiendanube } from '../testing/tiendanube.js';
import { type TiendanubeSettings } from './settings.js';

interface VariantRow {
  id: number;
  sku: string | null;
  stock: number | null;
  stock_management: boolean;
  inventory_levels?: { location_id: string; stock: number | null }[];
}

interface Outcome {
  id: number;
  variants: { id: number; success: boolean }[];
}

describe('stock at the simulated Tiendanube', () => {
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
  const patch = <T = Outcome[]>(body: unknown, store = 5001) =>
    tiendanube<T>(sandbox, '/products/stock-price', { method: 'PATCH', body, store });
  const setTo = (sku: string, stock: unknown, store = 5001) =>
    patch([stockOf(sandbox, sku, [{ stock }], store)], store);
  const variantOf = async (sku: string, store = 5001) => {
    const { productId, variantId } = refOf(sandbox, sku, store);
    return (await tiendanube<VariantRow>(sandbox, `/products/${productId}/variants/${variantId}`, { store })).body;
  };
  const relative = (sku: string, body: object, store = 5001) =>
    tiendanube<VariantRow[]>(sandbox, `/products/${refOf(sandbox, sku, store).productId}/variants/stock`, {
      method: 'POST',
      body,
      store,
    });

  describe('PATCH /products/stock-price', () => {
    it('sets variants of several products at once, and confirms each', async () => {
      const refs = ['PROD-001', 'CAFÉ GRANO 250'].map((sku) => refOf(sandbox, sku));
      const { status, body } = await patch([
        stockOf(sandbox, 'PROD-001', [{ stock: 4 }]),
        stockOf(sandbox, 'CAFÉ GRANO 250', [{ stock: 0 }]),
      ]);
      expect(status).toBe(200);
      expect(body).toEqual(
        refs.map(({ productId, variantId }) => ({ id: productId, variants: [{ id: variantId, success: true }] })),
      );
      expect([shownIn(sandbox, 'PROD-001'), shownIn(sandbox, 'CAFÉ GRANO 250')]).toEqual([4, 0]);
    });

    it('accepts fifty variants over all products, and not one more', async () => {
      const skus = Array.from({ length: 50 }, (_, n) => `PROD-${String(n + 1).padStart(3, '0')}`);
      const updates = skus.map((sku) => stockOf(sandbox, sku, [{ stock: 1 }]));
      expect((await patch(updates)).status).toBe(200);
      const { status, body } = await patch<{ description: string }>([
        ...updates,
        stockOf(sandbox, 'MESA ROBLE 120', [{ stock: 1 }]),
      ]);
      expect([status, body.description]).toEqual([422, 'Too many variants sent for update']);
      expect(shownIn(sandbox, 'MESA ROBLE 120')).not.toBe(1);
    });

    it('marks refused variants, and accepts the others', async () => {
      sandbox.settings.tiendanube.failSkus = ['PROD-044'];
      const [taken, failed] = ['PROD-043', 'PROD-044'].map((sku) => refOf(sandbox, sku));
      const variants = [taken?.variantId, failed?.variantId, 1].map((id) => ({ id, inventory_levels: [{ stock: 2 }] }));
      const { body } = await patch([
        { id: taken?.productId, variants },
        { id: 1, variants: [{ id: 2, inventory_levels: [{ stock: 2 }] }] },
      ]);
      expect(body.flatMap((product) => product.variants.map(({ success }) => success))).toEqual([
        true,
        false,
        false,
        false,
      ]);
      expect([shownIn(sandbox, 'PROD-043'), shownIn(sandbox, 'PROD-044')]).toEqual([2, 408]);
    });

    it('may refuse the whole call for a variant that does not exist', async () => {
      sandbox.settings.tiendanube.unknownVariants = 'refused';
      const { status } = await patch([
        stockOf(sandbox, 'PROD-001', [{ stock: 4 }]),
        { id: 1, variants: [{ id: 2, inventory_levels: [{ stock: 2 }] }] },
      ]);
      expect([status, shownIn(sandbox, 'PROD-001')]).toEqual([404, 107]);
    });

    it('makes the stock unlimited with an empty text or null, which zero is not', async () => {
      await setTo('PROD-001', '');
      expect(await variantOf('PROD-001')).toMatchObject({ stock: null, stock_management: false });
      await setTo('PROD-001', 0);
      expect(await variantOf('PROD-001')).toMatchObject({ stock: 0, stock_management: true });
      await setTo('PROD-001', null);
      expect(shownIn(sandbox, 'PROD-001')).toBeNull();
      sandbox.settings.tiendanube.nullStock = 'ignored';
      await setTo('PROD-002', null);
      expect(shownIn(sandbox, 'PROD-002')).toBe(114);
    });

    it.each([
      [-1, 'The stock must be at least 0.'],
      [1.5, 'The stock must be an integer.'],
      ['many', 'The stock must be an integer.'],
    ])('refuses %p as a number, for the whole call', async (stock, message) => {
      const { status, body } = await patch([
        stockOf(sandbox, 'PROD-002', [{ stock: 1 }]),
        stockOf(sandbox, 'PROD-001', [{ stock }]),
      ]);
      expect([status, body]).toMatchObject([422, { code: 422, stock: [message] }]);
      expect([shownIn(sandbox, 'PROD-001'), shownIn(sandbox, 'PROD-002')]).toEqual([107, 114]);
    });

    it.each([
      [{}],
      [[]],
      [[{ id: 1 }]],
      [[{ variants: [] }]],
      [[{ id: 1, variants: [{ inventory_levels: [] }] }]],
      [[1]],
    ])('refuses %j', async (body) => {
      expect((await patch(body)).status).toBe(422);
    });

    it('ignores a stock beside the levels', async () => {
      const { productId, variantId } = refOf(sandbox, 'PROD-001');
      const { body } = await patch([{ id: productId, variants: [{ id: variantId, stock: 3, price: '99.5' }] }]);
      expect([body[0]?.variants[0]?.success, shownIn(sandbox, 'PROD-001')]).toEqual([true, 107]);
    });

    it('sets one location by its id, the first one without, and no unknown one', async () => {
      const [first, second] = storeState(sandbox, '', 5002).locations;
      await patch([stockOf(sandbox, 'PROD-001', [{ stock: 5, location_id: second?.id }], 5002)], 5002);
      expect(await variantOf('PROD-001', 5002)).toMatchObject({
        stock: 112,
        inventory_levels: [{ stock: 107 }, { stock: 5 }, { stock: 0 }],
      });
      await setTo('PROD-001', 9, 5002);
      expect(await variantOf('PROD-001', 5002)).toMatchObject({
        stock: 14,
        inventory_levels: [{ location_id: first?.id, stock: 9 }, { stock: 5 }, {}],
      });
      const { body } = await patch([stockOf(sandbox, 'PROD-001', [{ stock: 1, location_id: '01NONE' }], 5002)], 5002);
      expect([body[0]?.variants[0]?.success, shownIn(sandbox, 'PROD-001', 5002)]).toEqual([false, 14]);
    });
  });

  describe('POST /products/:id/variants/stock', () => {
    it('adds and subtracts, ending at zero without an error', async () => {
      expect((await relative('PROD-001', { action: 'variation', value: -100 })).body[0]?.stock).toBe(7);
      expect((await relative('PROD-001', { action: 'variation', value: 3 })).body[0]?.stock).toBe(10);
      const { status, body } = await relative('PROD-001', { action: 'variation', value: -11 });
      expect([status, body[0]?.stock]).toEqual([200, 0]);
    });

    it('changes every variant of the product when none is named', async () => {
      const { body } = await relative('PROD-043', { action: 'replace', value: 1 });
      expect(body.map(({ stock }) => stock)).toEqual([1, 1, 1, 1]);
      const { variantId } = refOf(sandbox, 'PROD-044');
      expect((await relative('PROD-043', { action: 'replace', value: 8, id: variantId })).body).toMatchObject([
        { sku: 'PROD-044', stock: 8 },
      ]);
      expect(shownIn(sandbox, 'PROD-043')).toBe(1);
    });

    it('makes the stock unlimited with null, which a variation keeps', async () => {
      expect((await relative('PROD-001', { action: 'replace', value: null })).body).toMatchObject([
        { stock: null, stock_management: false },
      ]);
      expect((await relative('PROD-001', { action: 'variation', value: -5 })).body[0]?.stock).toBeNull();
    });

    it.each([
      [{ action: 'add', value: 1 }, 422],
      [{ action: 'replace', value: -1 }, 422],
      [{ action: 'variation', value: 'x' }, 422],
      [{ action: 'replace', value: 1, id: 5 }, 404],
    ])('refuses %j', async (body, status) => {
      expect((await relative('PROD-001', body)).status).toBe(status);
      expect((await tiendanube(sandbox, '/products/1/variants/stock', { method: 'POST', body })).status).toBe(404);
      expect(shownIn(sandbox, 'PROD-001')).toBe(107);
    });
  });

  describe('on a single variant', () => {
    const put = (sku: string, body: unknown, store = 5001) => {
      const { productId, variantId } = refOf(sandbox, sku, store);
      return tiendanube<VariantRow>(sandbox, `/products/${productId}/variants/${variantId}`, {
        method: 'PUT',
        body,
        store,
      });
    };

    it('is written to the first location only when it is one number, and ignored beside levels', async () => {
      const [, second] = storeState(sandbox, '', 5002).locations;
      await put('PROD-001', { inventory_levels: [{ stock: 6, location_id: second?.id }], stock: 1 }, 5002);
      expect((await variantOf('PROD-001', 5002)).stock).toBe(113);
      expect((await put('PROD-001', { stock: 10 }, 5002)).body).toMatchObject({
        stock: 16,
        inventory_levels: [{ stock: 10 }, { stock: 6 }, {}],
      });
    });

    it('is unlimited after an empty text', async () => {
      expect((await put('PROD-001', { stock: '' })).body).toMatchObject({ stock: null, stock_management: false });
      expect((await put('PROD-001', { stock: 0 })).body).toMatchObject({ stock: 0, stock_management: true });
    });

    it('is not changed by a change of the product', async () => {
      const { productId } = refOf(sandbox, 'PROD-001');
      const { status } = await tiendanube(sandbox, `/products/${productId}`, {
        method: 'PUT',
        body: { stock: 1, name: { es: 'Otra' } },
      });
      expect([status, shownIn(sandbox, 'PROD-001')]).toEqual([200, 107]);
    });
  });

  it('is kept location by location, one level per page by default', async () => {
    const [first] = storeState(sandbox, '', 5002).locations;
    const { variantId } = refOf(sandbox, 'PROD-001', 5002);
    const read = async (query: string) =>
      (await tiendanube(sandbox, `/locations/${first?.id}/inventory-levels${query}`, { store: 5002 })).body;
    expect(await read('')).toMatchObject({ page: 1, per_page: 1, results: [{}] });
    expect(await read(`?variant_id=${variantId}`)).toMatchObject({
      total: 1,
      results: [{ variant_id: String(variantId), location_id: first?.id, stock: 107 }],
    });
    expect(await read('?per_page=200')).toMatchObject({ total: 57, per_page: 200 });
  });

  it('may be changed by the merchant, and every change is recorded', async () => {
    await control(sandbox, 'POST', '/tiendanube/stores/5001/stock', { sku: 'PROD-001', stock: 3 });
    await setTo('PROD-001', 5);
    const { body } = await control<{ items: unknown[] }>(
      sandbox,
      'GET',
      '/tiendanube/stores/5001/changes?sku=PROD-001',
    );
    expect(body.items).toMatchObject([
      { from: 107, to: 3, by: 'merchant' },
      { from: 3, to: 5, by: 'PATCH /products/stock-price' },
    ]);
  });
});
