import { Injectable, StreamableFile } from '@nestjs/common';
import { fromCursor, isIdPlace, toCursor } from '../../common/cursor.js';
import { guarded } from '../../common/csv.js';
import { type RunLine } from '../runs/run.schema.js';
import { RunLinesRepository } from '../runs/run-lines.repository.js';
import { type Outcome, type RunKind } from '../runs/run.types.js';
import { RunsRepository } from '../runs/runs.repository.js';
import { RunsService } from '../runs/runs.service.js';
import { csvFile, type CsvCell } from './csv-file.js';
import { type RunReportQuery, wantsCsv } from './run.dto.js';
import { lineView, type RunPage, type RunReportView, runView } from './run.view.js';

const CSV_PAGE = 1_000;
const COLUMNS = [
  'connection',
  'outcome',
  'sku',
  'warehouse',
  'externalId',
  'ours',
  'theirs',
  'reason',
  'detail',
  'at',
] as const;

/** The findings of runs, for people. */
@Injectable()
export class RunReports {
  constructor(
    private readonly runs: RunsRepository,
    private readonly service: RunsService,
    private readonly lines: RunLinesRepository,
  ) {}

  /** The newest first. */
  async list(kind: RunKind | undefined, cursor: string | undefined, limit: number): Promise<RunPage> {
    const before = cursor === undefined ? undefined : fromCursor(cursor, isIdPlace);
    const found = await this.runs.newest(kind, before, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map(runView), nextCursor: found.length > limit && last ? toCursor(last._id) : null };
  }

  /** A run with a page of its findings, or all of them as a file. @throws NotFoundError */
  async report(id: string, query: RunReportQuery, accept: string | undefined): Promise<RunReportView | StreamableFile> {
    const run = await this.service.find(id);
    const { outcome, cursor, limit } = query;
    if (wantsCsv(query.format, accept)) return csvFile(`${run.kind}-${id}.csv`, COLUMNS, this.rows(id, outcome));
    const after = cursor === undefined ? undefined : fromCursor(cursor, isIdPlace);
    const found = await this.lines.page(id, outcome, after, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      ...runView(run),
      items: shown.map(lineView),
      nextCursor: found.length > limit && last ? toCursor(last._id) : null,
    };
  }

  /** Reads page by page, so that no cursor stays open while the receiver is slow. */
  private async *rows(run: string, outcome: Outcome | undefined): AsyncGenerator<readonly CsvCell[]> {
    for (let after: string | undefined; ;) {
      const page = await this.lines.page(run, outcome, after, CSV_PAGE);
      yield* page.map(rowOf);
      const last = page.at(-1);
      if (!last || page.length < CSV_PAGE) return;
      after = last._id;
    }
  }
}

function rowOf({
  connection,
  outcome,
  sku,
  warehouse,
  externalId,
  ours,
  theirs,
  reason,
  detail,
  at,
}: RunLine): readonly CsvCell[] {
  const texts = [connection, outcome, sku ?? '', warehouse ?? '', externalId ?? ''].map(guarded);
  return [...texts, ours ?? '', theirs ?? '', guarded(reason ?? ''), guarded(detail ?? ''), at.toISOString()];
}
