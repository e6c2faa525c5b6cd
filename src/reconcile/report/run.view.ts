import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Run, type RunLine } from '../runs/run.schema.js';
import { OUTCOMES, RUN_KINDS, totalOf, type Outcome, type RunCursor, type RunPart } from '../runs/run.types.js';

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;
const TIME = { type: String, format: 'date-time' } as const;

/** The result of one connection. */
export class RunPartView {
  @ApiProperty() connection!: string;
  @ApiProperty({ enum: ['erp_stock', 'channel_stock', 'erp_load', 'channel_load'] }) work!: string;
  @ApiProperty({ enum: ['waiting', 'running', 'done', 'skipped'] }) state!: string;
  @ApiProperty(COUNTS) counts!: Readonly<Record<Outcome, number>>;
  /** The uncountable ones, by reason. */
  @ApiProperty(COUNTS) reasons!: Readonly<Record<string, number>>;
  @ApiPropertyOptional({ description: 'Why it was left, wholly or from some point on' }) skipped?: string;
}

/** A run: its progress and its findings. */
export class RunView {
  @ApiProperty() runId!: string;
  @ApiProperty({ enum: RUN_KINDS }) kind!: string;
  @ApiProperty() dryRun!: boolean;
  @ApiProperty({ description: 'Name of the API key that asked, or schedule' }) actor!: string;
  @ApiProperty({ enum: ['running', 'done', 'stopped'] }) state!: string;
  @ApiProperty({ description: 'Where its report is' }) href!: string;
  @ApiProperty(TIME) startedAt!: Date;
  @ApiPropertyOptional(TIME) finishedAt?: Date;
  @ApiProperty(TIME) progressAt!: Date;
  @ApiPropertyOptional({ description: 'Why it does not go on just now' }) waiting?: string;
  /** The sum over all connections. */
  @ApiProperty(COUNTS) counts!: Readonly<Record<Outcome, number>>;
  @ApiProperty({ type: [RunPartView] }) parts!: RunPartView[];
}

/** One SKU with different numbers on both sides, in units. */
export class RunLineView {
  @ApiProperty() connection!: string;
  @ApiProperty({ enum: OUTCOMES }) outcome!: string;
  @ApiProperty({ type: String, nullable: true }) sku!: string | null;
  @ApiPropertyOptional() warehouse?: string;
  @ApiPropertyOptional({ description: "The other side's own name of it" }) externalId?: string;
  @ApiPropertyOptional({ description: 'What the ledger had, or the channel was told' }) ours?: number;
  @ApiPropertyOptional({ description: 'What the ERP has, or the channel shows' }) theirs?: number;
  @ApiPropertyOptional({ description: 'A word for what is wrong with it' }) reason?: string;
  @ApiPropertyOptional() detail?: string;
  @ApiProperty(TIME) at!: Date;
}

export class RunReportView extends RunView {
  @ApiProperty({ type: [RunLineView] }) items!: RunLineView[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export class RunPage {
  @ApiProperty({ type: [RunView] }) items!: RunView[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export function runView(run: Run): RunView {
  const { _id, kind, dryRun, actor, state, startedAt, finishedAt, progressAt, parts, cursor } = run;
  const waiting = state === 'running' ? waitsFor(run, cursor) : undefined;
  return {
    runId: _id,
    kind,
    dryRun,
    actor,
    state,
    href: `/runs/${_id}`,
    startedAt,
    ...(finishedAt && { finishedAt }),
    progressAt,
    ...(waiting !== undefined && { waiting }),
    counts: totalOf(parts),
    parts: parts.map((part, position) => partView(part, position, run)),
  };
}

export function lineView({
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
}: RunLine): RunLineView {
  return { connection, outcome, sku, warehouse, externalId, ours, theirs, reason, detail, at };
}

function partView(part: RunPart, position: number, { part: at, state }: Run): RunPartView {
  const { connection, work, reasons, skipped } = part;
  const reached = position < at ? 'done' : position === at && state === 'running' ? 'running' : 'waiting';
  return {
    connection,
    work,
    state: skipped === undefined ? reached : 'skipped',
    counts: totalOf([part]),
    reasons,
    ...(skipped !== undefined && { skipped }),
  };
}

/** A postponed mark has a reason; a merely open one has none to show. */
function waitsFor({ work }: Run, cursor: RunCursor | null): string | undefined {
  if (work.error !== undefined && work.error !== 'under way') return work.error;
  return cursor?.notBefore && cursor.notBefore > new Date()
    ? 'looks once more at what differed after a while'
    : undefined;
}
