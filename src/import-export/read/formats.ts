import { ProblemError } from '../../common/errors.js';
import { readCsv } from './read-csv.js';
import { readJson, readNdjson } from './read-json.js';
import { type RawLine } from './raw-line.js';

export type FileFormat = 'csv' | 'json' | 'ndjson';

/** The parser of each format, and its content types. A browser on Windows declares a CSV file as one of Excel's. */
const FORMATS: Readonly<
  Record<FileFormat, { read: (text: AsyncIterable<string>) => AsyncIterable<RawLine>; types: readonly string[] }>
> = {
  csv: { read: readCsv, types: ['text/csv', 'application/csv', 'application/vnd.ms-excel'] },
  json: { read: readJson, types: ['application/json'] },
  ndjson: {
    read: readNdjson,
    types: ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
  },
};

/** @throws ProblemError 415 for an unsupported content type, character set or encoding */
export function formatOf(contentType: string | undefined, contentEncoding: string | undefined): FileFormat {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset =
    parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(parameter)?.[1]).find(Boolean) ?? 'utf-8';
  const found = (Object.keys(FORMATS) as FileFormat[]).find((format) => FORMATS[format].types.includes(type.trim()));
  if (!found || !['utf-8', 'utf8', 'us-ascii'].includes(charset) || (contentEncoding ?? 'identity') !== 'identity')
    throw new ProblemError(415, { code: 'problems.unsupported-media-type.file' });
  return found;
}

export function readLines(format: FileFormat, text: AsyncIterable<string>): AsyncIterable<RawLine> {
  return FORMATS[format].read(text);
}
