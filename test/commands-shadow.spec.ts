import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

/** Credentials other than the sandbox's samples: for the application this is a real account. */
const odooAt = (url: string) => ({
  SANDBOX_URL: '',
  ODOO_URL: `${url}/odoo`,
  ODOO_DB: 'sandbox',
  ODOO_API_KEY: 'sandbox-odoo-key',
});

describe('a change of stock that Odoo masters, on a connection in shadow', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ label: 'commands_shadow', realAccounts: true, env: { ODOO_TIMEOUT_MS: '1000' } });
  });
  afterAll(async () => shop?.close());

  const take = (quantity: number, key: string) =>
    shop.call.post(
      '/stock/adjustments',
      { sku: 'PROD-003', quantity, mode: 'delta', master: 'odoo', reason: 'test' },
      { 'Idempotency-Key': key },
    );
  const balance = async () => {
    const { quantity, reserved } = await shop.books.entry('PROD-003');
    return [quantity, reserved];
  };

  it('is refused; one that began before waits, and is finished once writing is allowed', async () => {
    const { onHand } = shop.product('PROD-003');
    const odoo = odooAt(shop.sandbox.url);
    await shop.start(odoo);
    await shop.goLive('odoo');
    shop.sandbox.world.faults.add({ method: 'stock.picking.create', times: 0, drop: 'before' });
    expect((await take(-2, 'begun')).status).toBe(202);
    await shop.restart({ ...odoo, PUBLISHING: 'shadow' });
    shop.sandbox.world.faults.clear();
    await eventually('it waits', async () =>
      expect((await shop.books.commands())[0]?.finish.error).toBe('reasons.not_live'),
    );
    expect(await balance()).toEqual([onHand, 2]);
    expect(await take(-1, 'fresh')).toMatchObject({ status: 409, body: { type: '/problems/shadow' } });

    await shop.restart(odoo);
    await shop.quiet();
    expect(await take(-2, 'begun')).toMatchObject({
      status: 200,
      body: { lines: [{ before: onHand, after: onHand - 2 }] },
    });
    expect(await balance()).toEqual([onHand - 2, 0]);
    expect(shop.product('PROD-003').onHand).toBe(onHand - 2);
  });
});
