import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { MAX_REASON_LENGTH, OptionalPlainText, OptionalSkuText } from '../plain-text.js';

/** The answer about units that were delivered and are no longer sold. */
export class ReturnDto {
  /** True: they are in the warehouse again, and are counted. False: they are lost. */
  @ApiProperty()
  @IsBoolean({ message: 'goodsBack must be true or false' })
  goodsBack!: boolean;

  /** Default: every outstanding SKU. */
  @OptionalSkuText()
  sku?: string;

  /** Default: all outstanding units. */
  @ApiPropertyOptional({ minimum: 1 })
  @IsOptional()
  @IsInt({ message: 'units must be a whole number' })
  @Min(1)
  @Max(1_000_000)
  units?: number;

  /** Where they are now. Default: where they were taken from. */
  @OptionalPlainText('warehouse', 100)
  warehouse?: string;

  @OptionalPlainText('reason', MAX_REASON_LENGTH)
  reason?: string;
}
