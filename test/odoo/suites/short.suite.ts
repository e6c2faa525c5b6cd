import { type Rig, type Start } from '../support/rig.js';

/**
 * Transfers with missing stock. Runs against any Odoo: the real one defines the behaviour, and the sandbox
 * must match it.
 */
export function shortSuite(start: Start): void {
  describe('a transfer that is not all in stock', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterEach(() => rig.outbound.mend());
    afterAll(() => rig.stop());

    it('waits with its available units reserved, and is booked once the rest has come', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 2);
      const sale = rig.sale(sku, 3);
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({
        state: 'short',
        detail: `${sku}: 2 of 3 in stock`,
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'short' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 0 });
      await rig.warehouseman.receive(product, 4);
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 3, free: 3 });
    });

    it('waits as a whole when only one of its lines is short, though Odoo calls all of it assigned', async () => {
      const [full, half] = [rig.sku(), rig.sku()];
      const first = await rig.warehouseman.product(full, 5);
      await rig.warehouseman.product(half, 1);
      const sale = rig.sale(full, 3, {
        lines: [
          { sku: full, quantity: 3 },
          { sku: half, quantity: 2 },
        ],
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({
        state: 'short',
        detail: `${half}: 1 of 2 in stock`,
      });
      expect(await rig.warehouseman.named(sale.name)).toMatchObject([{ state: 'assigned' }]);
      expect(await rig.warehouseman.onHand(first)).toEqual({ onHand: 5, free: 2 });
    });

    it('is cancelled where it may not wait, and stays so', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 2);
      const sale = rig.sale(sku, 3, { ifShort: 'cancel' });
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'short' });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 2 });
      await rig.warehouseman.receive(product, 4);
      expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'cancelled' });
    });

    it('is not booked in part when stock is taken away after it was found complete', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 3);
      const sale = rig.sale(sku, 3);
      let taken = false;
      rig.outbound.beforeEach(async (action) => {
        if (action !== 'stock.picking.button_validate' || taken) return;
        taken = true;
        const [picking] = await rig.warehouseman.named(sale.name);
        await rig.warehouseman.call('stock.picking', 'do_unreserve', { ids: [picking?.id] });
        await rig.warehouseman.confirm(await rig.warehouseman.delivery(product, 1));
        await rig.warehouseman.call('stock.picking', 'action_assign', { ids: [picking?.id] });
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({
        state: 'short',
        detail: `${sku}: 2 of 3 in stock`,
      });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 3, free: 0 });
      await rig.warehouseman.receive(product, 6);
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 6, free: 5 });
    });

    it('books the rest after a person booked a part', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 2);
      const sale = rig.sale(sku, 3);
      await rig.connector.transfer(sale, rig.connection());
      const [picking] = await rig.warehouseman.named(sale.name);
      await rig.warehouseman.validate(picking?.id ?? 0, { skip_backorder: true });
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'short' });
      await rig.warehouseman.receive(product, 5);
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 4, free: 4 });
    });

    it('is done, with the rest named, when a person dropped the rest', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 2);
      const sale = rig.sale(sku, 3);
      await rig.connector.transfer(sale, rig.connection());
      const [picking] = await rig.warehouseman.named(sale.name);
      await rig.warehouseman.validate(picking?.id ?? 0, {
        skip_backorder: true,
        picking_ids_not_to_backorder: [picking?.id],
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({
        state: 'done',
        reference: sale.name,
        detail: `left out in Odoo: 1 of ${sku}`,
      });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 0, free: 0 });
    });

    it('reserves explicitly when the operation type does not do so on confirmation', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 5);
      const { outType } = await rig.warehouseman.warehouse();
      await rig.warehouseman.call('stock.picking.type', 'write', {
        ids: [outType],
        vals: { reservation_method: 'manual' },
      });
      try {
        const sale = rig.sale(sku, 3);
        expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
        expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 2 });
      } finally {
        await rig.warehouseman.call('stock.picking.type', 'write', {
          ids: [outType],
          vals: { reservation_method: 'at_confirm' },
        });
      }
    });
  });
}
