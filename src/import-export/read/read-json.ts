import { JSONParser, TokenizerError, TokenParserError } from '@streamparser/json';
import { UnreadableFileError } from './errors.js';
import { IGNORED_COLUMNS, COLUMNS, type RawLine } from './raw-line.js';

const MAX_LINE_CHARACTERS = 10_000;
const MAX_ELEMENT_CHARACTERS = 1_000_000;

/**
 * The lines of a JSON list of objects, or of `{"lines": [...]}`.
 * @throws UnreadableFileError when it is not JSON, or not a list
 */
export async function* readJson(text: AsyncIterable<string>): AsyncGenerator<RawLine> {
  let parser: JSONParser | null = null;
  let read: unknown[] = [];
  let line = 0;
  let unfinished = 0;
  for await (const chunk of text) {
    parser ??= beginning(chunk, (value) => read.push(value));
    if (!parser) continue;
    write(parser, chunk, () => line + read.length + 1);
    unfinished = read.length > 0 ? 0 : unfinished + chunk.length;
    if (unfinished > MAX_ELEMENT_CHARACTERS) throw new UnreadableFileError(line + 1, 'must be a small object');
    for (const value of read) yield lineOf((line += 1), value);
    read = [];
  }
  if (!parser?.isEnded)
    throw new UnreadableFileError(0, 'must be complete JSON: a list of objects with sku and quantity');
}

/** One JSON object on each line. */
export async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<RawLine> {
  let line = 0;
  for await (const written of linesOf(text)) {
    line += 1;
    if (written.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(written);
    } catch {
      yield { line, cells: {}, problem: 'must be one JSON object' };
      continue;
    }
    yield lineOf(line, value);
  }
}

/** Null: only white space so far. */
function beginning(chunk: string, take: (value: unknown) => void): JSONParser | null {
  const [first] = chunk.trimStart();
  if (first === undefined) return null;
  if (first !== '[' && first !== '{') throw new UnreadableFileError(0, 'must be a JSON list of objects');
  const parser = new JSONParser({ paths: [first === '[' ? '$.*' : '$.lines.*'], keepStack: false });
  parser.onValue = ({ value }) => take(value);
  return parser;
}

/** @param line the current position, when something is found */
function write(parser: JSONParser, chunk: string, line: () => number): void {
  try {
    parser.write(chunk);
  } catch (error) {
    if (!(error instanceof TokenizerError || error instanceof TokenParserError)) throw error;
    throw new UnreadableFileError(line(), 'must be JSON');
  }
}

function lineOf(line: number, value: unknown): RawLine {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, cells: {}, problem: 'must be an object with sku and quantity' };
  const given = Object.entries(value).filter(([, cell]) => cell !== null && cell !== undefined);
  const unknown = given.find(([name]) => !isKnown(name));
  if (unknown)
    return {
      line,
      cells: {},
      problem: `must not have ${JSON.stringify(unknown[0].slice(0, 40))}: it is not known here`,
    };
  return { line, cells: Object.fromEntries(given.filter(([name]) => COLUMNS.some((column) => column === name))) };
}

function isKnown(name: string): boolean {
  return COLUMNS.some((column) => column === name) || IGNORED_COLUMNS.includes(name.toLowerCase());
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new UnreadableFileError(0, `must have lines of ${MAX_LINE_CHARACTERS} characters at most`);
  }
  if (rest !== '') yield rest;
}
