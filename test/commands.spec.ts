import { type Answer, orderBody, SECRET } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

describe('manual changes of stock', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'commands', env: { ODOO_TIMEOUT_MS: '2000' } });
  });
  afterAll(async () => shop?.close());

  const change = (kind: 'reduce' | 'increase', body: Record<string, unknown>, key?: string): Promise<Answer> =>
    shop.call.post(`/erp/stock/${kind}`, body, key === undefined ? {} : { 'Idempotency-Key': key });
  /** A caller that waits too long receives an address instead, and asks again. */
  const reduce = async (sku: string, key: string): Promise<Answer> => {
    for (;;) {
      const answer = await change('reduce', { sku, quantity: 1 }, key);
      if (answer.status !== 202) return answer;
    }
  };
  const transfersOf = (sku: string) =>
    shop.sandbox.state(sku).odoo.pickings.filter(({ name }) => name.includes('/command/'));
  const doneOf = (sku: string) => transfersOf(sku).filter(({ state }) => state === 'done').length;
  const asked = async (href: string) => (await shop.call.get(href)).body;

  it.each([
    ['reduce', -3],
    ['increase', 3],
  ] as const)('%s books in Odoo, counts in the ledger, and publishes to Falabella', async (kind, delta) => {
    const { onHand } = shop.product('PROD-001');
    const answer = await change(kind, { sku: 'PROD-001', quantity: 3, orderId: 'SHOP-1', reason: 'counter sale' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      before: onHand,
      after: onHand + delta,
      erp: { status: 'done', reference: expect.stringContaining('/command/') as string },
    });
    const [movement] = (await shop.books.movements({ sku: 'PROD-001' })).slice(-1);
    expect(answer.body.movementId).toBe(movement?._id);
    await shop.agrees(['PROD-001']);
    expect(shop.product('PROD-001').onHand).toBe(onHand + delta);
    expect((await shop.call.storyOf('SHOP-1')).map((line) => line.action)).toContain(`stock.${kind}`);
  });

  it('gives the same answer to the same key and body, with one effect', async () => {
    const { onHand } = shop.product('PROD-002');
    const first = await change('reduce', { sku: 'PROD-002', quantity: 4 }, 'same-key');
    const second = await change('reduce', { sku: 'PROD-002', quantity: 4 }, 'same-key');
    expect(first.status).toBe(200);
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(shop.product('PROD-002').onHand).toBe(onHand - 4);
    await shop.restart();
    expect(await change('reduce', { sku: 'PROD-002', quantity: 4 }, 'same-key')).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect(doneOf('PROD-002')).toBe(1);
  });

  it('gives one answer to the same key twenty times at once, with one effect', async () => {
    const { onHand } = shop.product('PROD-003');
    const ask = () => reduce('PROD-003', 'at-once');
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const [first] = answers;
    expect(first?.status).toBe(200);
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: first?.body });
    expect(shop.product('PROD-003').onHand).toBe(onHand - 1);
    expect(doneOf('PROD-003')).toBe(1);
  });

  it('refuses a key that was used for another body, or for the other direction', async () => {
    const { onHand } = shop.product('PROD-004');
    expect((await change('reduce', { sku: 'PROD-004', quantity: 1 }, 'once')).status).toBe(200);
    expect(await change('reduce', { sku: 'PROD-004', quantity: 2 }, 'once')).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
    expect((await change('increase', { sku: 'PROD-004', quantity: 1 }, 'once')).status).toBe(422);
    expect(shop.product('PROD-004').onHand).toBe(onHand - 1);
  });

  it('refuses more than is available, names the available units, and reserves nothing', async () => {
    const { onHand } = shop.product('PROD-005');
    const answer = await change('reduce', { sku: 'PROD-005', quantity: onHand + 1 });
    expect(answer).toMatchObject({
      status: 409,
      body: { type: '/problems/insufficient-stock', available: onHand, asked: onHand + 1 },
    });
    await shop.agrees(['PROD-005']);
    expect(transfersOf('PROD-005')).toEqual([]);
  });

  it('refuses units that are reserved for an order', async () => {
    const { onHand } = shop.product('PROD-006');
    await shop.call.order(
      orderBody('FAL-HOLDS', { status: 'pending', products: [{ sku: 'PROD-006', quantity: onHand - 1 }] }),
    );
    await shop.agrees(['PROD-006']);
    expect((await change('reduce', { sku: 'PROD-006', quantity: 2 })).status).toBe(409);
    expect((await change('reduce', { sku: 'PROD-006', quantity: 1 })).status).toBe(200);
  });

  it('answers 404 for a SKU that Odoo does not know, and stores no entry', async () => {
    for (const kind of ['reduce', 'increase'] as const) {
      expect(await change(kind, { sku: 'NOBODY-KNOWS', quantity: 1 })).toMatchObject({
        status: 404,
        type: expect.stringContaining('problem+json') as string,
      });
    }
    await expect(shop.books.entry('NOBODY-KNOWS')).rejects.toThrow('no entry');
    expect((await shop.call.get('/commands/cmd_nobody')).status).toBe(404);
  });

  it('lets exactly five of twenty win the last five units', async () => {
    await shop.sandbox.world.odooPlays.count({ sku: 'PROD-007', quantity: 5 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => reduce('PROD-007', `one-of-twenty-${n}`)));
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(200), ...Array<number>(15).fill(409)]);
    await shop.agrees(['PROD-007']);
    expect(shop.product('PROD-007').onHand).toBe(0);
    expect(doneOf('PROD-007')).toBe(5);
  });

  it('answers 202 with an address while Odoo is unreachable; the address shows done once it is back, with one transfer', async () => {
    const { onHand } = shop.product('PROD-008');
    shop.sandbox.world.faults.add({ path: '/odoo/*', times: 0, drop: 'before' });
    const answer = await change('increase', { sku: 'PROD-008', quantity: 6 }, 'away');
    expect(answer.status).toBe(202);
    const href = String(answer.body.href);
    expect(answer.headers.get('location')).toBe(href);
    expect(await asked(href)).toMatchObject({ status: 'pending', sku: 'PROD-008', quantity: 6 });
    expect((await change('increase', { sku: 'PROD-008', quantity: 6 }, 'away')).body.commandId).toBe(
      answer.body.commandId,
    );

    shop.sandbox.world.faults.clear();
    await eventually('it is done', async () =>
      expect(await asked(href)).toMatchObject({ status: 'done', answer: { before: onHand, after: onHand + 6 } }),
    );
    await shop.agrees(['PROD-008']);
    expect(doneOf('PROD-008')).toBe(1);
    expect(await change('increase', { sku: 'PROD-008', quantity: 6 }, 'away')).toMatchObject({
      status: 200,
      body: { before: onHand, after: onHand + 6 },
    });
    expect(shop.product('PROD-008').onHand).toBe(onHand + 6);
  });

  it.each(['create', 'action_confirm', 'button_validate'])(
    'has one effect when the process is killed during %s, and the same key is sent again',
    async (method) => {
      const { onHand } = shop.product('PROD-009');
      shop.sandbox.world.faults.add({ method: `stock.picking.${method}`, delayMs: 600 });
      const first = change('reduce', { sku: 'PROD-009', quantity: 2 }, `killed-${method}`).catch(() => null);
      await waitFor(`${method} is under way`, () => shop.sandbox.world.faults.list().length === 0);
      await shop.app.kill9();
      await first;
      await shop.start();
      const done = await waitFor('the same key has its answer', async () => {
        const answer = await change('reduce', { sku: 'PROD-009', quantity: 2 }, `killed-${method}`);
        return answer.status === 200 ? answer : null;
      });
      expect(done.body).toMatchObject({ before: onHand, after: onHand - 2, erp: { status: 'done' } });
      await shop.agrees(['PROD-009']);
      expect(shop.product('PROD-009').onHand).toBe(onHand - 2);
    },
  );

  describe('and a query of the stock', () => {
    it.each(['CAFÉ GRANO 250', 'MESA ROBLE 120', 'PIÑATA-GRANDE', "SILLÓN (AZUL) 3/4*'!"])(
      'is answered for %s, with its timeline',
      async (sku) => {
        const { onHand } = shop.product(sku);
        const path = encodeURIComponent(sku);
        expect(await shop.call.get(`/erp/stock/${path}`)).toMatchObject({
          status: 200,
          body: { sku, erp: { onHand }, ledger: { quantity: onHand } },
        });
        expect((await change('reduce', { sku, quantity: 1 })).status).toBe(200);
        await shop.agrees([sku]);
        const story = await shop.call.logs(`/logs/product/${path}`);
        expect(story.map((line) => line.action)).toEqual(expect.arrayContaining(['stock.reduce', 'stock.get']));
        expect((await shop.call.get(`/erp/stock/${path}`)).body).toMatchObject({
          erp: { onHand: onHand - 1 },
          ledger: { quantity: onHand - 1 },
        });
      },
    );

    it('shows the last observed figures while Odoo is unreachable', async () => {
      const { onHand } = shop.product('PROD-030');
      shop.sandbox.world.faults.add({ path: '/odoo/*', times: 0, status: 500, body: 'down' });
      const answer = await shop.call.get('/erp/stock/PROD-030');
      expect(answer).toMatchObject({
        status: 200,
        body: { stale: true, erp: { onHand, free: onHand }, ledger: { quantity: onHand } },
      });
      expect(answer.body.observedAt).toEqual(expect.any(String));
      shop.sandbox.world.faults.clear();
      expect((await shop.call.get('/erp/stock/PROD-030')).body).not.toHaveProperty('stale');
    });

    it('tells units held by our deliveries from units held by others', async () => {
      await shop.sandbox.world.odooPlays.count({ sku: 'PROD-031', quantity: 10 });
      await shop.sandbox.world.odooPlays.transfer('delivery', { sku: 'PROD-031', quantity: 3, validate: false });
      await shop.call.order(orderBody('FAL-WAITING', { products: [{ sku: 'PROD-031', quantity: 9 }] }));
      await eventually('it is short', async () =>
        expect(await shop.books.alerts()).toContain('delivery_short falabella/FAL-WAITING'),
      );
      await eventually('all is told', async () =>
        expect((await shop.call.get('/erp/stock/PROD-031')).body).toMatchObject({
          erp: { onHand: 10, free: 0, heldByUs: 7, heldByOthers: 3 },
          ledger: { quantity: 7, reserved: 9, available: -2 },
        }),
      );
      await eventually('Falabella shows it', () => expect(shop.shownAtFalabella('PROD-031')).toBe(0));
    });

    it("is also answered at the address that the ERP's connector documents", async () => {
      expect(await shop.call.get('/odoo/stock/PROD-032')).toMatchObject({
        status: 200,
        body: { sku: 'PROD-032', erp: { connection: 'odoo' } },
      });
    });

    it('is answered 404 for an unknown SKU, and 400 for a malformed one', async () => {
      expect((await shop.call.get('/erp/stock/NOBODY-KNOWS')).status).toBe(404);
      expect((await shop.call.get(`/erp/stock/${'x'.repeat(101)}`)).status).toBe(400);
      expect((await shop.call.get('/erp/stock/%E0%A4%A')).status).toBe(400);
      const word = await shop.call.post(`/odoo/webhook/stock-change?token=${SECRET}`, {
        sku: 'NOBODY-KNOWS',
        quantity: 1,
      });
      expect(word.status).toBe(200);
      await eventually('it is raised', async () =>
        expect(await shop.books.alerts()).toContain('needs_mapping NOBODY-KNOWS'),
      );
    });
  });
});
