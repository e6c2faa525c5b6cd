import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { MAX_REASON_LENGTH, MAX_SKU_LENGTH, OptionalPlainText } from '../plain-text.js';

/** What became of units that were delivered and are not sold any more. */
export class ReturnDto {
  /** True: they are in the warehouse again, and are counted. False: they are gone. */
  @ApiProperty()
  @IsBoolean({ message: 'goodsBack must be true or false' })
  goodsBack!: boolean;

  /** Left out: of every SKU that is asked for. */
  @OptionalPlainText('sku', MAX_SKU_LENGTH)
  sku?: string;

  /** Left out: all that are asked for. */
  @ApiPropertyOptional({ minimum: 1 })
  @IsOptional()
  @IsInt({ message: 'units must be a whole number' })
  @Min(1)
  @Max(1_000_000)
  units?: number;

  /** Where they are now. Left out: where they were taken from. */
  @OptionalPlainText('warehouse', 100)
  warehouse?: string;

  @OptionalPlainText('reason', MAX_REASON_LENGTH)
  reason?: string;
}
