import { randomBytes } from 'node:crypto';
import { newProduct } from '../sandbox/falabella/state.js';
import { addProduct as addToStore } from '../sandbox/tiendanube/seed.js';
import { orderBody, SECRET } from './support/caller.js';
import { addToOdoo } from './support/many-products.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const STORE = '5003';
/** As Falabella writes it: with a character of no width. */
const UNSEEN = 'GORRO\u200b-1';
const TWINS = ['MANTA', 'MANTA\u00a0'] as const;

/** A platform may write a SKU with blanks and characters that nobody sees; here it is written in one way. */
describe('one SKU that is written in several ways', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({
      label: 'sku_identity',
      env: { CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`, PUBLIC_URL: 'http://127.0.0.1:9' },
    });
    const { falabella, tiendanube, tiendanubePlays } = shop.sandbox.world;
    falabella.state.products[UNSEEN] = newProduct({ sku: UNSEEN, name: 'Gorro', price: 1_000, quantity: 1 }, 3_000);
    for (const sku of ['BUFANDA ', ...TWINS])
      addToStore(tiendanube.state, tiendanubePlays.store(STORE), sku, [{ sku, stock: 1, price: '1000.00' }]);
    for (const sku of ['GORRO-1', 'BUFANDA', 'MANTA', 'PONCHO ']) addToOdoo(shop.sandbox, sku, 8);
    await shop.start();
    await waitFor(
      'the catalogue is read',
      async () => (await shop.books.count('listings')) >= shop.sandbox.state().falabella.stock.length,
    );
    await quiet();
    await shop.connectStore(STORE);
    await waitFor('its catalogue is read', () => listing(TWINS[1]));
    await shop.goLive('store');
    await quiet();
  });
  afterAll(async () => shop?.close());

  const quiet = () => shop.settled((open) => open.filter((line) => !line.includes('no active product')));
  const listing = (sku: string) =>
    shop.db
      .collection<{ _id: string; skus: string[] }>('listings')
      .findOne({ _id: `store/${encodeURIComponent(sku)}` });
  const inStore = (sku: string) =>
    shop.sandbox.state(sku).tiendanube.stores.find(({ id }) => String(id) === STORE)?.shown[0]?.stock;
  const count = (sku: string, quantity: number) =>
    shop.call.post('/stock/adjustments', { sku, quantity, mode: 'absolute', reason: 'counted', master: 'ledger' });

  it('is one stock SKU, and each platform is told by its own text', async () => {
    await eventually('Falabella shows it', () => expect(shop.shownAtFalabella(UNSEEN)).toBe(8));
    await eventually('the store shows it', () => expect(inStore('BUFANDA ')).toBe(8));
    const untidy = { sku: { $in: [UNSEEN, 'BUFANDA ', TWINS[1]] } };
    expect(await shop.db.collection('stock_entries').countDocuments(untidy)).toBe(0);
  });

  it('is sold and delivered under that SKU', async () => {
    const body = orderBody('SEEN-1', { products: [{ sku: UNSEEN, quantity: 3 }] });
    expect(await shop.call.order(body)).toMatchObject({ status: 200 });
    await eventually('it is delivered', () => expect(shop.deliveriesOf('SEEN-1')).toEqual(['1 done']));
    await quiet();
    expect(await shop.books.entry('GORRO-1')).toMatchObject({ quantity: 5, reserved: 0 });
    await eventually('Falabella shows the rest', () => expect(shop.shownAtFalabella(UNSEEN)).toBe(5));
  });

  it('is counted once, however a person or a file writes it', async () => {
    expect(await count('\u00a0GUANTE\u200b ', 5)).toMatchObject({ status: 200, body: { lines: [{ sku: 'GUANTE' }] } });
    expect(await count('GUANTE', 6)).toMatchObject({ body: { lines: [{ sku: 'GUANTE', before: 5, after: 6 }] } });
    const file = ['sku,quantity', '"GUANTE ",7', '" =1",2'].join('\n');
    const sent = await shop.call.post('/stock/import?master=ledger', file, { 'Content-Type': 'text/csv' });
    expect((sent.body.lines as { items: unknown }).items).toMatchObject([
      { sku: 'GUANTE', outcome: 'changed', before: 6, after: 7 },
      { sku: '=1', outcome: 'created' },
    ]);
    const twice = ['sku,quantity', 'GUANTE,1', '"GUANTE\u00a0",2'].join('\n');
    expect(await shop.call.post('/stock/import', twice, { 'Content-Type': 'text/csv' })).toMatchObject({
      status: 400,
      body: { errors: [{ line: 3, field: 'sku' }] },
    });
    const exported = await (await fetch(`${shop.call.url}/stock/export`)).text();
    const again = await shop.call.post('/stock/import', exported, { 'Content-Type': 'text/csv' });
    expect(again.body.counts).toMatchObject({ created: 0, changed: 0, refused: 0, wrong: 0 });
    expect((await shop.call.get(`/stock/${encodeURIComponent('GUANTE\u00a0')}`)).body).toMatchObject({ sku: 'GUANTE' });
  });

  it('is named where another one may be meant by it', async () => {
    const body = orderBody('NEAR-1', { products: [{ sku: 'gorro-1', quantity: 1 }] });
    expect(await shop.call.order(body)).toMatchObject({ status: 200 });
    const detail = async () => {
      const { items } = (await shop.call.get('/alerts?kind=needs_mapping')).body as {
        items: { subject: string; detail: string }[];
      };
      return items.find(({ subject }) => subject === 'falabella/NEAR-1')?.detail;
    };
    await eventually('the alert names it', async () => expect(await detail()).toContain('nearest known: GORRO-1'));
    await waitFor('the listing is known', () => shop.db.collection('listings').findOne({ sku: 'gorro-1' }));
    const check = await shop.call.get('/connections/falabella/listings-check');
    const items = check.body.items as { sku: string; detail: string }[];
    expect(items.find(({ sku, detail: text }) => sku === 'gorro-1' && text.includes('GORRO-1'))).toBeDefined();
  });

  it('is not published where a channel has it twice, until a person says what each is', async () => {
    expect([inStore(TWINS[0]), inStore(TWINS[1])]).toEqual([1, 1]);
    const alerts = await shop.books.alerts();
    for (const sku of TWINS) expect(alerts).toContain(`shared_sku store/${sku}`);
    const check = await shop.call.get('/connections/store/listings-check');
    const items = check.body.items as { sku: string; trouble: string }[];
    expect(items.filter(({ trouble }) => trouble === 'duplicate').map(({ sku }) => sku)).toEqual(
      expect.arrayContaining([...TWINS]),
    );
    const parts = [{ sku: 'MANTA', quantity: 1 }];
    expect(await shop.call.put('/listings/store/MANTA', { parts })).toMatchObject({ status: 200 });
    await eventually('that one shows it', () => expect(inStore(TWINS[0])).toBe(8));
    await quiet();
    expect(inStore(TWINS[1])).toBe(1);
  });

  it('is named by the initial load where the ERP writes it untidily', async () => {
    const { body } = await shop.call.post('/connections/odoo/initial-load', { dryRun: true });
    await eventually('it is looked at', async () =>
      expect((await shop.call.get(`/runs/${String(body.runId)}`)).body).toMatchObject({ state: 'done' }),
    );
    const lines = await shop.call.get(`/runs/${String(body.runId)}?outcome=uncountable`);
    expect(lines.body.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          reason: 'untidy',
          detail: expect.stringContaining('write PONCHO in Odoo') as string,
        }),
      ]),
    );
  });

  it('is compared under it when the channel says what it shows', async () => {
    const word = { sku: UNSEEN, quantity: 99, warehouse: 'main' };
    const headers = { 'x-falabella-signature': SECRET };
    expect(await shop.call.post('/falabella/webhook/stock', word, headers)).toMatchObject({ status: 200 });
    await quiet();
    expect(await shop.db.collection('stock_entries').countDocuments({ sku: UNSEEN })).toBe(0);
    expect(await shop.books.alerts()).not.toContain(`drift falabella/${UNSEEN}`);
  });

  it('is not published from the moment on that another text of it turns up', async () => {
    const shown = shop.shownAtFalabella(UNSEEN);
    const body = orderBody('TWIN-1', { products: [{ sku: 'GORRO-1\u00a0', quantity: 1 }] });
    expect(await shop.call.order(body)).toMatchObject({ status: 200 });
    await eventually('it is delivered', () => expect(shop.deliveriesOf('TWIN-1')).toEqual(['1 done']));
    await quiet();
    expect(shop.shownAtFalabella(UNSEEN)).toBe(shown);
  });
});
