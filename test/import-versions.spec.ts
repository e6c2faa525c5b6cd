import { orderBody, type Answer } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

interface Line {
  readonly sku?: string;
  readonly outcome: string;
  readonly before?: number;
  readonly after?: number;
  readonly errors?: readonly { field: string; code?: string; params?: Record<string, unknown>; expected: string }[];
}

/** These tests count SKUs that Odoo does not know, in a warehouse that it feeds. */
const OWN = 'master=ledger';

describe('the file of an export, after sales', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'versions' });
  });
  afterAll(async () => shop?.close());

  const send = (body: string, query = '', headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call.post(`/stock/import?${OWN}${query.replace('?', '&')}`, body, { 'Content-Type': 'text/csv', ...headers });
  const linesOf = ({ body }: Answer) => (body.lines as { items: Line[] }).items;
  const quantityOf = async (sku: string) => (await shop.books.entry(sku)).quantity;
  const count = async (...lines: string[]) => {
    await send(['sku,quantity', ...lines].join('\n'));
    await shop.quiet();
  };
  /** The header of an export, and the lines of these SKUs. */
  const exported = async (...skus: string[]) => {
    const [header = '', ...rows] = (await (await fetch(`${shop.call.url}/stock/export`)).text()).trimEnd().split('\n');
    return [header, ...rows.filter((row) => skus.includes(row.split(',')[0] ?? ''))];
  };
  const versionOf = (rows: readonly string[]) => rows.slice(1).map((row) => Number(row.split(',').at(-1)));
  const edited = (rows: readonly string[], from: number, to: number) =>
    rows.join('\n').replaceAll(`,${from},`, `,${to},`);
  const order = (id: string, sku: string, quantity: number, status: string) =>
    shop.call.order(orderBody(id, { products: [{ sku, quantity, price: 1 }], status }));
  const sell = async (id: string, sku: string, from: number) => {
    await order(id, sku, 2, 'confirmed');
    await eventually(`${sku} is sold`, async () => expect(await quantityOf(sku)).toBe(from - 2));
    await shop.quiet();
  };

  it('undoes no sale: 40, sold to 38, stays 38, and the line is refused with both numbers', async () => {
    await count('OWN-1,40');
    const rows = await exported('OWN-1');
    await sell('SALE-1', 'OWN-1', 40);
    const answer = await send(rows.join('\n'), '', { 'Accept-Language': 'es' });
    expect(answer).toMatchObject({ status: 200, body: { counts: { refused: 1, changed: 0 } } });
    expect(linesOf(answer)).toMatchObject([
      {
        outcome: 'refused',
        before: 38,
        errors: [
          {
            field: 'quantity',
            code: 'imports.moved',
            params: { quantity: 40, base: 40, now: 38 },
            expected: expect.stringContaining('tiene que partir') as string,
          },
        ],
      },
    ]);
    expect(await quantityOf('OWN-1')).toBe(38);
  });

  it('is applied as the difference where that is asked for: 45 instead of 40 makes 43 of 38', async () => {
    await count('OWN-2,40', 'OWN-3,40');
    const rows = await exported('OWN-2');
    const same = await exported('OWN-3');
    await sell('SALE-2', 'OWN-2', 40);
    await sell('SALE-3', 'OWN-3', 40);
    expect(linesOf(await send(edited(rows, 40, 45), '?asDifference=true'))).toMatchObject([{ before: 38, after: 43 }]);
    expect(linesOf(await send(same.join('\n'), '?asDifference=true'))).toMatchObject([{ outcome: 'unchanged' }]);
    await shop.quiet();
    expect([await quantityOf('OWN-2'), await quantityOf('OWN-3')]).toEqual([43, 38]);
  });

  it('has a version that counts changes of the quantity, and no reservations', async () => {
    await count('OWN-4,40');
    const before = await exported('OWN-4');
    expect(versionOf(before)).toEqual([1]);
    await order('HELD-4', 'OWN-4', 3, 'pending');
    await eventually('it is reserved', async () => expect((await shop.books.entry('OWN-4')).seq).toBeGreaterThan(1));
    await shop.quiet();
    expect(await quantityOf('OWN-4')).toBe(40);
    expect(versionOf(await exported('OWN-4'))).toEqual([1]);
    expect(linesOf(await send(edited(before, 40, 44)))).toMatchObject([{ before: 40, after: 44 }]);
    await shop.quiet();
    expect(versionOf(await exported('OWN-4'))).toEqual([(await shop.books.entry('OWN-4')).seq]);
  });

  it('says in the dry run that it has no versions, and is refused where sales came since a named time', async () => {
    await count('OWN-5,40', 'OWN-6,40');
    const since = new Date().toISOString();
    await sell('SALE-5', 'OWN-5', 40);
    const file = 'sku,quantity\nOWN-5,40\nOWN-6,41\n';
    const dry = await send(file, `?dryRun=true&since=${since}`);
    expect(dry.body.warnings).toMatchObject([{ code: 'imports.no_version' }]);
    const answer = await send(file, `?since=${since}`);
    expect(linesOf(answer)).toMatchObject([
      { outcome: 'refused', before: 38, errors: [{ code: 'imports.sold_since', params: { quantity: 40, now: 38 } }] },
      { outcome: 'changed', after: 41 },
    ]);
    expect(linesOf(await send(file, `?since=${since}&force=true`))).toMatchObject([
      { before: 38, after: 40 },
      { outcome: 'unchanged' },
    ]);
    expect((await send(await exported('OWN-6').then((rows) => rows.join('\n')), '?dryRun=true')).body.warnings).toBe(
      undefined,
    );
  });

  it.each([
    ['sku,quantity,version\nOWN-1,4,x\n', '', 'version'],
    ['sku,quantity,version\nOWN-1,4,-1\n', '', 'version'],
    ['sku,quantity,version\nOWN-1,4,999999999999\n', '', 'version'],
    ['sku,quantity\nOWN-1,4\n', '?since=yesterday', 'since'],
    ['sku,quantity\nOWN-1,4\n', '?force=yes', 'force'],
    ['sku,quantity\nOWN-1,4\n', '?asDifference=1', 'asDifference'],
  ])('is refused with a bad value: %j %s', async (body, query, field) => {
    const answer = await send(body, query);
    expect([answer.status, answer.type]).toEqual([400, expect.stringContaining('problem+json')]);
    expect(JSON.stringify(answer.body.errors)).toContain(`"field":"${field}"`);
  });

  it('refuses a version that the entry does not have', async () => {
    const answer = await send('sku,quantity,version\nOWN-6,4,77\nNEVER-1,4,5\n');
    expect(linesOf(answer)).toMatchObject([
      { outcome: 'refused', errors: [{ code: 'imports.version_unknown', params: { version: 77 } }] },
      { outcome: 'refused', errors: [{ code: 'imports.version_unknown', params: { version: 5 } }] },
    ]);
  });
});
