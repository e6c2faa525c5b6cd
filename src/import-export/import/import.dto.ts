import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsOptional } from 'class-validator';
import { FLAG_FORM, PageQuery, TIME_FORM, toFlag, toTime } from '../../common/queries.js';
import { MAX_REASON_LENGTH, OptionalPlainText } from '../../commands/plain-text.js';
import { LEDGER } from '../../stock/ledger.types.js';
import { type FileFormat } from '../read/formats.js';
import { SHOWS, type Show } from './import-lines.service.js';
import { type ImportOptions } from './import.types.js';

/** How to process a file. */
export class ImportQuery {
  /** Computes the changes without making them. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  dryRun = false;

  /** Applies a line with a version as the difference from the quantity that the export showed. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  asDifference = false;

  /** When the file was made. Lines without a version are refused where a sale changed the quantity since. */
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  since?: Date;

  /** Applies those lines all the same. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  force = false;

  /** Refuses lines with an unknown SKU, so that the file creates none. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  onlyExisting = false;

  /** `ledger`: unknown SKUs are counted here, also where an ERP feeds the warehouse. Default: they are refused there. */
  @ApiPropertyOptional({ enum: [LEDGER] })
  @IsOptional()
  @IsIn([LEDGER], { message: `must be ${LEDGER}, or left out` })
  master?: typeof LEDGER;

  /** Counts the differences of a file again that was imported before. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  again = false;

  /** For lines without one. */
  @OptionalPlainText('reason', MAX_REASON_LENGTH)
  reason?: string;
}

/** The lines to show. */
export class ImportLinesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SHOWS, default: 'all' })
  @IsOptional()
  @IsIn(SHOWS, { message: `must be one of ${SHOWS.join(', ')}` })
  only: Show = 'all';
}

/** The options that a caller set. Those left out are absent, so that they do not count in the hash of a request. */
export function optionsOf(format: FileFormat, query: ImportQuery): ImportOptions {
  const { dryRun, reason, since, asDifference, force, onlyExisting, master, again } = query;
  return {
    format,
    dryRun,
    ...(reason && { reason }),
    ...(since && { since }),
    ...(asDifference && { asDifference }),
    ...(force && { force }),
    ...(onlyExisting && { onlyExisting }),
    ...(master && { master }),
    ...(again && { again }),
  };
}
