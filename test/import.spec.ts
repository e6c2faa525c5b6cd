import { type Answer } from './support/caller.js';
import { Shop } from './support/shop.js';
import { eventually } from './support/wait.js';

interface Line {
  readonly line: number;
  readonly sku?: string;
  readonly outcome: string;
  readonly before?: number;
  readonly after?: number;
  readonly errors?: readonly { field: string; expected: string }[];
}

/** These tests count SKUs that Odoo does not know, in a warehouse that it feeds. */
const OWN = 'master=ledger';

describe('a stock file', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.ready({ label: 'import' });
  });
  afterAll(async () => shop?.close());

  const send = (
    body: string,
    { type = 'text/csv', query = '', key }: { type?: string; query?: string; key?: string } = {},
  ): Promise<Answer> =>
    shop.call.post(`/stock/import?${OWN}${query.replace('?', '&')}`, body, {
      'Content-Type': type,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    });
  const csv = (...lines: string[]) => ['sku,quantity', ...lines].join('\n');
  const entryOf = (sku: string, warehouse = 'main') => shop.db.collection('stock_entries').findOne({ sku, warehouse });
  const linesOf = ({ body }: Answer) => (body.lines as { items: Line[] }).items;
  const errorsOf = ({ body }: Answer) => body.errors as { line: number; field: string; expected: string }[];
  const exported = async (query = '') => (await fetch(`${shop.call.url}/stock/export${query}`)).text();
  const movementsOf = (sku: string) => shop.books.movements({ sku });
  const nothingKept = async () => [await shop.books.count('imports'), await shop.books.count('import_chunks')];

  it('sets its SKUs, creates new ones, and publishes each difference', async () => {
    await send(csv('FILE-1,5', 'FILE-2,7'));
    const answer = await send(
      ['sku,quantity,mode,reason', 'FILE-1,9,,', 'FILE-3,4,absolute,found', 'FILE-2,7,,', 'FILE-2B,1,,']
        .join('\n')
        .replace('FILE-2B', 'FILE-4'),
      { query: '?reason=monday' },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      state: 'done',
      dryRun: false,
      href: `/stock/imports/${String(answer.body.importId)}`,
      progress: { lines: 4, checked: 1, applied: 1 },
      counts: { created: 2, changed: 1, unchanged: 1, refused: 0, wrong: 0, failed: 0 },
      errors: [],
    });
    expect(linesOf(answer)).toMatchObject([
      { line: 2, sku: 'FILE-1', outcome: 'changed', before: 5, after: 9, change: 4 },
      { line: 3, sku: 'FILE-3', outcome: 'created', before: 0, after: 4 },
      { line: 4, sku: 'FILE-2', outcome: 'unchanged', before: 7, after: 7, change: 0 },
      { line: 5, sku: 'FILE-4', outcome: 'created' },
    ]);
    await shop.quiet();
    expect(await entryOf('FILE-1')).toMatchObject({ quantity: 9, master: 'ledger' });
    const [, movement] = await movementsOf('FILE-1');
    expect(movement).toMatchObject({
      kind: 'adjust',
      key: `${String(answer.body.importId)}/2`,
      cause: { type: 'command', reason: 'monday' },
    });
    expect((await movementsOf('FILE-3'))[0]).toMatchObject({ cause: { reason: 'found' } });
    expect(await movementsOf('FILE-2')).toHaveLength(1);
    expect((await shop.call.get(String(answer.body.href))).body).toEqual(answer.body);
  });

  it('previews its changes, and changes nothing', async () => {
    await send(csv('DRY-1,5'));
    const file = csv('DRY-1,8', 'DRY-2,3', 'PROD-001,99999');
    const before = await shop.books.count('stock_movements');
    const dry = await send(file, { query: '?dryRun=true' });
    expect(dry).toMatchObject({
      status: 200,
      body: { state: 'done', dryRun: true, counts: { changed: 1, created: 1, refused: 1 } },
    });
    expect(await shop.books.count('stock_movements')).toBe(before);
    expect(await entryOf('DRY-2')).toBeNull();
    const real = await send(file);
    expect(real.body.counts).toEqual(dry.body.counts);
    const figures = (answer: Answer) =>
      linesOf(answer).map(({ line, outcome, before: b, after }) => [line, outcome, b, after]);
    expect(figures(real)).toEqual(figures(dry));
  });

  it.each([
    [
      'application/json',
      JSON.stringify([
        { sku: 'J-1', quantity: 3 },
        { sku: 'J-2', quantity: 4, warehouse: 'main' },
      ]),
    ],
    [
      'application/json',
      JSON.stringify({
        lines: [
          { sku: 'J-1', quantity: 3 },
          { sku: 'J-2', quantity: 4 },
        ],
      }),
    ],
    ['application/x-ndjson', '{"sku":"J-1","quantity":3}\n{"sku":"J-2","quantity":4}\n'],
    ['text/csv', '\ufeffsep=;\r\nSKU;Quantity\r\nJ-1;3\r\n"J-2";4\r\n'],
  ])('may be %s: %s', async (type, body) => {
    expect(await send(body, { type })).toMatchObject({ status: 200, body: { state: 'done', progress: { lines: 2 } } });
    expect([await entryOf('J-1'), await entryOf('J-2')]).toMatchObject([{ quantity: 3 }, { quantity: 4 }]);
  });

  it('changes nothing when any line is wrong, and explains each', async () => {
    await send(csv('W-1,5'));
    const answer = await send(
      [
        'sku;quantity;mode;warehouse',
        'W-1;9;;',
        'W-2;1,5;;',
        'W-3;1.000;;',
        ';3;;',
        'W-1;4;;',
        'W-4;2;;moon',
        'W-5;1;set;',
        'W-6;-1;;',
        'W-7;3;delta;',
        'W-8;1;;;x',
      ].join('\r\n'),
    );
    expect(answer).toMatchObject({
      status: 400,
      body: { type: '/problems/import-refused', counts: { changed: 1, wrong: 9 } },
    });
    expect(errorsOf(answer)).toEqual([
      { line: 3, field: 'quantity', expected: expect.stringContaining('decimal comma') as string },
      { line: 4, field: 'quantity', expected: expect.stringContaining('without a separator') as string },
      { line: 5, field: 'sku', expected: expect.stringContaining('1 to 100 characters') as string },
      { line: 6, field: 'sku', expected: expect.stringContaining('line 2 is of W-1') as string },
      { line: 7, field: 'warehouse', expected: 'must be the code of a warehouse' },
      { line: 8, field: 'mode', expected: 'must be absolute or delta' },
      { line: 9, field: 'quantity', expected: expect.stringContaining('0 or more') as string },
      { line: 10, field: 'sku', expected: expect.stringContaining('must be known') as string },
      { line: 11, field: 'line', expected: expect.stringContaining('4 cells') as string },
    ]);
    expect(await entryOf('W-1')).toMatchObject({ quantity: 5 });
    expect((await shop.call.get(String(answer.body.href))).body).toMatchObject({
      state: 'refused',
      errors: errorsOf(answer),
    });
  });

  it('takes no more than is available by a difference', async () => {
    await send(csv('D-1,5', 'D-2,5'));
    const deltas = (...lines: string[]) => ['sku,quantity,mode', ...lines].join('\n');
    const answer = await send(deltas('D-1,-6,delta', 'D-2,+2,delta'));
    expect([answer.status, errorsOf(answer)]).toEqual([
      400,
      [{ line: 2, field: 'quantity', expected: 'must take 5 at most: so much is available' }],
    ]);
    expect(linesOf(await send(deltas('D-1,-5,DELTA', 'D-2,+2,delta')))).toMatchObject([{ after: 0 }, { after: 7 }]);
  });

  it('refuses lines that Odoo masters, one by one, and applies the others', async () => {
    const { onHand } = shop.product('PROD-001');
    const answer = await send(csv(`PROD-001,${onHand + 5}`, 'OURS-1,3', `PROD-002,${shop.product('PROD-002').onHand}`));
    expect(answer).toMatchObject({ status: 200, body: { counts: { refused: 1, created: 1, unchanged: 1 } } });
    expect(errorsOf(answer)).toEqual([{ line: 2, field: 'sku', expected: expect.stringContaining('odoo') as string }]);
    await shop.agrees(['PROD-001']);
    expect(await shop.books.entry('PROD-001')).toMatchObject({ quantity: onHand });
  });

  it('is applied once under one key, however often it is sent', async () => {
    const file = csv('K-1,5', 'K-2,6');
    const first = await send(file, { key: 'file-key' });
    await send(csv('K-1,9'));
    expect(await send(file, { key: 'file-key' })).toMatchObject({ status: 200, body: first.body });
    expect(await entryOf('K-1')).toMatchObject({ quantity: 9 });
    expect((await send(csv('K-1,7'), { key: 'file-key' })).status).toBe(422);
    expect((await send(file, { key: 'file-key', query: '?dryRun=true' })).status).toBe(422);
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(csv('K-3,1'), { key: 'at-once' })));
    expect(answers.filter(({ status }) => status !== 409).every(({ status }) => status === 200)).toBe(true);
    expect(await movementsOf('K-3')).toHaveLength(1);
  });

  it.each<[string, string, { type?: string; query?: string; key?: string }, number, string]>([
    ['no header', 'A,1\n', {}, 400, 'line 1'],
    ['a quote that stays open', 'sku,quantity\n"A,1\n', {}, 400, 'close every quote'],
    ['no line', 'sku,quantity\n', {}, 400, 'at least one line'],
    ['nothing', '', {}, 400, 'header'],
    ['no JSON', '[{"sku":', { type: 'application/json' }, 400, 'complete JSON'],
    ['another content type', 'sku,quantity\nA,1', { type: 'text/plain' }, 415, 'text/csv'],
    ['another character set', 'sku,quantity\nA,1', { type: 'text/csv; charset=latin1' }, 415, 'UTF-8'],
    ['a question that is none', 'sku,quantity\nA,1', { query: '?dryRun=perhaps' }, 400, 'dryRun'],
    ['a key that is none', 'sku,quantity\nA,1', { key: 'two words' }, 400, 'Idempotency-Key'],
    ['too many lines', `sku,quantity\n${'A,1\n'.repeat(200_001)}`, {}, 413, '200000 lines'],
  ])('is refused with %s, and nothing of it is kept', async (_name, body, options, status, why) => {
    const kept = await nothingKept();
    const answer = await send(body, options);
    expect([answer.status, answer.type]).toEqual([status, expect.stringContaining('problem+json')]);
    expect(JSON.stringify(answer.body)).toContain(why);
    await eventually('nothing of it is kept', async () => expect(await nothingKept()).toEqual(kept));
  });

  it('is listed in pages, whole or by the result of its lines', async () => {
    const lines = Array.from({ length: 1_300 }, (_, i) => `P-${i},${i % 400 === 7 ? 'x' : i}`);
    const answer = await send(csv(...lines));
    expect(answer).toMatchObject({ status: 400, body: { counts: { wrong: 4, created: 1_296 } } });
    const pages = async (only: string, limit: number) => {
      const seen: Line[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Answer = await shop.call.get(
          `${String(answer.body.href)}?only=${only}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...linesOf(page));
        cursor = (page.body.lines as { nextCursor: string | null }).nextCursor;
      }
      return seen.map(({ line }) => line);
    };
    expect(await pages('all', 199)).toEqual(lines.map((_, i) => i + 2));
    expect(await pages('errors', 3)).toEqual([9, 409, 809, 1209]);
    expect(await pages('changes', 200)).toHaveLength(1_296);
    expect((await shop.call.get(`${String(answer.body.href)}?cursor=abc`)).status).toBe(400);
    expect((await shop.call.get(`${String(answer.body.href)}?only=some`)).status).toBe(400);
    expect((await shop.call.get('/stock/imports/imp_nobody')).status).toBe(404);
  });

  describe('when exported', () => {
    it('has every entry, safe for a spreadsheet, and changes nothing when it is imported again', async () => {
      await send('sku,quantity\n"=1+1",2\n"A ""quoted"", one",3\nÑANDÚ;x,4\n');
      await shop.quiet();
      const file = await exported();
      const [header, ...rows] = file.trimEnd().split('\n');
      expect(header).toBe('sku,warehouse,quantity,reserved,available,master,updatedAt,version');
      expect(rows).toHaveLength(await shop.books.count('stock_entries'));
      expect(file).toContain("\n'=1+1,main,2,0,2,ledger,");
      const before = await shop.books.count('stock_movements');
      const again = await send(file);
      expect(again).toMatchObject({
        status: 200,
        body: { counts: { unchanged: rows.length, created: 0, changed: 0, refused: 0, wrong: 0 } },
      });
      expect(await shop.books.count('stock_movements')).toBe(before);
    });

    it('may be of one warehouse', async () => {
      expect((await exported('?warehouse=main')).split('\n').length).toBeGreaterThan(10);
      expect((await shop.call.get('/stock/export?warehouse=moon')).status).toBe(400);
      const answer = await fetch(`${shop.call.url}/stock/export?warehouse=main`);
      await answer.text();
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(answer.headers.get('content-disposition')).toContain('stock-main.csv');
    });
  });

  it('leaves the stored state without faults', async () => {
    await shop.quiet();
    await eventually('all is shown', async () => expect(await shop.books.wrongs()).toEqual([]));
  });
});
