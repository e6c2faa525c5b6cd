import { orderBody, type Answer } from './support/caller.js';
import { ViewedShop } from './support/viewed-shop.js';
import { eventually } from './support/wait.js';
import { type ListingItem } from '../src/views/listings/listing-item.dto.js';
import { type LogItem } from '../src/views/logs/log-item.dto.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('the settings of the team', () => {
  let shop: ViewedShop;

  beforeAll(async () => {
    shop = await ViewedShop.ready('views_setup', { odoo: { warehouses: 2 } });
  });
  afterAll(async () => shop?.close());

  const send = async (method: string, path: string, body: unknown): Promise<Answer> => {
    const response = await fetch(`${shop.running.url}${path}`, {
      method,
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    });
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const listing = (sku: string) => shop.get<ListingItem>(`/listings/falabella/${encodeURIComponent(sku)}`);
  const shown = (sku: string) => shop.sandbox.state(sku).falabella.stock[0]?.available;
  const sell = async (orderId: string, products: { sku: string; quantity: number }[], status = 'confirmed') => {
    expect((await shop.call.order(orderBody(orderId, { products, status }))).status).toBe(200);
  };

  describe('on listings', () => {
    const put = (sku: string, body: unknown) => send('PUT', `/listings/falabella/${encodeURIComponent(sku)}`, body);

    it('are rules that are published at once', async () => {
      const { available } = await shop.books.entry('PROD-001');
      const answer = await put('PROD-001', { rules: { buffer: 3, cap: null, notForSale: false } });
      expect(answer).toMatchObject({
        status: 200,
        body: { rules: { buffer: 3 }, wanted: { quantity: available - 3 } },
      });
      await eventually('Falabella shows it', () => expect(shown('PROD-001')).toBe(available - 3));
      await put('PROD-001', { rules: { buffer: 0, cap: 2, notForSale: false } });
      await eventually('Falabella shows it', () => expect(shown('PROD-001')).toBe(2));
      await put('PROD-001', { rules: { buffer: 0, cap: null, notForSale: true } });
      await eventually('Falabella shows it', () => expect(shown('PROD-001')).toBe(0));
      expect(
        (await shop.get<{ items: ListingItem[] }>('/listings?state=notForSale')).items.map((item) => item.sku),
      ).toEqual(['PROD-001']);
      await put('PROD-001', { rules: { buffer: 0, cap: null, notForSale: false } });
      await eventually('Falabella shows it', () => expect(shown('PROD-001')).toBe(available));
    });

    it('are parts: a bundle is limited by its scarcest part, and an order of it moves them', async () => {
      const [two, three] = [await shop.books.entry('PROD-002'), await shop.books.entry('PROD-003')];
      const answer = await put('PROD-010', {
        parts: [
          { sku: 'PROD-002', quantity: 2 },
          { sku: 'PROD-003', quantity: 1 },
        ],
      });
      const most = Math.min(Math.floor(two.available / 2), three.available);
      expect(answer).toMatchObject({
        status: 200,
        body: { wanted: { quantity: most }, rules: { buffer: 0, notForSale: false } },
      });
      await eventually('Falabella shows it', () => expect(shown('PROD-010')).toBe(most));
      await sell('S-BUNDLE', [{ sku: 'PROD-010', quantity: 1 }]);
      await eventually('its parts are gone', async () => {
        expect((await shop.books.entry('PROD-002')).quantity).toBe(two.quantity - 2);
        expect((await shop.books.entry('PROD-003')).quantity).toBe(three.quantity - 1);
      });
      const parts = (await shop.get<{ listings: ListingItem[] }>('/stock/PROD-002')).listings.map((item) => item.sku);
      expect(parts).toEqual(['PROD-002', 'PROD-010']);
    });

    it('release an order that waited for its SKU to be mapped', async () => {
      await sell('S-MAP', [{ sku: 'OLD-NAME', quantity: 2 }]);
      await eventually('it waits', async () =>
        expect((await shop.books.order('S-MAP')).unmapped).toEqual(['OLD-NAME']),
      );
      expect(
        (await shop.get<{ items: ListingItem[] }>('/listings?state=unmapped')).items.map((item) => item.sku),
      ).toEqual(['OLD-NAME']);
      const { quantity } = await shop.books.entry('PROD-004');
      expect((await put('OLD-NAME', { parts: [{ sku: 'PROD-004', quantity: 3 }] })).status).toBe(200);
      await eventually(
        'it is delivered',
        async () => expect((await shop.books.order('S-MAP')).transfers).toMatchObject([{ state: 'closed' }]),
        {
          withinMs: 20_000,
        },
      );
      expect((await shop.books.entry('PROD-004')).quantity).toBe(quantity - 6);
      await eventually('the alert is closed', async () =>
        expect(await shop.books.alerts()).not.toContain('needs_mapping falabella/S-MAP'),
      );
      expect((await shop.get<{ items: ListingItem[] }>('/listings?state=unmapped')).items).toEqual([]);
    });

    it('may be empty: a SKU that moves no stock is not published, and holds nothing', async () => {
      expect(await put('GIFT-CARD', { parts: [] })).toMatchObject({
        status: 200,
        body: { wantedState: 'nothing', parts: [] },
      });
      await sell('S-GIFT', [{ sku: 'GIFT-CARD', quantity: 1 }]);
      await eventually('it is planned', async () =>
        expect(await shop.books.order('S-GIFT')).toMatchObject({ holds: [], unmapped: [] }),
      );
      expect(await put('GIFT-CARD', { parts: null })).toMatchObject({
        status: 200,
        body: { parts: null, wantedState: 'unseen' },
      });
    });

    it('are listed by connection, prefix and state, page by page without gap or repeat', async () => {
      const whole = await shop.all<ListingItem>('/listings', 200);
      expect(whole.length).toBe(await shop.books.count('listings'));
      expect((await shop.all<ListingItem>('/listings', 3)).map((item) => item.id)).toEqual(
        whole.map((item) => item.id),
      );
      expect(
        (await shop.all<ListingItem>('/listings?sku=PROD-00', 2)).every((item) => item.sku.startsWith('PROD-00')),
      ).toBe(true);
      expect(await shop.all('/listings?connection=tiendanube', 50)).toEqual([]);
      // Falabella no longer knows it.
      await eventually('it is refused', async () =>
        expect(await shop.all('/listings?state=error', 50)).toMatchObject([
          { sku: 'OLD-NAME', error: expect.any(String) as string },
        ]),
      );
      expect((await shop.all<ListingItem>('/listings?state=unmapped', 1)).map((item) => item.sku)).toEqual([
        'GIFT-CARD',
      ]);
    });

    it('write a log with the request and the earlier values', async () => {
      const { items } = await shop.get<{ items: LogItem[] }>('/logs?action=listings.change&productSku=PROD-010');
      expect(items).toMatchObject([
        {
          status: 'success',
          connection: 'falabella',
          request: {
            body: {
              parts: [
                { sku: 'PROD-002', quantity: 2 },
                { sku: 'PROD-003', quantity: 1 },
              ],
            },
          },
          response: { before: { parts: null } },
        },
      ]);
    });

    it.each([
      [['rules.buffer'], { rules: { buffer: -1, cap: null, notForSale: false } }],
      [['rules.buffer', 'rules.cap', 'rules.notForSale'], { rules: { buffer: 1.5, cap: 'much', notForSale: 'no' } }],
      [['rules'], { rules: null }],
      [['parts'], { parts: 'PROD-001' }],
      [['parts[0].quantity'], { parts: [{ sku: 'PROD-001', quantity: 0 }] }],
      [
        ['parts[1].sku'],
        {
          parts: [
            { sku: 'PROD-001', quantity: 1 },
            { sku: 'PROD-001', quantity: 2 },
          ],
        },
      ],
      [['parts[0].sku'], { parts: [{ sku: 'NOWHERE', quantity: 1 }] }],
      [['parts'], { parts: Array.from({ length: 51 }, (_, i) => ({ sku: `P-${i}`, quantity: 1 })) }],
      [['price'], { price: 3 }],
    ])('are refused by name when they are wrong: %j', async (fields, body) => {
      expect(await shop.wrongFields(put('PROD-005', body))).toEqual(fields);
      expect(await listing('PROD-005')).toMatchObject({
        parts: null,
        rules: { buffer: 0, cap: null, notForSale: false },
      });
    });

    it('are answered 404 for an unknown channel or SKU', async () => {
      expect((await send('PUT', '/listings/nowhere/PROD-001', {})).status).toBe(404);
      expect((await shop.call.get('/listings/falabella/NOBODY')).status).toBe(404);
      expect(await shop.wrongFields(shop.call.get('/listings?state=lost'))).toEqual(['state']);
    });
  });

  describe('on warehouses', () => {
    const NORTH = { code: 'north', name: 'Bodega norte', priority: 5, erp: { connection: 'odoo', code: 'BN' } };

    it('add a warehouse: its ERP stock is counted, and channels receive the sum', async () => {
      const answer = await send('POST', '/warehouses', NORTH);
      expect(answer).toMatchObject({
        status: 201,
        body: { code: 'north', active: true, channels: [], erp: { connection: 'odoo', code: 'BN' } },
      });
      expect(answer.headers.get('location')).toBe('/warehouses/north');
      await shop.sandbox.world.odooPlays.count({ sku: 'PROD-006', quantity: 9, warehouse: 'BN' });
      await shop.call.post('/stock/PROD-006/resync', {});
      await eventually('both are counted', async () => {
        const entries = await shop.books.entries('PROD-006');
        expect(entries.find((entry) => entry.warehouse === 'north')?.quantity).toBe(9);
        expect(shown('PROD-006')).toBe(entries.reduce((sum, entry) => sum + entry.available, 0));
      });
      expect((await shop.all<{ warehouse: string }>('/stock?sku=PROD-006', 1)).map((item) => item.warehouse)).toEqual([
        'main',
        'north',
      ]);
    });

    it('exclude a warehouse: it serves no order, and channels do not receive its stock', async () => {
      const main = (await shop.books.entries('PROD-006')).find((entry) => entry.warehouse === 'main');
      expect(await send('PATCH', '/warehouses/north', { active: false })).toMatchObject({
        status: 200,
        body: { active: false, name: 'Bodega norte' },
      });
      await eventually('only the other one is told', () => expect(shown('PROD-006')).toBe(main?.available));
      await send('PATCH', '/warehouses/north', { active: true });
      await eventually('both are told', () => expect(shown('PROD-006')).toBe((main?.available ?? 0) + 9));
    });

    it('cannot change the master of counted stock, or leave no warehouse to sell from', async () => {
      expect(await send('PATCH', '/warehouses/north', { erp: null })).toMatchObject({
        status: 409,
        body: { type: '/problems/warehouse-in-use' },
      });
      await send('PATCH', '/warehouses/north', { active: false });
      expect(await send('PATCH', '/warehouses/main', { active: false })).toMatchObject({
        status: 409,
        body: { type: '/problems/last-warehouse' },
      });
      expect(await send('PATCH', '/warehouses/north', { erp: { connection: 'odoo', code: null } })).toMatchObject({
        status: 409,
      });
      expect(await send('POST', '/warehouses', NORTH)).toMatchObject({ status: 409 });
    });

    it('move a warehouse to another place in the same ERP: everything in it is read again', async () => {
      const before = (await shop.books.entries('PROD-006')).find((entry) => entry.warehouse === 'north');
      expect((await send('PATCH', '/warehouses/north', { erp: { connection: 'odoo', code: 'NONE' } })).status).toBe(
        200,
      );
      await eventually('it was looked at again', async () => {
        const entry = (await shop.books.entries('PROD-006')).find((one) => one.warehouse === 'north');
        expect(entry?.observe.requested).toBeGreaterThan(before?.observe.requested ?? 0);
      });
    });

    it('add a warehouse of the ledger, whose first master may still change', async () => {
      expect(await send('POST', '/warehouses', { code: 'shop', name: 'Tienda', active: false })).toMatchObject({
        status: 201,
        body: { erp: null, priority: 0 },
      });
      expect(
        (await send('PATCH', '/warehouses/shop', { name: 'Tienda centro', erp: { connection: 'odoo', code: 'X1' } }))
          .status,
      ).toBe(200);
      expect(await shop.get('/warehouses/shop')).toMatchObject({
        name: 'Tienda centro',
        erp: { connection: 'odoo', code: 'X1' },
      });
      expect(
        (await shop.get<{ items: { code: string }[] }>('/warehouses')).items.map((item) => item.code).sort(),
      ).toEqual(['main', 'north', 'shop']);
    });

    it.each([
      [['code'], { ...NORTH, code: 'a/b' }],
      [['code'], { ...NORTH, code: 'x'.repeat(41) }],
      [['name'], { code: 'w', name: '' }],
      [['priority'], { code: 'w', name: 'W', priority: -1 }],
      [['erp.connection'], { code: 'w', name: 'W', erp: { connection: 'falabella', code: null } }],
      [['erp.code'], { code: 'w', name: 'W', erp: { connection: 'odoo' } }],
      [['channels[0].connection'], { code: 'w', name: 'W', channels: [{ connection: 'odoo', location: 'A' }] }],
      [['channels[0].location'], { code: 'w', name: 'W', channels: [{ connection: 'falabella', location: '' }] }],
      [['colour'], { code: 'w', name: 'W', colour: 'red' }],
    ])('are refused by name when they are wrong: %j', async (fields, body) => {
      expect(await shop.wrongFields(send('POST', '/warehouses', body))).toEqual(fields);
    });

    it('are answered 404 for an unknown code', async () => {
      expect((await shop.call.get('/warehouses/nowhere')).status).toBe(404);
      expect((await send('PATCH', '/warehouses/nowhere', { name: 'N' })).status).toBe(404);
    });
  });

  describe('on connections', () => {
    interface Check {
      readonly ok: boolean;
      readonly account: string | null;
      readonly findings: readonly {
        readonly what: string;
        readonly problem: string;
        readonly remedy: string;
        readonly warning?: true;
      }[];
    }
    const tried = async (path: string, body: unknown = {}): Promise<Check> => {
      const answer = await send('POST', path, body);
      expect(answer.status).toBe(200);
      return answer.body as unknown as Check;
    };

    it('are tested with a real call, and a failure comes with advice', async () => {
      expect(await tried('/connections/falabella/test')).toMatchObject({ ok: true });
      // The tests of warehouses have left mappings to locations that Odoo does not have.
      const odoo = await tried('/connections/odoo/test');
      expect(odoo.findings.map(({ what, problem }) => [what, /code (\w+)/.exec(problem)?.[1]])).toEqual([
        ['Warehouses', 'X1'],
        ['Warehouses', 'NONE'],
      ]);
      expect(odoo.ok).toBe(false);
      const { falabella } = shop.sandbox.settings;
      const { apiKey } = falabella;
      falabella.apiKey = 'a-renewed-key';
      const { ok, account, findings } = await tried('/connections/falabella/test');
      falabella.apiKey = apiKey;
      expect({ ok, account, found: findings.map(({ what }) => what) }).toEqual({
        ok: false,
        account: null,
        found: ['API key'],
      });
      expect(findings[0]?.remedy).toContain('Seller Center');
    });

    it('are tested before they are stored, and then not kept', async () => {
      const before = await shop.get<{ items: unknown[] }>('/connections');
      const odoo = (apiKey: string) => ({ connector: 'odoo', id: 'odoo-b', credentials: { apiKey } });
      const wrong = await tried('/connections/test', odoo('a-key-of-somebody-else'));
      expect({ ok: wrong.ok, found: wrong.findings.map(({ what }) => what) }).toEqual({
        ok: false,
        found: ['API key'],
      });
      expect(await tried('/connections/test', odoo('sandbox-odoo-key'))).toMatchObject({
        ok: true,
        account: 'sandbox',
      });
      expect((await shop.get<{ items: unknown[] }>('/connections')).items).toHaveLength(before.items.length);
      const logs = await shop.get<{ items: LogItem[] }>('/logs?action=connections.test&limit=50');
      expect(logs.items.length).toBeGreaterThan(0);
      expect(JSON.stringify(logs)).not.toMatch(/a-key-of-somebody-else|sandbox-odoo-key/);
    });

    it('are refused when they cannot be tested', async () => {
      expect(await send('POST', '/connections/nobody/test', {})).toMatchObject({
        status: 404,
        body: { type: '/problems/not-found' },
      });
      const wrong = (body: unknown) => shop.wrongFields(send('POST', '/connections/test', body));
      expect(await wrong({ connector: 'mail' })).toEqual(['connector']);
      expect(await wrong({ connector: 'odoo', settings: { apiKey: 'x' } })).toEqual(['settings.apiKey']);
      expect(await wrong({ connector: 'odoo', settings: { colour: 'red' }, credentials: { apiKey: 'x' } })).toContain(
        'colour',
      );
      expect(
        await wrong({ connector: 'odoo', settings: { url: 'http://127.0.0.1:1' }, credentials: { apiKey: 'x' } }),
      ).toEqual(['url']);
    });
  });
});
