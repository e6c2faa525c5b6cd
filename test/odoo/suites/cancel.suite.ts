import { OdooConflictError } from '../../../src/connectors/odoo/errors.js';
import { type Rig, type Start } from '../support/rig.js';

/** Cancelling a transfer. Runs against any Odoo: the real one defines the behaviour, and the sandbox must match it. */
export function cancelSuite(start: Start): void {
  describe('a cancellation', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterEach(() => rig.outbound.mend());
    afterAll(() => rig.stop());

    const stocked = async (quantity: number) => {
      const sku = rig.sku();
      return { sku, product: await rig.warehouseman.product(sku, quantity) };
    };

    it('before the transfer leaves a mark that a late worker finds', async () => {
      const { sku, product } = await stocked(10);
      const sale = rig.sale(sku, 3);
      expect(await rig.connector.cancelTransfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 10, free: 10 });
    });

    it('of a transfer with an unknown product leaves a mark all the same', async () => {
      const sale = rig.sale(rig.sku(), 3);
      expect(await rig.connector.cancelTransfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.warehouseman.named(sale.name)).toMatchObject([{ state: 'cancel' }]);
      expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.restarted().cancelTransfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
    });

    it('of a waiting transfer releases its reservation', async () => {
      const { sku, product } = await stocked(2);
      const sale = rig.sale(sku, 3);
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'short' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 0 });
      expect(await rig.connector.cancelTransfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 2 });
    });

    it('of a done transfer reports that and changes nothing', async () => {
      const { sku, product } = await stocked(10);
      const sale = rig.sale(sku, 3);
      await rig.connector.transfer(sale, rig.connection());
      expect(await rig.connector.cancelTransfer(sale, rig.connection())).toEqual({ state: 'done' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
    });

    it('of a partly done transfer cancels the waiting rest', async () => {
      const { sku, product } = await stocked(2);
      const sale = rig.sale(sku, 3);
      await rig.connector.transfer(sale, rig.connection());
      const [picking] = await rig.warehouseman.named(sale.name);
      await rig.warehouseman.validate(picking?.id ?? 0, { skip_backorder: true });
      await rig.warehouseman.receive(product, 5);
      expect(await rig.connector.cancelTransfer(sale, rig.connection())).toEqual({ state: 'done' });
      const backorders = await rig.warehouseman.search(
        'stock.picking',
        [['backorder_id', '=', picking?.id]],
        ['state'],
      );
      expect(backorders).toMatchObject([{ state: 'cancel' }]);
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 5, free: 5 });
    });

    it('concurrent with the transfer has one result for both', async () => {
      for (let round = 0; round < 8; round++) {
        const { sku, product } = await stocked(10);
        const sale = rig.sale(sku, 3);
        const [booked, cancelled] = await Promise.all([
          rig.restarted().transfer(sale, rig.connection()),
          rig.restarted().cancelTransfer(sale, rig.connection()),
        ]);
        expect([booked.state, cancelled.state]).toEqual(
          booked.state === 'done' ? ['done', 'done'] : ['cancelled', 'cancelled'],
        );
        const { onHand } = await rig.warehouseman.onHand(product);
        expect(onHand).toBe(booked.state === 'done' ? 7 : 10);
      }
    });

    it.each(['action_confirm', 'button_validate'])('that comes just before %s of the transfer wins', async (step) => {
      const { sku, product } = await stocked(10);
      const sale = rig.sale(sku, 3);
      rig.outbound.beforeEach(async (action) => {
        if (action !== `stock.picking.${step}`) return;
        const [picking] = await rig.warehouseman.named(sale.name);
        await rig.warehouseman.cancel(picking?.id ?? 0);
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 10, free: 10 });
    });

    it('leaves a foreign transfer of the same name alone', async () => {
      const { sku, product } = await stocked(10);
      const sale = rig.sale(sku, 3);
      const foreign = await rig.warehouseman.delivery(product, 3, { name: sale.name, origin: 'somebody else' });
      const error: unknown = await rig.connector
        .cancelTransfer(sale, rig.connection())
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OdooConflictError);
      expect(rig.connector.classify(error)).toMatchObject({ do: 'giveUp' });
      expect(await rig.warehouseman.search('stock.picking', [['id', '=', foreign]], ['state'])).toMatchObject([
        { state: 'draft' },
      ]);
    });
  });
}
