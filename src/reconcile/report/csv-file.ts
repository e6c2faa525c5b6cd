import { pipeline, Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { csvWriter } from '../../common/csv.js';

export type CsvCell = string | number;

const logger = new Logger('Csv');

/** CSV with a header line, read while it is sent. */
export function csvFile(
  name: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]>,
): StreamableFile {
  const csv = csvWriter(columns);
  pipeline(Readable.from(rows), csv, (error) => {
    if (error) logger.warn(`${name} broke off: ${error.message}`);
  });
  return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition: `attachment; filename="${name}"` });
}
