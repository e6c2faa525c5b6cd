import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { FLAG_FORM, PageQuery, TEXT_FORM, TIME_FORM, toFlag, toTime, toWhole } from '../../common/queries.js';
import { type StockEntry } from '../../stock/schemas.js';
import { PLAIN } from '../../common/params.js';

const WHOLE = { message: 'must be a whole number' };

export class StockQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'PROD-', description: 'How the SKU begins' })
  @IsOptional()
  @Length(1, 100, TEXT_FORM)
  @Matches(PLAIN, TEXT_FORM)
  sku?: string;

  @ApiPropertyOptional({ example: 'main' })
  @IsOptional()
  @Length(1, 40, TEXT_FORM)
  warehouse?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Fewer than this are available' })
  @IsOptional()
  @Transform(toWhole)
  @IsInt(WHOLE)
  @Min(-999_999_999, WHOLE)
  @Max(999_999_999, WHOLE)
  below?: number;

  @ApiPropertyOptional({ description: 'true: more is promised than there is' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean(FLAG_FORM)
  oversold?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Something moved at this time or later; without a zone it is UTC',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate(TIME_FORM)
  changedSince?: Date;
}

/** A SKU in a warehouse. */
export class StockItem {
  @ApiProperty({ example: 'PROD-001' })
  sku!: string;

  @ApiProperty({ example: 'main' })
  warehouse!: string;

  @ApiProperty({ type: 'integer' })
  quantity!: number;

  @ApiProperty({ type: 'integer', description: 'Promised and not carried out' })
  reserved!: number;

  @ApiProperty({ type: 'integer', description: 'quantity - reserved; below 0: oversold' })
  available!: number;

  @ApiProperty({ description: '`ledger`, or the ERP connection that decides what is there' })
  master!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the quantity was last observed or counted',
  })
  observedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the ERP could not say how much there is' })
  problem!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: Date;
}

export class StockItemPage {
  @ApiProperty({ type: [StockItem] })
  items!: StockItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get the next page; null on the last one',
  })
  nextCursor!: string | null;
}

export function toStockItem(entry: StockEntry): StockItem {
  const { sku, warehouse, quantity, reserved, available, master, observedAt, problem, updatedAt } = entry;
  return {
    sku,
    warehouse,
    quantity,
    reserved,
    available,
    master,
    observedAt: observedAt ?? null,
    problem: problem ?? null,
    updatedAt,
  };
}
