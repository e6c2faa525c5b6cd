import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, Length, Matches } from 'class-validator';
import { PageQuery, TEXT_FORM } from '../../common/queries.js';
import { OUTCOMES, RUN_KINDS, type Outcome, type RunKind } from '../runs/run.types.js';

const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;
const FLAG = { message: 'must be true or false' };
const FORMATS = ['json', 'csv'] as const;
/** Matches have no line in the report. */
const LISTED = OUTCOMES.filter((outcome) => outcome !== 'matched');

export class ReconcileDto {
  @ApiPropertyOptional({ example: 'my-shop', description: 'The id of a connection: of that one alone' })
  @IsOptional()
  @Length(1, 100, TEXT_FORM)
  @Matches(PLAIN, TEXT_FORM)
  connection?: string;
}

/** How to do an initial load. */
export class InitialLoadDto {
  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Nothing is changed: only what would be is said' })
  @IsBoolean(FLAG)
  dryRun = true;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Do it without a dry run of the last day' })
  @IsBoolean(FLAG)
  confirm = false;
}

/** The format of the answer. */
class FormatQuery extends PageQuery {
  @ApiPropertyOptional({ enum: FORMATS, description: 'csv: everything as a file, like Accept: text/csv' })
  @IsOptional()
  @IsIn(FORMATS, { message: `must be one of ${FORMATS.join(', ')}` })
  format?: (typeof FORMATS)[number];
}

export class RunReportQuery extends FormatQuery {
  @ApiPropertyOptional({ enum: LISTED, description: 'Only what came out so' })
  @IsOptional()
  @IsIn(LISTED, { message: `must be one of ${LISTED.join(', ')}` })
  outcome?: Outcome;
}

export class ReconcileListQuery extends PageQuery {}

export class RunListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: RUN_KINDS })
  @IsOptional()
  @IsIn(RUN_KINDS, { message: `must be one of ${RUN_KINDS.join(', ')}` })
  kind?: RunKind;
}

export const LISTING_TROUBLES = ['duplicate', 'unknown', 'unlisted', 'not_sold'] as const;

export class ListingsCheckQuery extends FormatQuery {
  @ApiPropertyOptional({
    enum: LISTING_TROUBLES,
    description:
      'duplicate: several products of the channel have the SKU. unknown: nobody who keeps stock knows what it is made of. unlisted: the channel does not have it any more. not_sold: it is in stock, and the channel does not sell it',
  })
  @IsOptional()
  @IsIn(LISTING_TROUBLES, { message: `must be one of ${LISTING_TROUBLES.join(', ')}` })
  trouble?: (typeof LISTING_TROUBLES)[number];
}

/** Whether the answer is a file. */
export function wantsCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  return format === undefined ? /(^|,)\s*text\/csv\b/i.test(accept ?? '') : format === 'csv';
}
