import { orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

const SKU = 'PROD-010';

describe('the life of an order', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'orders' });
  });
  afterAll(async () => shop?.close());

  const kinds = async (orderId: string) =>
    (await shop.books.movementsOf(orderId)).map(({ kind, reservedDelta }) => `${kind} ${reservedDelta}`);
  const of = (quantity: number) => ({ products: [{ sku: SKU, quantity }] });
  const tell = async (orderId: string, version: number, status: string, quantity = 2) => {
    const answer = await shop.call.order(orderBody(orderId, { status, version, ...of(quantity) }));
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
  };
  const settle = () => shop.agrees([SKU]);

  describe('sent again and again', () => {
    it('is accepted once when sent twenty times at once, and delivered once', async () => {
      const body = orderBody('FAL-TWENTY', of(3));
      const { onHand } = shop.product(SKU);
      const answers = await Promise.all(Array.from({ length: 20 }, () => shop.call.order(body)));
      const said = answers.map((answer) => answer.body.status);
      expect(said.filter((status) => status === 'accepted')).toHaveLength(1);
      expect(said.filter((status) => status === 'duplicate')).toHaveLength(19);
      expect(new Set(answers.map((answer) => answer.body.eventId)).size).toBe(1);
      await settle();
      expect(shop.deliveriesOf('FAL-TWENTY')).toEqual(['1 done']);
      expect(await kinds('FAL-TWENTY')).toEqual(['reserve 3', 'commit -3']);
      expect(shop.product(SKU).onHand).toBe(onHand - 3);
    });

    it('is a repeat after a restart, too', async () => {
      const { onHand } = shop.product(SKU);
      expect((await shop.restart()).running).toBe(true);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => shop.call.order(orderBody('FAL-TWENTY', of(3)))),
      );
      expect(answers.every((answer) => answer.status === 200 && answer.body.status === 'duplicate')).toBe(true);
      await settle();
      expect(shop.deliveriesOf('FAL-TWENTY')).toEqual(['1 done']);
      expect(shop.product(SKU).onHand).toBe(onHand);
    });

    it('is the same when its JSON is written differently', async () => {
      const { onHand } = shop.product(SKU);
      const body = orderBody('FAL-TWENTY', of(3));
      const answer = await shop.call.order(JSON.stringify(body, null, 2));
      expect(answer.body.status).toBe('accepted');
      await settle();
      expect(await kinds('FAL-TWENTY')).toEqual(['reserve 3', 'commit -3']);
      expect(shop.product(SKU).onHand).toBe(onHand);
    });

    it('ends cancelled in whatever sequence the states of one moment arrive', async () => {
      const [a, b, c] = ['created', 'confirmed', 'cancelled'] as const;
      const sequences = [
        [a, b, c],
        [a, c, b],
        [b, a, c],
        [b, c, a],
        [c, a, b],
        [c, b, a],
      ];
      const ids = sequences.map((_, i) => `MOMENT-${i}`);
      await Promise.all(
        sequences.map(async (statuses, i) => {
          for (const status of [...statuses, statuses[0] ?? a]) {
            const answer = await shop.call.order(orderBody(`MOMENT-${i}`, { status, ...of(1) }));
            expect(answer.status).toBe(200);
          }
        }),
      );
      await shop.quiet();
      for (const orderId of ids) {
        expect((await shop.books.order(orderId)).snapshot).toMatchObject({ status: 'cancelled' });
        const { body } = await shop.call.get(`/orders/${orderId}`);
        const holds = (body as { lines: { holds: { state: string }[] }[] }).lines.flatMap((line) => line.holds);
        // One that was delivered before it was cancelled stays so; nothing is to be given back for ever.
        for (const { state } of holds) expect(['released', 'committed']).toContain(state);
      }
      expect((await shop.books.entry(SKU)).reserved).toBe(0);
      expect(await shop.books.wrongs()).toEqual([]);
    });

    it('is kept apart from an order with a similar id', async () => {
      const ids = ['A/1', 'A%2F1', 'a/1', 'A/1/1', 'A.1', '$A', 'A 1', '__proto__', '1', '01'];
      const { onHand } = shop.product(SKU);
      await Promise.all(ids.map((orderId) => tell(orderId, 0, 'confirmed', 1)));
      await settle();
      for (const orderId of ids) {
        expect(await kinds(orderId)).toEqual(['reserve 1', 'commit -1']);
        expect((await shop.books.order(orderId)).transfers).toMatchObject([{ n: 1, state: 'closed' }]);
      }
      expect(shop.product(SKU).onHand).toBe(onHand - ids.length);
    });

    it('has a timeline when its id has slashes and percent signs', async () => {
      for (const orderId of ['A/1', 'A%2F1', 'A 1']) {
        const story = await shop.call.storyOf(orderId);
        expect(story.map((line) => line.action)).toContain('order.delivered');
        expect(new Set(story.filter((line) => line.action === 'webhook.order').map((line) => line.orderId))).toEqual(
          new Set([orderId]),
        );
      }
    });
  });

  describe('cancelled', () => {
    it('ignores a confirmation that arrives after the newer cancellation', async () => {
      const { onHand } = shop.product(SKU);
      await tell('FAL-LATE', 5, 'cancelled');
      await settle();
      await tell('FAL-LATE', 1, 'confirmed');
      await settle();
      expect(await kinds('FAL-LATE')).toEqual([]);
      expect(shop.deliveriesOf('FAL-LATE')).toEqual([]);
      expect(shop.product(SKU).onHand).toBe(onHand);
      expect((await shop.call.storyOf('FAL-LATE')).map((line) => line.action)).toContain('order.stale');
    });

    it('releases its reservation without any call to Odoo', async () => {
      const { onHand } = shop.product(SKU);
      await tell('FAL-EARLY', 0, 'pending');
      await settle();
      expect(shop.shownAtFalabella(SKU)).toBe(onHand - 2);
      await tell('FAL-EARLY', 1, 'canceled');
      await settle();
      expect(await kinds('FAL-EARLY')).toEqual(['reserve 2', 'release -2']);
      expect(shop.deliveriesOf('FAL-EARLY')).toEqual([]);
      expect(shop.shownAtFalabella(SKU)).toBe(onHand);
    });

    it('after its delivery asks whether the goods came back, and counts nothing by itself', async () => {
      await tell('FAL-GONE', 0, 'paid');
      await settle();
      const { onHand } = shop.product(SKU);
      await tell('FAL-GONE', 1, 'cancelled');
      await settle();
      expect(await kinds('FAL-GONE')).toEqual(['reserve 2', 'commit -2']);
      expect(shop.deliveriesOf('FAL-GONE')).toEqual(['1 done']);
      expect(shop.product(SKU).onHand).toBe(onHand);
      expect(await shop.books.alerts()).toContain('return_unresolved falabella/FAL-GONE');
    });

    it.each(['stock.picking.create', 'stock.picking.action_confirm', 'stock.picking.button_validate'])(
      'during %s ends with equal numbers, and asks for the goods only if they left',
      async (method) => {
        const orderId = `FAL-DURING-${method}`;
        const { onHand } = shop.product(SKU);
        const calls = () => shop.sandbox.world.faults.list().length;
        shop.sandbox.world.faults.add({ method, delayMs: 700 });
        await tell(orderId, 0, 'confirmed');
        await waitFor(`${method} is under way`, () => calls() === 0);
        await tell(orderId, 1, 'cancelled');
        await settle();
        const left = shop.deliveriesOf(orderId).filter((delivery) => delivery.endsWith('done')).length;
        expect(shop.product(SKU).onHand).toBe(onHand - 2 * left);
        expect(await kinds(orderId)).toEqual(['reserve 2', left > 0 ? 'commit -2' : 'release -2']);
        expect((await shop.books.alerts()).includes(`return_unresolved falabella/${orderId}`)).toBe(left > 0);
      },
    );

    it('and confirmed again is delivered under a new name', async () => {
      const { onHand } = shop.product(SKU);
      await tell('FAL-AGAIN', 0, 'pending');
      await tell('FAL-AGAIN', 1, 'cancelled');
      await settle();
      await tell('FAL-AGAIN', 2, 'confirmed', 3);
      await settle();
      expect(await kinds('FAL-AGAIN')).toEqual(['reserve 2', 'release -2', 'reserve 3', 'commit -3']);
      expect(shop.product(SKU).onHand).toBe(onHand - 3);
    });

    it('and confirmed again while its delivery waits in Odoo is delivered by the next one', async () => {
      await shop.sandbox.world.odooPlays.count({ sku: SKU, quantity: 1 });
      await tell('FAL-WAITS', 0, 'confirmed');
      await eventually('it is short', async () =>
        expect(await shop.books.alerts()).toContain('delivery_short falabella/FAL-WAITS'),
      );
      await tell('FAL-WAITS', 1, 'cancelled');
      await settle();
      expect(shop.deliveriesOf('FAL-WAITS')).toEqual(['1 cancel']);
      await shop.sandbox.world.odooPlays.count({ sku: SKU, quantity: 100 });
      await tell('FAL-WAITS', 2, 'confirmed');
      await settle();
      expect(shop.deliveriesOf('FAL-WAITS')).toEqual(['1 cancel', '2 done']);
      expect(await kinds('FAL-WAITS')).toEqual(['reserve 2', 'release -2', 'reserve 2', 'commit -2']);
      expect(await shop.books.alerts()).not.toContain('delivery_short falabella/FAL-WAITS');
    });
  });

  describe('changed', () => {
    it('before its delivery holds the new quantity, more or less', async () => {
      const { onHand } = shop.product(SKU);
      for (const [version, quantity] of [5, 2, 7].entries()) {
        await tell('FAL-EDIT', version, 'pending', quantity);
        await settle();
        expect(shop.shownAtFalabella(SKU)).toBe(onHand - quantity);
      }
      await tell('FAL-EDIT', 3, 'confirmed', 4);
      await settle();
      expect(shop.product(SKU).onHand).toBe(onHand - 4);
      expect(shop.deliveriesOf('FAL-EDIT')).toEqual(['1 done']);
    });

    it('to more after its delivery sends the rest in a second one', async () => {
      const { onHand } = shop.product(SKU);
      await tell('FAL-MORE', 0, 'confirmed', 2);
      await settle();
      await tell('FAL-MORE', 1, 'confirmed', 5);
      await settle();
      expect(shop.deliveriesOf('FAL-MORE')).toEqual(['1 done', '2 done']);
      expect(shop.product(SKU).onHand).toBe(onHand - 5);
    });

    it('to less after its delivery asks whether the rest came back', async () => {
      await tell('FAL-LESS', 0, 'confirmed', 5);
      await settle();
      const { onHand } = shop.product(SKU);
      await tell('FAL-LESS', 1, 'confirmed', 3);
      await settle();
      expect(shop.product(SKU).onHand).toBe(onHand);
      expect(await shop.books.alerts()).toContain('return_unresolved falabella/FAL-LESS');
    });

    it('to another product releases the first and serves the second', async () => {
      const before = shop.product('PROD-011').onHand;
      await tell('FAL-SWAP', 0, 'pending');
      await shop.call.order(orderBody('FAL-SWAP', { version: 1, products: [{ sku: 'PROD-011', quantity: 1 }] }));
      await shop.agrees([SKU, 'PROD-011']);
      expect(await kinds('FAL-SWAP')).toEqual(
        expect.arrayContaining(['reserve 2', 'release -2', 'reserve 1', 'commit -1']),
      );
      expect(shop.product('PROD-011').onHand).toBe(before - 1);
    });

    it('during its delivery ends with the newest quantity, delivered or asked back', async () => {
      const { onHand } = shop.product(SKU);
      shop.sandbox.world.faults.add({ method: 'stock.picking.action_confirm', delayMs: 700 });
      await tell('FAL-MIDWAY', 0, 'confirmed', 4);
      await waitFor('it is under way', () => shop.sandbox.world.faults.list().length === 0);
      await tell('FAL-MIDWAY', 1, 'confirmed', 6);
      await settle();
      const done = (await shop.books.movementsOf('FAL-MIDWAY')).filter(({ kind }) => kind === 'commit');
      const left = -done.reduce((sum, movement) => sum + movement.reservedDelta, 0);
      expect(left).toBe(6);
      expect(shop.product(SKU).onHand).toBe(onHand - left);
    });

    it('to an unknown status raises an alert, and changes nothing', async () => {
      await tell('FAL-ODD', 0, 'pending');
      await settle();
      await tell('FAL-ODD', 1, 'teleported');
      await settle();
      expect(await kinds('FAL-ODD')).toEqual(['reserve 2']);
      expect(await shop.books.alerts()).toContain('unknown_status falabella/FAL-ODD');
      await tell('FAL-ODD', 2, 'cancelled');
      await settle();
      expect(await kinds('FAL-ODD')).toEqual(['reserve 2', 'release -2']);
      expect(await shop.books.alerts()).not.toContain('unknown_status falabella/FAL-ODD');
    });

    it('and first received with an unknown status is kept, raises an alert, and is served once the status is known', async () => {
      await tell('FAL-ODD-FIRST', 0, 'teleported');
      await settle();
      expect(await kinds('FAL-ODD-FIRST')).toEqual([]);
      expect(await shop.books.alerts()).toContain('unknown_status falabella/FAL-ODD-FIRST');
      await tell('FAL-ODD-FIRST', 1, 'confirmed');
      await settle();
      expect(shop.deliveriesOf('FAL-ODD-FIRST')).toEqual(['1 done']);
    });
  });
});
