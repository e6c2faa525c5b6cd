import { type Answer, orderBody } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually, waitFor } from './support/wait.js';

type Line = Record<string, unknown>;

describe('setting the quantity of a SKU', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'adjust', env: { ODOO_TIMEOUT_MS: '2000' } });
    await secondWarehouse(shop);
  });
  afterAll(async () => shop?.close());

  const adjust = (body: unknown, key?: string): Promise<Answer> =>
    shop.call.post('/stock/adjustments', body, key === undefined ? {} : { 'Idempotency-Key': key });
  /** Odoo feeds the warehouse, and does not know these SKUs. */
  const own = (sku: unknown) => (/^(OWN|LOT)-/.test(String(sku)) ? { master: 'ledger' } : {});
  const count = (sku: string, quantity: number, more: Line = {}) =>
    adjust({ sku, quantity, mode: 'absolute', reason: 'counted', ...own(sku), ...more });
  const change = (sku: string, quantity: number, more: Line = {}) =>
    adjust({ sku, quantity, mode: 'delta', reason: 'found', ...more });
  const linesOf = (answer: Answer) => answer.body.lines as Line[];
  const fieldsOf = (answer: Answer) => (answer.body.errors as { field: string }[]).map(({ field }) => field);
  const entryOf = (sku: string, warehouse = 'main') => shop.db.collection('stock_entries').findOne({ sku, warehouse });
  const transfersOf = (sku: string) =>
    shop.sandbox.state(sku).odoo.pickings.filter(({ name }) => name.includes('/command/'));
  /** Reserves units by an order that is not delivered. */
  const promise = async (sku: string, quantity: number) => {
    await shop.call.order(orderBody(`HOLDS-${sku}`, { status: 'pending', products: [{ sku, quantity }] }));
    await waitFor('it is promised', async () => (await entryOf(sku))?.reserved === quantity);
  };

  describe('where the ledger is the master', () => {
    it('begins to count an unknown SKU', async () => {
      const answer = await count('OWN-1', 12);
      expect(answer.status).toBe(200);
      const [movement] = await shop.books.movements({ sku: 'OWN-1' });
      expect(answer.body).toEqual({
        commandId: expect.stringMatching(/^cmd_/) as string,
        status: 'done',
        lines: [
          {
            sku: 'OWN-1',
            warehouse: 'main',
            before: 0,
            after: 12,
            reserved: 0,
            available: 12,
            movementId: movement?._id,
          },
        ],
      });
      expect(movement).toMatchObject({
        kind: 'adjust',
        cause: { type: 'command', reason: 'counted', commandId: answer.body.commandId },
      });
      await shop.quiet();
      expect(await entryOf('OWN-1')).toMatchObject({ master: 'ledger', quantity: 12 });
    });

    it('changes by a difference, up to the available units', async () => {
      await count('OWN-2', 5);
      expect(linesOf(await change('OWN-2', 3))).toMatchObject([{ before: 5, after: 8 }]);
      expect(linesOf(await change('OWN-2', -6))).toMatchObject([{ before: 8, after: 2, available: 2 }]);
      expect(await change('OWN-2', -3)).toMatchObject({
        status: 409,
        body: { type: '/problems/insufficient-stock', sku: 'OWN-2', available: 2, asked: 3 },
      });
      expect(await shop.books.movements({ sku: 'OWN-2' })).toHaveLength(3);
    });

    it('answers 404 to a difference on an uncounted SKU, and stores nothing', async () => {
      expect(await change('OWN-NOBODY', 3)).toMatchObject({ status: 404, body: { type: '/problems/unknown-sku' } });
      const lines = [line('OWN-1', 1), line('OWN-NOBODY', 1)];
      const listed = await adjust({ lines, reason: 'found', master: 'ledger' });
      expect([listed.status, fieldsOf(listed)]).toEqual([404, ['lines[1].sku']]);
      expect(await entryOf('OWN-NOBODY')).toBeNull();
    });

    it('counts each warehouse separately', async () => {
      expect(linesOf(await count('OWN-4', 3, { warehouse: 'store' }))).toMatchObject([
        { warehouse: 'store', after: 3 },
      ]);
      expect(linesOf(await count('OWN-4', 9))).toMatchObject([{ warehouse: 'main', after: 9 }]);
      const body = { sku: 'OWN-4', quantity: 2, warehouse: 'store' };
      expect((await shop.call.post('/erp/stock/reduce', body)).body).toMatchObject({
        before: 3,
        after: 1,
        erp: { status: 'off' },
      });
      expect((await shop.call.post('/erp/stock/increase', { ...body, quantity: 4 })).body).toMatchObject({
        before: 1,
        after: 5,
      });
      expect((await shop.call.post('/erp/stock/reduce', { ...body, quantity: 6 })).status).toBe(409);
      await shop.quiet();
      expect([await entryOf('OWN-4'), await entryOf('OWN-4', 'store')]).toMatchObject([
        { quantity: 9 },
        { quantity: 5 },
      ]);
    });

    it('has one effect and one answer for one key, however often and concurrently it is sent', async () => {
      await count('OWN-5', 100);
      const body = { sku: 'OWN-5', quantity: -7, mode: 'delta', reason: 'broken' };
      const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(body, 'adjusted-once')));
      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: answers[0]?.body });
      expect(await adjust({ ...body, reason: 'lost' }, 'adjusted-once')).toMatchObject({ status: 422 });
      await shop.restart();
      expect((await adjust(body, 'adjusted-once')).body).toEqual(answers[0]?.body);
      expect(await shop.books.movements({ sku: 'OWN-5' })).toHaveLength(2);
    });
  });

  describe('of several entries', () => {
    const lines = (...list: Line[]) => adjust({ lines: list, reason: 'counted together', ...own(list[0]?.sku) });

    it('changes all of them, summed for each, and publishes each', async () => {
      await lines(counted('LOT-1', 10), counted('LOT-2', 10), counted('LOT-1', 4, 'store'));
      const answer = await lines(
        line('LOT-2', -3),
        counted('LOT-3', 7),
        line('LOT-1', -2),
        line('LOT-2', -4),
        line('LOT-1', 5, 'store'),
      );
      expect(linesOf(answer)).toMatchObject([
        { sku: 'LOT-2', before: 10, after: 3, reserved: 0, available: 3 },
        { sku: 'LOT-3', before: 0, after: 7 },
        { sku: 'LOT-1', warehouse: 'main', before: 10, after: 8 },
        { sku: 'LOT-1', warehouse: 'store', before: 4, after: 9 },
      ]);
      await shop.quiet();
      expect(await shop.books.wrongs()).toEqual([]);
      const command = await shop.call.get(`/commands/${String(answer.body.commandId)}`);
      expect(command.body).toMatchObject({ kind: 'adjust', status: 'done', answer: { lines: linesOf(answer) } });
    });

    it('changes none when one has too few, and leaves no reservation and no entry', async () => {
      await lines(counted('LOT-4', 5), counted('LOT-5', 5), counted('LOT-6', 5));
      const answer = await lines(
        line('LOT-6', -5),
        line('LOT-4', -1),
        line('LOT-5', -6),
        line('LOT-4', -3),
        counted('LOT-NEW', 9),
      );
      expect(answer).toMatchObject({ status: 409, body: { sku: 'LOT-5', warehouse: 'main', available: 5, asked: 6 } });
      await shop.quiet();
      for (const sku of ['LOT-4', 'LOT-5', 'LOT-6'])
        expect(await entryOf(sku)).toMatchObject({ quantity: 5, reserved: 0 });
      expect(await entryOf('LOT-NEW')).toBeNull();
      expect(await shop.books.wrongs()).toEqual([]);
    });

    it('refuses contradicting lines of one entry, and entries that Odoo masters, and names them', async () => {
      const mixed = await lines(line('LOT-1', 1), counted('LOT-2', 1), counted('LOT-1', 1));
      expect([mixed.status, fieldsOf(mixed)]).toEqual([400, ['lines[0].sku', 'lines[2].sku']]);
      const foreign = await adjust({
        lines: [line('LOT-1', 1), line('LOT-2', 1), line('PROD-001', 1)],
        reason: 'counted together',
      });
      expect([foreign.status, fieldsOf(foreign)]).toEqual([400, ['lines[2].sku']]);
      expect(JSON.stringify(foreign.body.errors)).toContain('alone');
    });

    it('lets one caller win when many take the last units of the same two entries in any order', async () => {
      await lines(counted('LOT-7', 3), counted('LOT-8', 3));
      const both = (i: number) =>
        i % 2 ? [line('LOT-7', -2), line('LOT-8', -2)] : [line('LOT-8', -2), line('LOT-7', -2)];
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => lines(...both(i))));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(11).fill(409)]);
      await shop.quiet();
      expect([await entryOf('LOT-7'), await entryOf('LOT-8')]).toMatchObject([
        { quantity: 1, reserved: 0 },
        { quantity: 1, reserved: 0 },
      ]);
    });
  });

  describe('where Odoo is the master', () => {
    it("books the difference between the count and Odoo's quantity", async () => {
      const { onHand } = shop.product('PROD-010');
      for (const quantity of [onHand - 4, onHand + 2]) {
        const { onHand: before } = shop.product('PROD-010');
        const answer = await count('PROD-010', quantity);
        expect(answer.body).toMatchObject({
          status: 'done',
          lines: [
            { before, after: quantity, reserved: 0, available: quantity, movementId: expect.any(String) as string },
          ],
          erp: { connection: 'odoo', status: 'done', reference: expect.stringContaining('/command/') as string },
        });
        expect(shop.product('PROD-010').onHand).toBe(quantity);
        await shop.agrees(['PROD-010']);
      }
    });

    it('answers at once when there is no difference', async () => {
      const { onHand } = shop.product('PROD-011');
      expect((await count('PROD-011', onHand)).body).toMatchObject({
        lines: [{ before: onHand, after: onHand, movementId: null }],
        erp: { status: 'unchanged', reference: null },
      });
      expect(transfersOf('PROD-011')).toEqual([]);
    });

    it('books a difference, up to the available units', async () => {
      const { onHand } = shop.product('PROD-012');
      expect(linesOf(await change('PROD-012', -3))).toMatchObject([{ before: onHand, after: onHand - 3 }]);
      expect(
        linesOf(await adjust({ lines: [line('PROD-012', 2), line('PROD-012', 3)], reason: 'found' })),
      ).toMatchObject([{ after: onHand + 2 }]);
      expect((await change('PROD-012', -onHand - 3)).status).toBe(409);
      await shop.agrees(['PROD-012']);
    });

    it('may go below the reserved units while Odoo allows it', async () => {
      const { onHand } = shop.product('PROD-013');
      await promise('PROD-013', onHand - 1);
      expect(linesOf(await count('PROD-013', onHand - 3))).toMatchObject([
        { after: onHand - 3, reserved: onHand - 1, available: -2 },
      ]);
      expect(shop.product('PROD-013').onHand).toBe(onHand - 3);
    });

    it('is refused when Odoo cannot book it, and leaves nothing reserved', async () => {
      await shop.sandbox.world.odooPlays.count({ sku: 'PROD-014', quantity: 10 });
      // Its delivery holds all units and waits for more.
      await shop.call.order(orderBody('FAL-WAITING', { products: [{ sku: 'PROD-014', quantity: 12 }] }));
      await eventually('it waits', async () =>
        expect(await shop.books.alerts()).toContain('delivery_short falabella/FAL-WAITING'),
      );
      expect(await count('PROD-014', 4)).toMatchObject({
        status: 409,
        body: { type: '/problems/refused-by-erp', sku: 'PROD-014' },
      });
      expect(transfersOf('PROD-014').map(({ state }) => state)).toEqual(['cancel']);
      await eventually('it is as before', async () =>
        expect(await entryOf('PROD-014')).toMatchObject({ quantity: 10, reserved: 12 }),
      );
      await shop.sandbox.world.odooPlays.count({ sku: 'PROD-014', quantity: 15 });
      await shop.agrees(['PROD-014']);
    });

    it('finds a SKU in Odoo when the request names Odoo as the master, and answers 404 when Odoo does not know it', async () => {
      expect(await count('NOBODY-KNOWS', 4, { master: 'odoo' })).toMatchObject({ status: 404 });
      expect(await entryOf('NOBODY-KNOWS')).toBeNull();
      expect(await count('PROD-010', 4, { master: 'ledger' })).toMatchObject({ status: 409, body: { master: 'odoo' } });
      expect(await count('OWN-1', 4, { master: 'odoo' })).toMatchObject({ status: 409, body: { master: 'ledger' } });
    });

    it('answers 202 with an address while Odoo is unreachable, and books once when it is back', async () => {
      const { onHand } = shop.product('PROD-015');
      shop.sandbox.world.faults.add({ path: '/odoo/*', times: 0, drop: 'before' });
      const answer = await count('PROD-015', onHand - 5);
      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(answer.body.href);
      shop.sandbox.world.faults.clear();
      await eventually('it is done', async () =>
        expect((await shop.call.get(String(answer.body.href))).body).toMatchObject({
          status: 'done',
          answer: { lines: [{ before: onHand, after: onHand - 5 }] },
        }),
      );
      expect(transfersOf('PROD-015')).toHaveLength(1);
    });
  });

  it.each([
    ['nothing at all', {}, ['sku', 'quantity', 'mode', 'reason']],
    ['no reason', { sku: 'A', quantity: 1, mode: 'delta' }, ['reason']],
    ['a broken number', { sku: 'A', quantity: 1.5, mode: 'delta', reason: 'r' }, ['quantity']],
    ['a number as text', { sku: 'A', quantity: '1', mode: 'delta', reason: 'r' }, ['quantity']],
    ['too many units', { sku: 'A', quantity: 1_000_000_001, mode: 'absolute', reason: 'r' }, ['quantity']],
    ['less than nothing', { sku: 'A', quantity: -1, mode: 'absolute', reason: 'r' }, ['quantity']],
    ['a difference of nothing', { sku: 'A', quantity: 0, mode: 'delta', reason: 'r' }, ['quantity']],
    ['another mode', { sku: 'A', quantity: 1, mode: 'set', reason: 'r' }, ['mode']],
    ['half a character', { sku: '\ud800', quantity: 1, mode: 'absolute', reason: 'r' }, ['sku']],
    ['another warehouse', { sku: 'A', quantity: 1, mode: 'absolute', reason: 'r', warehouse: 'moon' }, ['warehouse']],
    ['another master', { sku: 'A-NEW', quantity: 1, mode: 'absolute', reason: 'r', master: 'sap' }, ['master']],
    ['one line beside many', { sku: 'A', lines: [line('A', 1)], reason: 'r' }, ['sku']],
    ['no lines', { lines: [], reason: 'r' }, ['lines']],
    ['lines that are none', { lines: [null], reason: 'r' }, ['lines', 'lines[0]']],
    [
      'more lines than one command takes',
      { lines: Array.from({ length: 101 }, (_, i) => line(`A-${i}`, 1)), reason: 'r' },
      ['lines'],
    ],
    [
      'a line with a fault',
      { lines: [line('A', 1), { sku: 'B', quantity: 'x', mode: 'delta' }], reason: 'r' },
      ['lines[1].quantity'],
    ],
    ['something unknown', { sku: 'A', quantity: 1, mode: 'delta', reason: 'r', colour: 'red' }, ['colour']],
  ])('is refused with the field for %s', async (_name, body, fields) => {
    const answer = await adjust(body);
    expect([answer.status, fieldsOf(answer)]).toEqual([400, fields]);
  });

  it('refuses a malformed key', async () => {
    expect(await adjust({ sku: 'A', quantity: 1, mode: 'absolute', reason: 'r' }, 'two words')).toMatchObject({
      status: 400,
    });
  });

  // Last, because the channel does not sell this SKU, so that its refused pushes repeat.
  it('may go below the reserved units, and shows the SKU as oversold', async () => {
    await count('OWN-3', 10);
    await promise('OWN-3', 8);
    expect((await change('OWN-3', -3)).status).toBe(409);
    expect(linesOf(await count('OWN-3', 5))).toEqual([
      expect.objectContaining({ before: 10, after: 5, reserved: 8, available: -3 }),
    ]);
    await eventually('it is raised', async () =>
      expect((await shop.books.alerts()).join()).toMatch(/oversold \S*OWN-3/),
    );
    expect(linesOf(await count('OWN-3', 8))).toMatchObject([{ available: 0 }]);
  });
});

function line(sku: string, quantity: number, warehouse = 'main'): Line {
  return { sku, warehouse, quantity, mode: 'delta' };
}

function counted(sku: string, quantity: number, warehouse = 'main'): Line {
  return { ...line(sku, quantity, warehouse), mode: 'absolute' };
}

/** A warehouse of the ledger alone. */
async function secondWarehouse(shop: Shop): Promise<void> {
  const now = new Date();
  const fields = {
    name: 'Store',
    priority: 10,
    active: true,
    channels: [],
    createdAt: now,
    updatedAt: now,
    schemaVersion: 1,
  };
  await shop.db.collection<{ _id: string }>('warehouses').insertOne({ _id: 'store', ...fields });
  await eventually('it is known', async () => {
    const body = { sku: 'OWN-0', warehouse: 'store', quantity: 1, mode: 'absolute', reason: 'first' };
    expect((await shop.call.post('/stock/adjustments', body)).status).toBe(200);
  });
}
