import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { coreWords } from '../../words/core-words.js';
import { type Language } from '../../words/language.js';
import { type Message } from '../../words/message.js';
import {
  LINE_OUTCOMES,
  type ImportCode,
  type ImportLine,
  type LineCounts,
  type LineOutcome,
  type LineProblem,
} from './import.types.js';

/** What is wrong with a field of a line. */
export class LineProblemView {
  @ApiProperty() field!: string;
  /** The expected form, in the reader's language where it has a code. */
  @ApiProperty() expected!: string;
  /** The text of `expected` as GET /words names it. */
  @ApiPropertyOptional() code?: string;
  /** The values in it. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true }) params?: Message['params'];
}

/** A line that cannot be applied, and the expected form. */
export class ImportErrorView extends LineProblemView {
  /** Its position in the file, from 1. */
  @ApiProperty() line!: number;
}

/** What to know before a file is applied. */
export class ImportWarning {
  /** In the reader's language. */
  @ApiProperty() detail!: string;
  @ApiProperty() code!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) params!: NonNullable<Message['params']>;
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
  /** Of an unknown SKU: the known ones that differ from it by case, blanks, leading zeros or one character. */
  @ApiPropertyOptional({ type: [String] }) nearest?: readonly string[];
  @ApiPropertyOptional({ type: [LineProblemView] }) errors?: LineProblemView[];
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
  /** Of a dry run: what the file lacks. */
  @ApiPropertyOptional({ type: [ImportWarning] }) warnings?: ImportWarning[];
  /** Lines by outcome. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) counts!: LineCounts;
  /** The first of them. */
  @ApiProperty({ type: [ImportErrorView] }) errors!: ImportErrorView[];
  @ApiProperty({ type: ImportLinePage }) lines!: ImportLinePage;
}

export function lineView(found: ImportLine, language: Language): ImportLineView {
  const { line, sku, warehouse, mode, quantity, outcome, before, after, movementId, nearest, problems } = found;
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
    ...(nearest && { nearest }),
    ...(problems && { errors: problems.map((problem) => problemView(problem, language)) }),
  };
}

export function errorViews({ line, problems = [] }: ImportLine, language: Language): ImportErrorView[] {
  return problems.map((problem) => ({ line, ...problemView(problem, language) }));
}

export function warningView(message: Message<ImportCode>, language: Language): ImportWarning {
  return { detail: coreWords.text(message, language), code: message.code, params: message.params ?? {} };
}

function problemView(problem: LineProblem, language: Language): LineProblemView {
  if ('expected' in problem) return { field: problem.field, expected: problem.expected };
  const { field, message } = problem;
  return { field, expected: coreWords.text(message, language), code: message.code, params: message.params ?? {} };
}
