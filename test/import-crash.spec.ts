import { CrashingShop, FLOWS } from './support/crashing.js';
import { type Shop } from './support/shop.js';
import { waitFor } from './support/wait.js';

/** Several chunks. */
const LINES = 1_100;

describe('a stock file when the process is killed', () => {
  let crashing: CrashingShop;
  let shop: Shop;

  beforeAll(async () => {
    crashing = await CrashingShop.ready('crash_import');
    shop = crashing.shop;
  });
  afterAll(async () => crashing?.close());

  it.each(FLOWS.import)('at %s is applied once, line by line', async (place) => {
    const file = ['sku,quantity,mode', ...Array.from({ length: LINES }, (_, i) => `${place}-${i},${i},absolute`)].join(
      '\n',
    );
    const send = () =>
      shop.call.post('/stock/import?master=ledger', file, { 'Content-Type': 'text/csv', 'Idempotency-Key': place });
    await crashing.dieAt(place, send);
    await shop.startAll();
    await shop.quiet();
    // An upload that broke off is not stored, and its sender repeats it.
    const done = await waitFor('it is done', async () => {
      const answer = await send();
      return answer.status === 200 ? answer.body : null;
    });
    expect(done).toMatchObject({
      state: 'done',
      counts: { created: LINES, failed: 0 },
      progress: { lines: LINES, checked: 1, applied: 1 },
    });
    await shop.quiet();
    const movements = await shop.books.movements({ 'cause.commandId': String(done.importId) });
    expect(movements).toHaveLength(LINES);
    expect(
      movements.every(({ seq: at, quantity, sku }) => at === 1 && quantity === Number(sku.slice(place.length + 1))),
    ).toBe(true);
    expect(await shop.books.wrongs()).toEqual([]);
  });

  it('leaves one set of lines for each file', async () => {
    expect(await shop.books.count('imports')).toBe(FLOWS.import.length);
    expect(await shop.books.count('import_chunks')).toBe(FLOWS.import.length * Math.ceil(LINES / 500));
  });
});
