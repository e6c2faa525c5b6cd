import { type Answer } from './support/caller.js';
import { Shop } from './support/shop.js';

interface Line {
  readonly sku: string;
  readonly outcome: string;
  readonly after?: number;
  readonly nearest?: readonly string[];
  readonly errors?: readonly { field: string; code: string; expected: string }[];
}

/** These tests count SKUs that Odoo does not know, in a warehouse that it feeds. */
const OWN = 'master=ledger';

describe('a stock file with SKUs that are not known', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'skus' });
    await send('sku,quantity\nCAMISA-01,10\n00123,20\n7801230000012,30\n');
    await shop.quiet();
  });
  afterAll(async () => shop?.close());

  const send = (body: string, query = '', headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call.post(`/stock/import?${OWN}${query.replace('?', '&')}`, body, { 'Content-Type': 'text/csv', ...headers });
  const linesOf = ({ body }: Answer) => (body.lines as { items: Line[] }).items;
  const entries = () => shop.books.count('stock_entries');

  const FILE = [
    'sku;quantity',
    'CAMISA-01;11',
    'camisa-01;12',
    '123;21',
    '7,80123E+12;31',
    'CAMISA-O1;13',
    'Total;88',
  ].join('\n');

  it('creates none of them with onlyExisting: six lines, one applied, five refused with their reasons', async () => {
    const before = await entries();
    const answer = await send(FILE, '?onlyExisting=true');
    expect(answer).toMatchObject({ status: 200, body: { counts: { changed: 1, refused: 5, created: 0, wrong: 0 } } });
    expect(linesOf(answer).map(({ sku, outcome, errors }) => [sku, outcome, errors?.[0]?.code])).toEqual([
      ['CAMISA-01', 'changed', undefined],
      ['camisa-01', 'refused', 'imports.unknown_sku'],
      ['123', 'refused', 'imports.lost_zeros'],
      ['7,80123E+12', 'refused', 'imports.exponent'],
      ['CAMISA-O1', 'refused', 'imports.unknown_sku'],
      ['Total', 'refused', 'imports.unknown_sku'],
    ]);
    expect(linesOf(answer).map(({ errors }) => errors?.[0]?.expected)).toEqual([
      undefined,
      'must be a known SKU: camisa-01 is none; nearest known: CAMISA-01',
      expect.stringContaining('00123 is known, 123 is not') as string,
      expect.stringContaining('a spreadsheet shows a long number') as string,
      'must be a known SKU: CAMISA-O1 is none; nearest known: CAMISA-01',
      'must be a known SKU: Total is none',
    ]);
    await shop.quiet();
    expect(await entries()).toBe(before);
    expect(await shop.books.entry('CAMISA-01')).toMatchObject({ quantity: 11 });
    expect(await shop.books.entry('00123')).toMatchObject({ quantity: 20 });
  });

  it('is told in the language of the reader', async () => {
    const answer = await send('sku,quantity\ncamisa-01,12\n', '?onlyExisting=true', { 'Accept-Language': 'pt-BR' });
    expect(linesOf(answer)[0]?.errors?.[0]?.expected).toBe(
      'deve ser um SKU conhecido: camisa-01 não é; os mais parecidos: CAMISA-01',
    );
  });

  it('refuses what a spreadsheet damaged in any case, and names the nearest of what would be created', async () => {
    const answer = await send(FILE.replace('CAMISA-01;11', 'CAMISA-01;10'), '?dryRun=true');
    expect(linesOf(answer).map(({ outcome, nearest }) => [outcome, nearest])).toEqual([
      ['changed', undefined],
      ['created', ['CAMISA-01']],
      ['refused', ['00123']],
      ['refused', undefined],
      ['created', ['CAMISA-01']],
      ['created', undefined],
    ]);
  });

  it('is no matter for a SKU that really is so', async () => {
    await send('sku,quantity\n0077,1\n', '');
    expect(linesOf(await send('sku,quantity\n77,1\n'))).toMatchObject([{ outcome: 'refused' }]);
    await shop.call.post('/stock/adjustments', {
      sku: '77',
      quantity: 5,
      mode: 'absolute',
      master: 'ledger',
      reason: 'it is another',
    });
    await shop.quiet();
    expect(linesOf(await send('sku,quantity\n77,6\n'))).toMatchObject([{ outcome: 'changed', after: 6 }]);
  });

  it('must be asked for with true or false', async () => {
    const answer = await send(FILE, '?onlyExisting=maybe');
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'onlyExisting' }] } });
  });
});
