import { CsvError, parse, type Info, type Parser } from 'csv-parse';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnreadableFileError } from './errors.js';
import { COLUMNS, IGNORED_COLUMNS, type Column, type RawLine } from './raw-line.js';

const MAX_LINE_CHARACTERS = 10_000;
const DELIMITERS = [',', ';', '\t'] as const;
/** Excel's declaration of the delimiter, at the beginning of a file. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;
/** The prefix by which an export stops a spreadsheet from executing a text. */
const GUARDED_FORMULA = /^'+[=+\-@\t\r]/;

/** The position of each known column. */
type Header = ReadonlyMap<number, Column>;

/**
 * The lines of a CSV file with a header line; columns in any order and case, separated by comma, semicolon
 * or tab.
 * @throws UnreadableFileError when the header is invalid, or a quote is never closed
 */
export async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<RawLine> {
  const chunks = text[Symbol.asyncIterator]();
  const beginning = await firstLine(chunks);
  const separator = SEPARATOR_LINE.exec(beginning);
  const skipped = separator ? 1 : 0;
  const start = separator ? beginning.slice(separator[0].length) : beginning;
  const parser = parse({
    delimiter: separator?.[1] ?? delimiterOf(start),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
    max_record_size: MAX_LINE_CHARACTERS,
  });
  const feeding = pipeline(Readable.from(rejoined(start, chunks)), parser);
  // The loop below reports the same error.
  feeding.catch(() => undefined);
  yield* linesOf(parser, skipped);
  await feeding;
}

async function* linesOf(parser: Parser, skipped: number): AsyncGenerator<RawLine> {
  let header: Header | null = null;
  let columns = 0;
  let endOfLast = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      // A quoted cell may span lines, so a line is named by its beginning. Skipped lines in between are
      // counted as well.
      const line = Math.max(endOfLast + 1, info.lines - spannedLines(record)) + skipped;
      endOfLast = info.lines;
      if (header) {
        yield lineOf(line, record, header, columns);
      } else {
        header = headerOf(record, line);
        columns = record.length;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UnreadableFileError(Number((error as { lines?: unknown }).lines ?? 0) + skipped, complaint(error.code));
  }
  if (!header) throw new UnreadableFileError(0, 'must begin with a header line: sku,quantity');
}

function lineOf(line: number, record: readonly string[], header: Header, columns: number): RawLine {
  if (record.length > columns)
    return { line, cells: {}, problem: `must have ${columns} cells, as the header line has` };
  const cells: Partial<Record<Column, string>> = {};
  for (const [position, column] of header) {
    const cell = record[position];
    if (cell) cells[column] = GUARDED_FORMULA.test(cell) ? cell.slice(1) : cell;
  }
  return { line, cells };
}

function headerOf(record: readonly string[], line: number): Header {
  const header = new Map<number, Column>();
  for (const [position, cell] of record.entries()) {
    const name = cell.toLowerCase();
    const column = COLUMNS.find((known) => known === name);
    if (column === undefined && name !== '' && !IGNORED_COLUMNS.includes(name))
      throw new UnreadableFileError(
        line,
        `must name columns that are known (${COLUMNS.join(', ')}): ${JSON.stringify(cell.slice(0, 40))} is not`,
      );
    if (column && [...header.values()].includes(column))
      throw new UnreadableFileError(line, `must name ${column} once`);
    if (column) header.set(position, column);
  }
  for (const column of ['sku', 'quantity'] as const)
    if (![...header.values()].includes(column))
      throw new UnreadableFileError(line, `must be a header line with sku and quantity: ${column} is missing`);
  return header;
}

/** The most frequent delimiter in the header line. */
function delimiterOf(text: string): string {
  const [line = ''] = text.trimStart().split(/\r?\n|\r/, 1);
  const count = (delimiter: string) => line.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** Reads up to the first line that contains a header. */
async function firstLine(chunks: AsyncIterator<string, unknown>): Promise<string> {
  let text = '';
  while (!/[^\r\n]\r?\n[^]*\n/.test(text)) {
    if (text.length > MAX_LINE_CHARACTERS) break;
    const next = await chunks.next();
    if (next.done) break;
    text += next.value;
  }
  return text;
}

async function* rejoined(start: string, rest: AsyncIterator<string, unknown>): AsyncGenerator<string> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function spannedLines(record: readonly string[]): number {
  return record.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
}

function complaint(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'must close every quote';
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `must have lines of ${MAX_LINE_CHARACTERS} characters at most, and close every quote`;
  return 'must be CSV: a quote stands only around a whole cell, and is doubled within it';
}
