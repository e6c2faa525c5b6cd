import { OdooProductError, OdooShadowError } from '../../../src/connectors/odoo/errors.js';
import { type Rig, type Start } from '../support/rig.js';

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** Booking a transfer. Runs against any Odoo: the real one defines the behaviour, and the sandbox must match it. */
export function transferSuite(start: Start): void {
  describe.each(['JSON-2', 'JSON-RPC'] as const)('a transfer by %s', (protocol) => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start(protocol);
    });
    afterAll(() => rig.stop());

    it('takes a sale out of the stock and reports it done', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 10);
      const sale = rig.sale(sku, 3);
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
      expect(await rig.warehouseman.named(sale.name)).toMatchObject([{ state: 'done', origin: sale.origin }]);
    });

    it('puts a receipt into the stock', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 1);
      const receipt = rig.sale(sku, 4, { direction: 'in' });
      expect(await rig.connector.transfer(receipt, rig.connection())).toEqual({
        state: 'done',
        reference: receipt.name,
      });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 5, free: 5 });
    });

    it('is booked once, however often it is requested at the same moment', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 10);
      const sale = rig.sale(sku, 3);
      const asked = Array.from({ length: 8 }, () => rig.restarted().transfer(sale, rig.connection()));
      expect(await Promise.all(asked)).toEqual(
        Array.from({ length: 8 }, () => ({ state: 'done', reference: sale.name })),
      );
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
      expect(await rig.warehouseman.named(sale.name)).toHaveLength(1);
    });

    it('is booked once when it is requested again and again', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 10);
      const sale = rig.sale(sku, 3);
      for (const connector of [rig.connector, rig.connector, rig.restarted()]) {
        expect(await connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      }
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 7, free: 7 });
    });
  });

  describe('a transfer', () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
    });
    afterAll(() => rig.stop());

    it('sums the lines of one SKU', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 10);
      const line = { sku, quantity: 2 };
      const sale = rig.sale(sku, 2, { lines: [line, line] });
      expect(await rig.connector.transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 6, free: 6 });
    });

    it('shares its calls with others that are requested at the same moment', async () => {
      const [one, other] = [rig.sku(), rig.sku()];
      const products = [await rig.warehouseman.product(one, 50), await rig.warehouseman.product(other, 50)];
      const sales = Array.from({ length: 20 }, (_, index) => rig.sale(index % 2 ? one : other, 2));
      await rig.connector.transfer(rig.sale(one, 1), rig.connection());
      rig.outbound.mend();
      const results = await Promise.all(sales.map((sale) => rig.connector.transfer(sale, rig.connection())));
      expect(results).toEqual(sales.map((sale) => ({ state: 'done', reference: sale.name })));
      expect(rig.outbound.sent).toBeLessThanOrEqual(5);
      expect(await rig.warehouseman.onHand(products[0] ?? 0)).toEqual({ onHand: 29, free: 29 });
      expect(await rig.warehouseman.onHand(products[1] ?? 0)).toEqual({ onHand: 30, free: 30 });
    });

    it('is not delayed or spoilt by others of its batch that are short, taken, cancelled or unknown', async () => {
      const [plenty, scarce] = [rig.sku(), rig.sku()];
      const { warehouseman } = rig;
      const product = await warehouseman.product(plenty, 50);
      await warehouseman.product(scarce, 1);
      const good = Array.from({ length: 5 }, () => rig.sale(plenty, 2));
      const short = rig.sale(scarce, 2);
      const shortAndOff = rig.sale(scarce, 2, { ifShort: 'cancel' });
      const taken = rig.sale(plenty, 2);
      await warehouseman.delivery(product, 2, { name: taken.name, origin: 'somebody else' });
      const cancelled = rig.sale(plenty, 2);
      await rig.restarted().cancelTransfer(cancelled, rig.connection());
      const groups = [
        [...good.slice(0, 3), short, shortAndOff],
        [...good.slice(3), taken, cancelled],
        [rig.sale(rig.sku(), 1)],
      ];
      for (const group of groups) {
        const states = await Promise.all(
          group.map((sale) =>
            rig.connector.transfer(sale, rig.connection()).then(
              (result) => result.state,
              (error: unknown) => (error instanceof OdooProductError ? error.problem : error),
            ),
          ),
        );
        const expected = group.map((sale) => {
          if (sale === short || sale === shortAndOff) return 'short';
          return sale === taken
            ? 'conflict'
            : sale === cancelled
              ? 'cancelled'
              : good.includes(sale)
                ? 'done'
                : 'unknown';
        });
        expect(states).toEqual(expected);
      }
      expect(await warehouseman.onHand(product)).toEqual({ onHand: 40, free: 40 });
    });

    it('that loses its stock after its batch was found complete does not delay the others, and is booked later', async () => {
      const [plenty, scarce] = [rig.sku(), rig.sku()];
      const { warehouseman } = rig;
      await warehouseman.product(plenty, 10);
      const product = await warehouseman.product(scarce, 2);
      const [good, loser] = [rig.sale(plenty, 2), rig.sale(scarce, 2)];
      let taken = false;
      rig.outbound.beforeEach(async (action) => {
        if (action !== 'stock.picking.button_validate' || taken) return;
        taken = true;
        const [picking] = await warehouseman.named(loser.name);
        await warehouseman.call('stock.picking', 'do_unreserve', { ids: [picking?.id] });
        await warehouseman.confirm(await warehouseman.delivery(product, 1));
        await warehouseman.call('stock.picking', 'action_assign', { ids: [picking?.id] });
      });
      const results = await Promise.all([good, loser].map((sale) => rig.connector.transfer(sale, rig.connection())));
      rig.outbound.mend();
      expect(results.map((result) => result.state)).toEqual(['done', 'short']);
      await warehouseman.receive(product, 5);
      expect(await rig.connector.transfer(loser, rig.connection())).toEqual({ state: 'done', reference: loser.name });
      expect(await warehouseman.onHand(product)).toEqual({ onHand: 5, free: 4 });
    });

    it('is booked as a whole or not at all when six sales of two units each compete for the last five', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 5);
      const sales = Array.from({ length: 6 }, () => rig.sale(sku, 2, { ifShort: 'cancel' }));
      const results = await Promise.all(sales.map((sale) => rig.connector.transfer(sale, rig.connection())));
      const done = results.filter((result) => result.state === 'done').length;
      expect(done).toBeLessThanOrEqual(2);
      expect(results.filter((result) => result.state === 'short')).toHaveLength(6 - done);
      expect((await rig.warehouseman.onHand(product)).onHand).toBe(5 - 2 * done);
    });

    interface Foreign {
      readonly origin?: string;
      readonly quantity?: number;
      readonly incoming?: boolean;
      readonly other?: boolean;
    }

    it.each<[string, Foreign]>([
      ['source document', { origin: 'somebody else' }],
      ['kind', { incoming: true }],
      ['quantity', { quantity: 2 }],
      ['product', { other: true }],
    ])(
      'whose name belongs to a transfer of another %s is a conflict, and that one is left alone',
      async (_what, foreign) => {
        const sku = rig.sku();
        const { warehouseman } = rig;
        const product = await warehouseman.product(sku, 10);
        const sale = rig.sale(sku, 3);
        const { inType } = await warehouseman.warehouse();
        const picking = await warehouseman.delivery(
          foreign.other ? await warehouseman.product(rig.sku(), 10) : product,
          foreign.quantity ?? 3,
          {
            name: sale.name,
            origin: foreign.origin ?? sale.origin,
            ...(foreign.incoming && { picking_type_id: inType }),
          },
        );
        expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'conflict' });
        expect(await warehouseman.search('stock.picking', [['id', '=', picking]], ['state'])).toMatchObject([
          { state: 'draft' },
        ]);
        expect(await warehouseman.onHand(product)).toEqual({ onHand: 10, free: 10 });
      },
    );

    it('that a person changes in Odoo while it waits is a conflict', async () => {
      const sku = rig.sku();
      await rig.warehouseman.product(sku, 1);
      const sale = rig.sale(sku, 3);
      await rig.connector.transfer(sale, rig.connection());
      const moves = await rig.warehouseman.search<{ id: number }>(
        'stock.move',
        [['picking_id.name', '=', sale.name]],
        ['id'],
      );
      await rig.warehouseman.call('stock.move', 'write', {
        ids: moves.map((move) => move.id),
        vals: { product_uom_qty: 1 },
      });
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'conflict' });
    });

    it.each([
      ['unknown', async () => undefined],
      [
        'duplicate',
        async (sku: string) => [await rig.warehouseman.product(sku, 5), await rig.warehouseman.product(sku, 5)],
      ],
      ['notStorable', async (sku: string) => rig.warehouseman.product(sku, 0, { type: 'service', is_storable: false })],
      ['notStorable', async (sku: string) => rig.warehouseman.product(sku, 0, { is_storable: false })],
    ])('of a SKU that is %s is refused before anything is created', async (problem, prepare) => {
      const sku = rig.sku();
      await prepare(sku);
      const sale = rig.sale(sku, 1);
      const error = await thrown(rig.connector.transfer(sale, rig.connection()));
      expect(error).toBeInstanceOf(OdooProductError);
      expect(error).toMatchObject({ sku, problem });
      expect(rig.connector.classify(error)).toMatchObject({ do: 'giveUp' });
      expect(await rig.warehouseman.named(sale.name)).toEqual([]);
    });

    it('continues when its product was archived after it was created', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 1);
      const sale = rig.sale(sku, 2);
      expect(await rig.connector.transfer(sale, rig.connection())).toMatchObject({ state: 'short' });
      await rig.warehouseman.receive(product, 4);
      await rig.warehouseman.call('product.product', 'write', { ids: [product], vals: { active: false } });
      expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
      expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 3, free: 3 });
    });

    it('is booked in full, too, when the operation type never asks about the rest', async () => {
      const sku = rig.sku();
      const product = await rig.warehouseman.product(sku, 5);
      const { outType } = await rig.warehouseman.warehouse();
      await rig.warehouseman.call('stock.picking.type', 'write', {
        ids: [outType],
        vals: { create_backorder: 'never' },
      });
      try {
        const sale = rig.sale(sku, 3);
        expect(await rig.restarted().transfer(sale, rig.connection())).toEqual({ state: 'done', reference: sale.name });
        expect(await rig.warehouseman.onHand(product)).toEqual({ onHand: 2, free: 2 });
      } finally {
        await rig.warehouseman.call('stock.picking.type', 'write', {
          ids: [outType],
          vals: { create_backorder: 'ask' },
        });
      }
    });

    it('is not created on a connection in shadow', async () => {
      const sku = rig.sku();
      await rig.warehouseman.product(sku, 5);
      const sale = rig.sale(sku, 3);
      const shadow = { ...rig.connection(), publishing: 'shadow' as const };
      expect(await thrown(rig.connector.transfer(sale, shadow))).toBeInstanceOf(OdooShadowError);
      expect(await thrown(rig.connector.cancelTransfer(sale, shadow))).toBeInstanceOf(OdooShadowError);
      expect(await rig.warehouseman.named(sale.name)).toEqual([]);
    });
  });
}
