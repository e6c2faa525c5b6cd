import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MAIN_WAREHOUSE } from '../../connections/warehouses/warehouse.schema.js';
import { type AdjustMode } from '../command.types.js';
import { MAX_REASON_LENGTH, OptionalPlainText, PlainText, SkuText } from '../plain-text.js';
import { MAX_ADJUST_UNITS } from './fold-lines.js';

const MODES = ['absolute', 'delta'] as const satisfies readonly AdjustMode[];
const MAX_LINES = 100;
const NOT_WHOLE = { message: 'quantity must be a whole number' };
const NO_MODE = { message: 'mode must be absolute or delta' };
const UNITS = {
  description: 'Whole units: what there is, or the signed difference',
  minimum: -MAX_ADJUST_UNITS,
  maximum: MAX_ADJUST_UNITS,
};

/** One of several. */
export class AdjustmentLineDto {
  @SkuText()
  sku!: string;

  @OptionalPlainText('warehouse', 100, { default: MAIN_WAREHOUSE })
  warehouse?: string;

  @ApiProperty(UNITS)
  @IsInt(NOT_WHOLE)
  @Min(-MAX_ADJUST_UNITS)
  @Max(MAX_ADJUST_UNITS)
  quantity!: number;

  @ApiProperty({ enum: MODES })
  @IsIn(MODES, NO_MODE)
  mode!: AdjustMode;
}

const alone = ValidateIf((body: AdjustmentDto) => body.lines === undefined);

/** Either one change, or `lines` of them. */
export class AdjustmentDto {
  @alone
  @SkuText({ required: false })
  sku?: string;

  @OptionalPlainText('warehouse', 100, { default: MAIN_WAREHOUSE })
  warehouse?: string;

  @alone
  @ApiPropertyOptional({ ...UNITS, example: 12 })
  @IsInt(NOT_WHOLE)
  @Min(-MAX_ADJUST_UNITS)
  @Max(MAX_ADJUST_UNITS)
  quantity?: number;

  /** `absolute`: the new quantity. `delta`: a difference. */
  @alone
  @ApiPropertyOptional({ enum: MODES })
  @IsIn(MODES, NO_MODE)
  mode?: AdjustMode;

  /**
   * The master of new entries: `ledger`, or the ERP connection that feeds the warehouse. Default: that ERP, where there is one.
   */
  @OptionalPlainText('master', 100)
  master?: string;

  @PlainText('reason', MAX_REASON_LENGTH, { example: 'counted on Monday' })
  reason!: string;

  /** All lines are applied, or none. */
  @ApiPropertyOptional({ type: [AdjustmentLineDto], maxItems: MAX_LINES })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @IsObject({ each: true, message: 'lines must be objects' })
  @ValidateNested({ each: true })
  @Type(() => AdjustmentLineDto)
  lines?: AdjustmentLineDto[];
}
