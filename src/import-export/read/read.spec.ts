import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import { guarded } from '../../common/csv.js';
import { readLines, formatOf, type FileFormat } from './formats.js';
import { type RawLine } from './raw-line.js';
import { textChunks } from './text-chunks.js';

const MAX_BYTES = 1024 * 1024;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(format: FileFormat, body: string | Uint8Array, size = 1_000): Promise<RawLine[]> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines: RawLine[] = [];
  for await (const line of readLines(format, textChunks(inPieces(bytes, size), MAX_BYTES, createHash('sha256'))))
    lines.push(line);
  return lines;
}

const cellsOf = async (format: FileFormat, body: string) =>
  (await read(format, body)).map(({ line, cells }) => [line, cells]);
const refusalOf = (format: FileFormat, body: string | Uint8Array) =>
  read(format, body).then(String, (error: Error) => error.message);

describe('a CSV file', () => {
  it.each([
    ['commas', 'sku,quantity\nA,1\nB,2\n'],
    ['semicolons and CRLF', 'sku;quantity\r\nA;1\r\nB;2\r\n'],
    ['tabs', 'sku\tquantity\nA\t1\nB\t2'],
    ['a byte order mark', '\ufeffsku,quantity\nA,1\nB,2\n'],
    ['the separator named in front', 'sep=;\r\nsku;quantity\r\nA;1\r\nB;2\r\n'],
    ['other case, order and quotes', '"Quantity","SKU"\n"1","A"\n2, B\n'],
    [
      'the columns of an export',
      'sku,quantity,reserved,available,master,updatedAt\nA,1,0,1,ledger,2026-01-01\nB,2,0,2,ledger,\n',
    ],
  ])('is read with %s', async (_name, body) => {
    expect((await read('csv', body)).map(({ cells }) => cells)).toEqual([
      { sku: 'A', quantity: '1' },
      { sku: 'B', quantity: '2' },
    ]);
  });

  it('numbers each line as an editor does, past empty ones and cells of several lines', async () => {
    const body = 'sku,quantity,reason\n\nA,1,"two\nlines"\n,,\nB,2,\n"C",3,x\n';
    expect((await read('csv', body)).map(({ line, cells }) => [line, cells.sku])).toEqual([
      [3, 'A'],
      [6, 'B'],
      [7, 'C'],
    ]);
    expect(await cellsOf('csv', 'sep=;\nsku;quantity\nA;1\n')).toEqual([[3, { sku: 'A', quantity: '1' }]]);
  });

  it('names a line that has more cells than the header', async () => {
    expect(await read('csv', 'sku,quantity\nA,1\nB,1,5\nC\n')).toMatchObject([
      { line: 2 },
      { line: 3, problem: 'must have 2 cells, as the header line has' },
      { line: 4, cells: { sku: 'C' } },
    ]);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'header line'],
    ['no header', 'A,1\nB,2\n', 'line 1: must name columns that are known'],
    ['a column that is missing', 'sku,reason\nA,1\n', 'quantity is missing'],
    ['a column that is not known', 'sku,quantity,resaon\nA,1,\n', '"resaon" is not'],
    ['a column twice', 'sku,quantity,SKU\nA,1,B\n', 'must name sku once'],
    ['a quote that is never closed', 'sku,quantity\nA,1\n"B,2\n', 'close every quote'],
    ['a quote within a cell', 'sku,quantity\nA"x"b,1\n', 'line 2: must be CSV'],
    ['a line without end', `sku,quantity\n${'x'.repeat(20_000)}`, 'characters at most'],
    ['the old Windows character set', Buffer.from('sku,quantity\nCAF\xc9,1\n', 'latin1'), 'must be UTF-8'],
    ['UTF-16', Buffer.from('\ufeffsku\tquantity\n', 'utf16le'), 'must be UTF-8'],
    ['too much', `sku,quantity\n${`${'A'.repeat(2_000)},1\n`.repeat(600)}`, 'at most 1 MB'],
  ])('is refused with %s', async (_name, body, why) => {
    expect(await refusalOf('csv', body)).toContain(why);
  });

  it('is parsed the same in chunks of any size, and returns every text that was guarded and written', async () => {
    const text = fc.stringMatching(/^[A-Za-z0-9ñÉ=+@'",;\t -]{1,12}$/).filter((sku) => sku.trim() === sku);
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 20 }),
        async (skus, size) => {
          const body = stringify(
            skus.map((sku) => [guarded(sku), '1']),
            { header: true, columns: ['sku', 'quantity'] },
          );
          expect((await read('csv', Buffer.from(body), size)).map(({ cells }) => cells.sku)).toEqual(skus);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('contains nothing that a spreadsheet executes', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', "'=1", '\t=1']) expect(guarded(text)[0]).toBe("'");
    for (const text of ['PROD-001', 'A=1', '']) expect(guarded(text)).toBe(text);
  });
});

describe('a JSON file', () => {
  const A = { sku: 'A', quantity: 1 };
  const B = { sku: 'B', quantity: -2, mode: 'delta', warehouse: 'store' };

  it.each<[string, FileFormat, string]>([
    ['a list', 'json', JSON.stringify([A, B])],
    ['a list in an object', 'json', JSON.stringify({ note: [1, { lines: 3 }], lines: [A, B] })],
    ['a list with room', 'json', ` \n${JSON.stringify([A, B], null, 2)}\n `],
    ['one object a line', 'ndjson', `${JSON.stringify(A)}\r\n${JSON.stringify(B)}`],
  ])('is read from %s, in chunks of any size', async (_name, format, body) => {
    for (const size of [1, 7, 1_000]) {
      expect(await read(format, Buffer.from(body), size)).toEqual([
        { line: 1, cells: A },
        { line: 2, cells: B },
      ]);
    }
  });

  it('reports what is not a line, and continues', async () => {
    expect(await read('json', '[3, {"sku":"A"}, null, {"colour":"red"}]')).toMatchObject([
      { line: 1, problem: expect.stringContaining('object') },
      { line: 2, cells: { sku: 'A' } },
      { line: 3, problem: expect.stringContaining('object') },
      { line: 4, problem: 'must not have "colour": it is not known here' },
    ]);
    expect(await read('ndjson', '{"sku":"A"}\n\n{oops\n')).toMatchObject([
      { line: 1 },
      { line: 3, problem: 'must be one JSON object' },
    ]);
  });

  it.each<[string, FileFormat, string, string]>([
    ['nothing', 'json', '', 'must be complete JSON'],
    ['half of it', 'json', '[{"sku":"A"},', 'must be complete JSON'],
    ['no JSON', 'json', '[{"sku":"A"},oops]', 'line 2: must be JSON'],
    ['a list with something behind', 'json', '[{"sku":"A"}] oops', 'must be JSON'],
    ['a single word', 'json', '"sku"', 'must be a JSON list'],
    ['one line without end', 'ndjson', `{"sku":"${'x'.repeat(20_000)}"}`, 'characters at most'],
  ])('is refused with %s', async (_name, format, body, why) => {
    expect(await refusalOf(format, body)).toContain(why);
  });
});

describe('the format of a file', () => {
  it.each([
    ['text/csv', 'csv'],
    ['text/csv; charset=UTF-8; header=present', 'csv'],
    ['application/vnd.ms-excel', 'csv'],
    ['application/json', 'json'],
    ['application/x-ndjson', 'ndjson'],
  ])('follows from %s', (type, format) => {
    expect(formatOf(type, undefined)).toBe(format);
  });

  it.each([
    ['text/plain', undefined],
    [undefined, undefined],
    ['text/csv; charset=windows-1252', undefined],
    ['text/csv', 'gzip'],
  ])('is refused for %s (%s)', (type, encoding) => {
    expect(() => formatOf(type, encoding)).toThrow(/text\/csv/);
  });
});
