import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const line = (sku: string, quantity = 1) => ({ sku, quantity });

describe('an order that cannot proceed', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'waiting' });
  });
  afterAll(async () => shop?.close());

  const sell = async (
    orderId: string,
    products: ReturnType<typeof line>[],
    changes: { version?: number; status?: string } = {},
  ) => expect(await shop.call.order(orderBody(orderId, { products, ...changes }))).toMatchObject({ status: 200 });
  const alerts = () => shop.books.alerts();
  const movements = async (orderId: string) =>
    (await shop.books.movementsOf(orderId))
      .map(({ sku, kind, reservedDelta }) => `${kind} ${sku} ${reservedDelta}`)
      .sort();

  describe('because one of its SKUs is unknown', () => {
    it('has its known units reserved, waits, and shows why', async () => {
      await sell('Q-UNKNOWN', [line('PROD-011', 2), line('CAJA-NAVIDAD')]);
      await eventually('an alert names the SKU', async () =>
        expect(await alerts()).toContain('needs_mapping falabella/Q-UNKNOWN'),
      );
      await eventually('the known line is promised', async () =>
        expect(await movements('Q-UNKNOWN')).toEqual(['reserve PROD-011 2']),
      );
      expect(shop.deliveriesOf('Q-UNKNOWN')).toEqual([]);
      expect(await shop.books.order('Q-UNKNOWN')).toMatchObject({ unmapped: ['CAJA-NAVIDAD'] });
    });

    it('continues by itself once the SKU is mapped', async () => {
      const answer = await shop.call.put('/listings/falabella/CAJA-NAVIDAD', {
        parts: [
          { sku: 'PROD-012', quantity: 2 },
          { sku: 'PROD-013', quantity: 1 },
        ],
      });
      expect(answer).toMatchObject({ status: 200 });
      await eventually('it is delivered', () => expect(shop.deliveriesOf('Q-UNKNOWN')).toEqual(['1 done']));
      await shop.agrees(['PROD-011', 'PROD-012', 'PROD-013']);
      expect(await movements('Q-UNKNOWN')).toEqual([
        'commit PROD-011 -2',
        'commit PROD-012 -2',
        'commit PROD-013 -1',
        'reserve PROD-011 2',
        'reserve PROD-012 2',
        'reserve PROD-013 1',
      ]);
      expect(await alerts()).not.toContain('needs_mapping falabella/Q-UNKNOWN');
    });

    it('continues by itself once a person has said that the SKU is counted here', async () => {
      await sell('Q-COUNTED', [line('HECHO-A-MANO')]);
      await eventually('it waits', async () =>
        expect(await shop.books.order('Q-COUNTED')).toMatchObject({ unmapped: ['HECHO-A-MANO'] }),
      );
      const count = { sku: 'HECHO-A-MANO', quantity: 4, mode: 'absolute', reason: 'first count' };
      expect(await shop.call.post('/stock/adjustments', count)).toMatchObject({ status: 404 });
      const change = { ...count, master: 'ledger' };
      expect(await shop.call.post('/stock/adjustments', change)).toMatchObject({ status: 200 });
      await eventually('it is carried out', async () =>
        expect(await movements('Q-COUNTED')).toEqual(['commit HECHO-A-MANO -1', 'reserve HECHO-A-MANO 1']),
      );
      await shop.quiet();
      expect(await shop.books.entry('HECHO-A-MANO')).toMatchObject({ quantity: 3, reserved: 0, master: 'ledger' });
      // Odoo does not master this SKU, though the warehouse is Odoo's.
      await shop.call.post('/odoo/webhook/stock-change?token=your_webhook_secret', {
        sku: 'HECHO-A-MANO',
        quantity: 99,
      });
      await shop.quiet();
      const after = await shop.books.entry('HECHO-A-MANO');
      expect([after.quantity, after.problem]).toEqual([3, undefined]);
    });

    it('no longer waits when it is cancelled', async () => {
      await sell('Q-GONE', [line('PROD-011'), line('NADIE-LO-CONOCE')]);
      await eventually('it waits', async () => expect(await alerts()).toContain('needs_mapping falabella/Q-GONE'));
      await sell('Q-GONE', [line('PROD-011'), line('NADIE-LO-CONOCE')], { version: 1, status: 'cancelled' });
      await shop.agrees(['PROD-011']);
      expect(await alerts()).not.toContain('needs_mapping falabella/Q-GONE');
      expect(await movements('Q-GONE')).toEqual(['release PROD-011 -1', 'reserve PROD-011 1']);
    });
  });

  describe('because its platform no longer shows it', () => {
    it("is released on a person's word, and shows who and why", async () => {
      await sell('Q-LOST', [line('PROD-014', 3)], { status: 'pending' });
      await eventually('it is promised', async () => expect(await movements('Q-LOST')).toEqual(['reserve PROD-014 3']));
      const answer = await shop.call.post('/orders/Q-LOST/release', { reason: 'cancelled by telephone' });
      expect(answer).toMatchObject({ status: 200, body: { result: 'planned', held: [] } });
      await shop.agrees(['PROD-014']);
      expect(await movements('Q-LOST')).toEqual(['release PROD-014 -3', 'reserve PROD-014 3']);
      expect((await shop.books.order('Q-LOST')).released).toMatchObject({ reason: 'cancelled by telephone' });
    });

    it('stays released while the same version is repeated, and counts again with a newer one', async () => {
      await sell('Q-LOST', [line('PROD-014', 3), line('PROD-015', 1)], { status: 'pending', version: -1 });
      await shop.quiet();
      expect(await movements('Q-LOST')).toEqual(['release PROD-014 -3', 'reserve PROD-014 3']);
      await sell('Q-LOST', [line('PROD-014', 3)], { status: 'confirmed', version: 5 });
      await eventually('it is delivered', () => expect(shop.deliveriesOf('Q-LOST')).toEqual(['1 done']));
      await shop.agrees(['PROD-014']);
    });

    it('needs a reason, and an existing order', async () => {
      expect(await shop.call.post('/orders/Q-LOST/release', {})).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'reason' }] },
      });
      expect(await shop.call.post('/orders/NO-SUCH/release', { reason: 'to see' })).toMatchObject({ status: 404 });
      expect(await shop.call.post('/orders/NO-SUCH/resync', {})).toMatchObject({ status: 404 });
    });
  });

  describe('because it may not be delivered for too long', () => {
    it('loses its reservation, and gets it back when it is paid after all', async () => {
      await shop.restart({ FALABELLA_RESERVATION_HOURS: '1' });
      await sell('Q-UNPAID', [line('PROD-016', 2)], { status: 'pending' });
      await eventually('it is promised', async () =>
        expect(await movements('Q-UNPAID')).toEqual(['reserve PROD-016 2']),
      );
      const past = new Date(Date.now() - 2 * 3_600_000);
      await shop.db
        .collection('orders')
        .updateOne({ orderId: 'Q-UNPAID' }, { $set: { createdAt: past, 'review.since': past, 'review.due': past } });
      await eventually('it is given back', async () =>
        expect(await movements('Q-UNPAID')).toEqual(['release PROD-016 -2', 'reserve PROD-016 2']),
      );
      await shop.agrees(['PROD-016']);
      await sell('Q-UNPAID', [line('PROD-016', 2)], { status: 'paid', version: 1 });
      await eventually('it is delivered', () => expect(shop.deliveriesOf('Q-UNPAID')).toEqual(['1 done']));
      await shop.agrees(['PROD-016']);
    });
  });

  describe('because it is not all in stock', () => {
    it('is delivered as soon as the goods arrive', async () => {
      const { onHand } = shop.product('PROD-017');
      await sell('Q-SHORT', [line('PROD-017', onHand + 2)]);
      await shop.idle();
      expect(shop.deliveriesOf('Q-SHORT')).not.toContain('1 done');
      await shop.sandbox.world.odooPlays.transfer('receipt', { sku: 'PROD-017', quantity: 5 });
      await eventually('it is delivered', () => expect(shop.deliveriesOf('Q-SHORT')).toEqual(['1 done']));
      await shop.agrees(['PROD-017']);
      expect(await alerts()).not.toContain('delivery_short falabella/Q-SHORT');
    });
  });

  it('is read again and retried when a person asks for it', async () => {
    await sell('Q-AGAIN', [line('PROD-018')]);
    await shop.quiet();
    expect(await shop.call.post('/orders/falabella%2FQ-AGAIN/resync', {})).toMatchObject({
      status: 200,
      body: { id: 'falabella/Q-AGAIN', orderId: 'Q-AGAIN', reread: false, held: [] },
    });
    await shop.agrees(['PROD-018']);
    expect(shop.deliveriesOf('Q-AGAIN')).toEqual(['1 done']);
  });
});
