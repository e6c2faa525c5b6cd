import { randomBytes } from 'node:crypto';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const STORE = '5004';

describe('the poll for orders without a webhook', () => {
  let shop: Shop;
  beforeAll(async () => {
    const env = { CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`, ORDER_POLL_INTERVAL_MS: '1000' };
    shop = await Shop.ready({ label: 'polls', env });
  });
  afterAll(async () => shop?.close());

  it('at one platform does not wait for another that gives no answer', async () => {
    shop.sandbox.world.faults.add({ call: 'GET /orders', hang: 'before', times: 0 });
    await shop.connectStore(STORE);
    const asked = () => shop.sandbox.world.faults.list()[0]?.hits;
    await eventually('the store is asked', () => expect(asked()).toBe(1));

    const { order } = await shop.sandbox.world.orders.sell({ sku: 'PROD-001', webhook: 'none' });
    await eventually('the sale at Falabella is found', async () =>
      expect(await shop.books.movementsOf(order.number)).not.toEqual([]),
    );
    expect(asked()).toBe(1);
  });
});
