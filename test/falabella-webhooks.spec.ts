import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

const TOKEN = 'sandbox-falabella-webhooks';
const ADDRESS = `/falabella/webhook/${TOKEN}`;
const NEARLY = 'sandbox-falabella-webhookz';
const SECRET = 'your_webhook_secret';

describe("Falabella's own webhooks", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.ready({
      label: 'hooks',
      settings: { falabella: { webhookMinuteMs: 50, webhookProbe: true } },
      // The budget of pushes has tests of its own.
      env: { FALABELLA_FEED_INTERVAL_MS: '0', ORDER_POLL_INTERVAL_MS: '400' },
    });
  });
  afterAll(async () => shop?.close());

  const post = (
    body: unknown,
    { path = ADDRESS, type = 'application/json' }: { path?: string; type?: string | null } = {},
  ) =>
    fetch(`${shop.app.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
      headers: type === null ? {} : { 'content-type': type },
    });
  const event = (orderId: unknown) => ({ event: 'onOrderCreated', payload: { OrderId: orderId } });
  const register = () => {
    const hook = {
      id: 'hook-1',
      url: `${shop.app.url}${ADDRESS}`,
      events: ['onOrderCreated', 'onOrderItemsStatusChanged'],
      createdAt: 0,
    };
    shop.sandbox.world.falabella.state.hooks = [hook];
  };
  const sell = async (input: Record<string, unknown>) => (await shop.sandbox.world.orders.sell(input)).order;
  const held = async (sku: string) => (await shop.books.entry(sku)).reserved;
  const told = () =>
    eventually('every webhook is delivered', async () => expect(shop.sandbox.state().falabella.outbox).toBe(0));

  describe('use a secret address', () => {
    it('which does not exist for callers without its token', async () => {
      const nowhere = await (await post(event(1), { path: '/falabella/webhoop/x' })).json();
      for (const path of [`/falabella/webhook/${NEARLY}`, '/falabella/webhook/x', `${ADDRESS}x`]) {
        const answer = await post(event(1), { path });
        expect(answer.status).toBe(404);
        expect(await answer.json()).toMatchObject({
          type: (nowhere as { type: string }).type,
          title: (nowhere as { title: string }).title,
        });
        expect((await fetch(`${shop.app.url}${path}`)).status).toBe(404);
      }
      expect((await shop.books.events()).filter(({ topic }) => topic === 'event')).toEqual([]);
    });

    it('which is checked with a GET and answers 200', async () => {
      const answer = await fetch(`${shop.app.url}${ADDRESS}`);
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
    });

    it.each([
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'application/x-www-form-urlencoded; x=1',
      null,
    ])('which takes them as %s', async (type) => {
      const answer = await post(event(`no-such-order ${type ?? 'untyped'}`), { type });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { status: 'accepted', eventId: expect.any(String) as string },
      ]);
    });

    it('which accepts unknown events and does nothing', async () => {
      for (const body of [
        { event: 'onMoonrise', payload: { OrderId: 1 } },
        { event: 'onFeedCompleted', payload: {} },
        [],
        {},
      ])
        expect((await post(body)).status).toBe(200);
      const repeated = await post([]);
      expect(await repeated.json()).toMatchObject({ status: 'duplicate' });
      await shop.quiet();
      expect(shop.sandbox.world.calls.list('GetOrder').filter(({ query }) => /OrderId=1(&|$)/.test(query))).toEqual([]);
    });

    it('which is in no log, right or nearly right', async () => {
      await shop.call.get('/');
      const dump = await shop.books.dump();
      expect(dump.get('logs')).toContain('/falabella/webhook/:token');
      for (const [name, text] of dump)
        for (const hidden of [TOKEN, NEARLY])
          expect({ name, hidden, found: text.includes(hidden) }).toEqual({ name, hidden, found: false });
    });
  });

  describe('announce orders', () => {
    beforeAll(register);

    it('which are read, reserved, delivered when they are ready, and counted', async () => {
      const order = await sell({ lines: [{ sku: 'PROD-010', quantity: 2 }, { sku: 'CAFÉ GRANO 250' }] });
      await eventually('the order is reserved', async () => expect(await held('PROD-010')).toBe(2));
      expect(shop.deliveriesOf(order.number)).toEqual([]);
      await shop.sandbox.world.orders.change(order.number, 'ready_to_ship', {});
      await eventually('the order is delivered', async () =>
        expect(shop.deliveriesOf(order.number)).toEqual(['1 done']),
      );
      await shop.agrees(['PROD-010', 'CAFÉ GRANO 250']);
    });

    it('which are cancelled in part, delivered in part by Falabella, and announced many times over', async () => {
      const order = await sell({
        lines: [
          { sku: 'PROD-049', quantity: 3 },
          { sku: 'PROD-049', quantity: 5, fulfilled: true },
        ],
        times: 4,
      });
      await eventually('three are reserved', async () => expect(await held('PROD-049')).toBe(3));
      await shop.sandbox.world.orders.change(order.number, 'canceled', { sku: 'PROD-049', quantity: 2, times: 3 });
      await told();
      await shop.quiet();
      const own = shop.sandbox
        .state('PROD-049')
        .falabella.orders[0]?.items.filter((item) => !item.fulfilled && item.status === 'pending');
      expect(await held('PROD-049')).toBe(own?.length);
      await shop.agrees(['PROD-049']);
    });

    it('which the documented webhook announces, too, before, after and at the same time, and which count once', async () => {
      for (const webhook of ['both', 'simple', 'registered', 'both'])
        await sell({ sku: 'PROD-011', quantity: 2, webhook, times: 2 });
      await told();
      await shop.quiet();
      const ids = shop.sandbox.state('PROD-011').falabella.orders.map(({ number }) => number);
      expect((await shop.books.orders()).map(({ orderId }) => orderId).filter((id) => ids.includes(id))).toHaveLength(
        ids.length,
      );
      const reserves = (await shop.books.movements({ sku: 'PROD-011', kind: 'reserve' })).reduce(
        (sum, one) => sum + one.reservedDelta,
        0,
      );
      expect(reserves).toBe(2 * ids.length);
      await shop.agrees(['PROD-011']);
    });

    it('which the documented webhook created, and cancels, with reads in between', async () => {
      const { number, id } = await sell({ sku: 'PROD-012', quantity: 2, webhook: 'simple', status: 'pending' });
      await eventually('it is reserved', async () => expect(await held('PROD-012')).toBe(2));
      await post(event(id));
      await eventually('it was read', async () =>
        expect((await shop.books.order(number)).snapshot.ref).toBe(String(id)),
      );
      expect(await held('PROD-012')).toBe(2);
      await shop.sandbox.world.orders.change(number, 'canceled', { webhook: 'simple' });
      await eventually('it is given back', async () => expect(await held('PROD-012')).toBe(0));
      await shop.agrees(['PROD-012']);
    });

    it('and miss some, which a poll of Falabella finds', async () => {
      const { number } = await sell({ sku: 'PROD-013', quantity: 2, webhook: 'none' });
      await eventually('the lost order is there', async () =>
        expect((await shop.books.order(number)).snapshot.status).toBe('created'),
      );
      await shop.agrees(['PROD-013']);
      for (const [name, text] of await shop.books.dump())
        expect({ name, found: text.includes(SECRET) }).toEqual({ name, found: false });
    });
  });
});
