import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LINE_OUTCOMES, type ImportLine, type LineCounts, type LineOutcome } from './import.types.js';

/** A line that cannot be applied, and the expected form. */
export class ImportErrorView {
  /** Its position in the file, from 1. */
  @ApiProperty() line!: number;
  @ApiProperty() field!: string;
  @ApiProperty() expected!: string;
}

/** What a line changes. */
export class ImportLineView {
  @ApiProperty() line!: number;
  @ApiPropertyOptional() sku?: string;
  @ApiPropertyOptional() warehouse?: string;
  @ApiPropertyOptional({ enum: ['absolute', 'delta'] }) mode?: string;
  @ApiPropertyOptional() quantity?: number;
  @ApiProperty({ enum: [...LINE_OUTCOMES, 'pending'] }) outcome!: LineOutcome | 'pending';
  @ApiPropertyOptional() before?: number;
  @ApiPropertyOptional() after?: number;
  @ApiPropertyOptional() change?: number;
  @ApiPropertyOptional() movementId?: string;
  @ApiPropertyOptional({ type: 'array', items: { type: 'object' } }) errors?: readonly {
    field: string;
    expected: string;
  }[];
}

export class ImportLinePage {
  @ApiProperty({ type: [ImportLineView] }) items!: ImportLineView[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

class ImportProgress {
  @ApiProperty() lines!: number;
  /** The finished share of the work, from 0 to 1. */
  @ApiProperty() checked!: number;
  @ApiProperty() applied!: number;
}

/** The progress of an import, its result, and some of its lines. */
export class ImportView {
  @ApiProperty() importId!: string;
  @ApiProperty({ enum: ['receiving', 'checking', 'applying', 'done', 'refused'] }) state!: string;
  @ApiProperty() dryRun!: boolean;
  /** The address for the progress, and for paging through all lines. */
  @ApiProperty() href!: string;
  @ApiProperty() createdAt!: Date;
  @ApiPropertyOptional() finishedAt?: Date;
  @ApiPropertyOptional({ description: 'Why it does not go on just now' }) waiting?: string;
  @ApiProperty({ type: ImportProgress }) progress!: ImportProgress;
  /** Lines by outcome. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) counts!: LineCounts;
  /** The first of them. */
  @ApiProperty({ type: [ImportErrorView] }) errors!: ImportErrorView[];
  @ApiProperty({ type: ImportLinePage }) lines!: ImportLinePage;
}

export function lineView({
  line,
  sku,
  warehouse,
  mode,
  quantity,
  outcome,
  before,
  after,
  movementId,
  problems,
}: ImportLine): ImportLineView {
  return {
    line,
    sku,
    warehouse,
    mode,
    quantity,
    outcome: outcome ?? 'pending',
    before,
    after,
    ...(before !== undefined && after !== undefined && { change: after - before }),
    movementId,
    errors: problems,
  };
}

export function errorViews({ line, problems = [] }: ImportLine): ImportErrorView[] {
  return problems.map(({ field, expected }) => ({ line, field, expected }));
}
