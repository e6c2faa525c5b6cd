import { Shop } from './support/shop.js';
import { orderBody } from './support/caller.js';
import { eventually } from './support/wait.js';

const SECRET = 'a-shared-secret-of-this-test';

/** Credentials other than the sandbox's samples: for the application these are real accounts. */
const accountsAt = (url: string) => ({
  SANDBOX_URL: '',
  FALABELLA_API_URL: `${url}/falabella/`,
  FALABELLA_USER_ID: 'sandbox@example.com',
  FALABELLA_API_KEY: 'sandbox-falabella-key',
  FALABELLA_WEBHOOK_SECRET: SECRET,
  // A real account takes a feed every two minutes.
  FALABELLA_FEED_INTERVAL_MS: '2000',
  ODOO_URL: `${url}/odoo`,
  ODOO_DB: 'sandbox',
  ODOO_API_KEY: 'sandbox-odoo-key',
});

describe('real accounts', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ label: 'shadow', realAccounts: true });
  });
  afterAll(async () => shop?.close());

  const writes = () =>
    shop.sandbox.world.calls
      .list()
      .filter(({ name }) => /UpdateStock|\.(create|write|unlink|action_\w+|button_\w+)$/.test(name))
      .map(({ name }) => name);
  const send = () =>
    shop.call.order(orderBody('SH-1', { products: [{ sku: 'PROD-004', quantity: 3 }] }), {
      'x-falabella-signature': SECRET,
    });

  it('begin in shadow: the order is counted, and nothing is written outside', async () => {
    await shop.start(accountsAt(shop.sandbox.url));
    await eventually('the stock was seen', async () =>
      expect(await shop.books.entry('PROD-004')).toHaveProperty('observedAt'),
    );
    expect(await send()).toMatchObject({ status: 200, body: { status: 'accepted' } });
    const onHand = shop.product('PROD-004').onHand;
    await eventually('it is reserved', async () =>
      expect(await shop.books.entry('PROD-004')).toMatchObject({ reserved: 3, quantity: onHand }),
    );
    await eventually('the number is shown', async () =>
      expect(await shop.books.listing('PROD-004')).toMatchObject({ preview: { quantity: onHand - 3 } }),
    );
    await eventually('the delivery waits', async () =>
      expect((await shop.books.order('SH-1')).deliver.error).toBe('reasons.shadow'),
    );
    expect(await shop.call.post('/erp/stock/reduce', { sku: 'PROD-004', quantity: 1 })).toMatchObject({
      status: 409,
      body: { type: '/problems/shadow' },
    });
    expect(shop.deliveriesOf('SH-1')).toEqual([]);
    expect(writes()).toEqual([]);
  });

  it('go live when a person decides so, and then do what the preview showed', async () => {
    await shop.goLive('falabella', 'odoo');
    await shop.agrees(['PROD-004']);
    expect(shop.deliveriesOf('SH-1')).toEqual(['1 done']);
    expect(writes()).toEqual(expect.arrayContaining(['stock.picking.create', 'UpdateStock']));
  });

  it('stop selling at once, and still count the sales', async () => {
    expect(await shop.call.post('/connections/falabella/stop-selling', {})).toMatchObject({
      status: 200,
      body: { publishing: 'stopped' },
    });
    await shop.call.order(orderBody('SH-2', { products: [{ sku: 'PROD-004', quantity: 1 }] }), {
      'x-falabella-signature': SECRET,
    });
    await eventually('the channel shows 0', () => expect(shop.shownAtFalabella('PROD-004')).toBe(0));
    await shop.quiet();
    expect(shop.deliveriesOf('SH-2')).toEqual(['1 done']);
  });

  it('sell again after a stop, and only then', async () => {
    expect(await shop.call.post('/connections/falabella/sell-again', {})).toMatchObject({
      status: 200,
      body: { publishing: 'live' },
    });
    await shop.agrees(['PROD-004']);
    expect(await shop.call.post('/connections/falabella/sell-again', {})).toMatchObject({
      status: 409,
      body: { type: '/problems/not-stopped' },
    });
    expect(await shop.books.wrongs()).toEqual([]);
  });
});
