import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MAIN_WAREHOUSE } from '../connections/warehouses/warehouse.schema.js';
import { MAX_REASON_LENGTH, OptionalPlainText, SkuText } from './plain-text.js';

export class ChangeStockDto {
  @SkuText()
  sku!: string;

  /** Whole units. */
  @ApiProperty({ example: 2, minimum: 1, maximum: 1_000_000 })
  @IsInt({ message: 'quantity must be a whole number' })
  @Min(1)
  @Max(1_000_000)
  quantity!: number;

  /** The order that it is for, as it shows in the logs. */
  @OptionalPlainText('orderId', 100)
  orderId?: string;

  /** The code of a warehouse. */
  @OptionalPlainText('warehouse', 100, { default: MAIN_WAREHOUSE })
  warehouse?: string;

  @OptionalPlainText('reason', MAX_REASON_LENGTH)
  reason?: string;
}
