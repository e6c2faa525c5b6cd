import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { MAIN_WAREHOUSE } from './order-policy.service.js';

/** Text without control characters. */
const PLAIN = /^\P{Cc}*$/u;

export class ChangeStockDto {
  @ApiProperty({ example: 'PROD-001', maxLength: 100 })
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN, { message: 'sku must have no control characters' })
  sku!: string;

  /** Whole units. */
  @ApiProperty({ example: 2, minimum: 1, maximum: 1_000_000 })
  @IsInt({ message: 'quantity must be a whole number' })
  @Min(1)
  @Max(1_000_000)
  quantity!: number;

  /** What it was for, as it shows in the logs. */
  @ApiPropertyOptional({ maxLength: 100 })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN, { message: 'orderId must have no control characters' })
  orderId?: string;

  @ApiPropertyOptional({ default: MAIN_WAREHOUSE })
  @IsOptional()
  @Matches(new RegExp(`^${MAIN_WAREHOUSE}$`), { message: `warehouse must be ${MAIN_WAREHOUSE}` })
  warehouse?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(PLAIN, { message: 'reason must have no control characters' })
  reason?: string;
}
