import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { FLAG_FORM, PageQuery, toFlag } from '../../common/queries.js';
import { MAX_REASON_LENGTH, OptionalPlainText } from '../../commands/plain-text.js';
import { SHOWS, type Show } from './import-lines.service.js';

/** How to process a file. */
export class ImportQuery {
  /** Computes the changes without making them. */
  @ApiPropertyOptional({ type: Boolean, default: false })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  dryRun = false;

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
