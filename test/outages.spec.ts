import { type ActiveFault } from '../sandbox/http/faults.js';
import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const STEPS = ['create', 'action_confirm', 'button_validate'] as const;
/** Every way in which an answer can be lost. */
const TROUBLES: Readonly<Record<string, Partial<ActiveFault>>> = {
  'a 500': { status: 500, body: 'Internal Server Error' },
  'a page of a server without its database': {
    status: 404,
    body: '<html><body>Not Found</body></html>',
    contentType: 'text/html',
  },
  'a connection closed before the effect': { drop: 'before' },
  'a connection closed after the effect': { drop: 'after' },
  'no answer in time, before the effect': { hang: 'before' },
  'no answer in time, after the effect': { hang: 'after' },
  'a 500 after the effect': { status: 500, body: 'Internal Server Error', after: true },
};

const troublesOfEachStep = STEPS.flatMap((step) =>
  Object.entries(TROUBLES).map(([name, fault]) => [step, name, fault] as const),
);

describe('a failing Odoo', () => {
  let shop: Shop;
  let number = 0;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'outages', env: { ODOO_TIMEOUT_MS: '1000' } });
  });
  afterAll(async () => shop?.close());

  const attemptsBlamed = async (orderId: string) => (await shop.books.order(orderId)).deliver.attempts ?? 0;

  it('delivers each order once, whichever answer is lost, and counts no attempt against the order', async () => {
    const cases = troublesOfEachStep.map(([step, name, fault], i) => ({
      step,
      name,
      fault,
      sku: `PROD-0${10 + i}`,
      orderId: `FAL-OUT-${++number}`,
    }));
    for (const { step, name, fault, sku, orderId } of cases) {
      const { onHand } = shop.product(sku);
      shop.sandbox.world.faults.add({ method: `stock.picking.${step}`, times: 1, ...fault });
      await shop.call.order(orderBody(orderId, { products: [{ sku, quantity: 2 }] }));
      await waitFor(`${step} meets ${name}`, () => shop.sandbox.world.faults.list().length === 0);
      await shop.agrees([sku]);
      expect({ step, name, deliveries: shop.deliveriesOf(orderId), onHand: shop.product(sku).onHand }).toEqual({
        step,
        name,
        deliveries: ['1 done'],
        onHand: onHand - 2,
      });
      expect(await attemptsBlamed(orderId)).toBe(0);
    }
    expect(await shop.books.alerts()).toEqual([]);
  });

  it('that refuses connections while orders arrive serves each of them once when it is back', async () => {
    const { onHand } = shop.product('PROD-001');
    await shop.outsideAway();
    const ids = Array.from({ length: 20 }, (_, i) => `FAL-REFUSED-${i}`);
    for (const orderId of ids)
      expect((await shop.call.order(orderBody(orderId, { products: [{ sku: 'PROD-001', quantity: 1 }] }))).status).toBe(
        200,
      );
    await eventually('all are reserved', async () =>
      expect(await shop.books.entry('PROD-001')).toMatchObject({ reserved: 20 }),
    );
    await eventually('the first attempt has failed', async () =>
      expect((await shop.books.order('FAL-REFUSED-0')).deliver.error).toEqual(expect.any(String)),
    );
    await shop.outsideBack();
    await shop.agrees(['PROD-001'], { withinMs: 60_000 });
    for (const orderId of ids) expect(shop.deliveriesOf(orderId)).toEqual(['1 done']);
    for (const orderId of ids) expect(await attemptsBlamed(orderId)).toBe(0);
    expect(shop.product('PROD-001').onHand).toBe(onHand - 20);
  });

  it('that refuses the key pauses the connection and raises an alert; a start with the right key continues with the next webhook about an order', async () => {
    const { onHand } = shop.product('PROD-002');
    shop.sandbox.settings.odoo.apiKey = 'another-key';
    await shop.call.order(orderBody('FAL-KEY', { products: [{ sku: 'PROD-002', quantity: 1 }] }));
    await eventually('it is raised', async () => expect(await shop.books.alerts()).toContain('connection_paused odoo'));
    expect(shop.deliveriesOf('FAL-KEY')).toEqual([]);
    shop.sandbox.settings.odoo.apiKey = 'sandbox-odoo-key';
    await shop.restart();
    await shop.call.order(
      orderBody('FAL-KEY', { products: [{ sku: 'PROD-002', quantity: 1 }], status: 'paid', version: 1 }),
    );
    await shop.agrees(['PROD-002']);
    expect(shop.deliveriesOf('FAL-KEY')).toEqual(['1 done']);
    expect(shop.product('PROD-002').onHand).toBe(onHand - 1);
    expect(await shop.books.alerts()).not.toContain('connection_paused odoo');
  });
});
