import { type ErpTransfer } from '../../../src/connectors/contract.js';
import { type Rig, type Start } from '../support/rig.js';

/** More calls than any case needs; the loop ends at the first run without a cut. */
const MANY = 30;

/**
 * Work that is interrupted at any call. Runs against any Odoo: the real one defines the behaviour, and the
 * sandbox must match it.
 */
export function crashSuite(start: Start): void {
  describe('interrupted work', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterAll(() => rig.stop());

    /** Runs `work` cut at every call in turn, then once more as after a restart, and passes the result to `check`. */
    const cutEverywhere = async (
      prepare: () => Promise<ErpTransfer>,
      work: 'transfer' | 'cancelTransfer',
      check: (transfer: ErpTransfer, result: unknown) => Promise<void>,
    ): Promise<number> => {
      let cuts = 0;
      for (const when of ['before', 'after'] as const) {
        for (let at = 1; at <= MANY; at++) {
          const transfer = await prepare();
          rig.outbound.cut(at, when);
          const broken = await rig
            .restarted()
            [work](transfer, rig.connection())
            .then(
              () => false,
              (error: unknown) => {
                expect(rig.connector.classify(error)).toMatchObject({ do: 'retry' });
                return true;
              },
            );
          rig.outbound.mend();
          const result = await rig.restarted()[work](transfer, rig.connection());
          await check(transfer, result);
          if (!broken) break;
          cuts++;
        }
      }
      return cuts;
    };

    const sale = async (stock: number, more: Partial<ErpTransfer> = {}) => {
      const sku = rig.sku();
      await rig.warehouseman.product(sku, stock);
      return rig.sale(sku, 3, more);
    };
    const stockOf = async (transfer: ErpTransfer) => {
      const { stock } = await rig.connector.observeStock([transfer.lines[0]?.sku ?? ''], rig.connection());
      return stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main');
    };

    it('books a transfer exactly once, wherever it is interrupted', async () => {
      const cuts = await cutEverywhere(
        () => sale(10),
        'transfer',
        async (transfer, result) => {
          expect(result).toEqual({ state: 'done', reference: transfer.name });
          expect(await stockOf(transfer)).toMatchObject({ onHand: 7, free: 7, heldByUs: 0 });
          expect(await rig.warehouseman.named(transfer.name)).toMatchObject([{ state: 'done' }]);
        },
      );
      expect(cuts).toBeGreaterThanOrEqual(14);
    });

    it('books each of several grouped transfers exactly once, wherever it is interrupted', async () => {
      for (const when of ['before', 'after'] as const) {
        for (let at = 1; at <= 7; at++) {
          const sku = rig.sku();
          await rig.warehouseman.product(sku, 20);
          const sales = Array.from({ length: 4 }, () => rig.sale(sku, 3));
          rig.outbound.cut(at, when);
          const connector = rig.restarted();
          await Promise.allSettled(sales.map((sale) => connector.transfer(sale, rig.connection())));
          rig.outbound.mend();
          // Some by the process that survived, some after a restart.
          const results = await Promise.all(
            sales.map((sale, index) => (index % 2 ? connector : rig.restarted()).transfer(sale, rig.connection())),
          );
          expect(results).toEqual(sales.map((sale) => ({ state: 'done', reference: sale.name })));
          // Two concurrent transfers of one product may leave stale reservations in Odoo; an observation
          // corrects them.
          const { stock } = await rig.restarted().observeStock([sku], rig.connection());
          expect(stock[0]?.warehouses.find((warehouse) => warehouse.warehouse === 'main')).toMatchObject({
            onHand: 8,
            free: 8,
            heldByUs: 0,
          });
        }
      }
    });

    it('cancels a short transfer, wherever it is interrupted, and leaves nothing reserved', async () => {
      const cuts = await cutEverywhere(
        () => sale(2, { ifShort: 'cancel' }),
        'transfer',
        async (transfer, result) => {
          expect(['short', 'cancelled']).toContain((result as { state: string }).state);
          expect(await stockOf(transfer)).toMatchObject({ onHand: 2, free: 2, heldByUs: 0 });
          expect(await rig.warehouseman.named(transfer.name)).toMatchObject([{ state: 'cancel' }]);
        },
      );
      expect(cuts).toBeGreaterThanOrEqual(16);
    });

    it('uses up the name of a transfer that never began, wherever it is interrupted', async () => {
      const cuts = await cutEverywhere(
        () => sale(10),
        'cancelTransfer',
        async (transfer, result) => {
          expect(result).toEqual({ state: 'cancelled' });
          expect(await rig.warehouseman.named(transfer.name)).toMatchObject([{ state: 'cancel' }]);
          expect(await rig.restarted().transfer(transfer, rig.connection())).toEqual({ state: 'cancelled' });
          expect(await stockOf(transfer)).toMatchObject({ onHand: 10, free: 10, heldByUs: 0 });
        },
      );
      expect(cuts).toBeGreaterThanOrEqual(12);
    });
  });
}
