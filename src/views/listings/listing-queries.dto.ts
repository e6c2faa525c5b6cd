import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { SkuText } from '../../commands/plain-text.js';
import { PageQuery, TEXT_FORM } from '../../common/queries.js';
import { PLAIN } from '../../common/params.js';
import { ListingItem } from './listing-item.dto.js';

export const LISTING_STATES = ['error', 'unmapped', 'notForSale', 'waiting'] as const;
export type ListingState = (typeof LISTING_STATES)[number];

const MOST_PARTS = 50;
const MOST_UNITS = 1_000_000;

export class ListingQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'my-shop' })
  @IsOptional()
  @Length(1, 200, TEXT_FORM)
  connection?: string;

  @ApiPropertyOptional({ example: 'PROD-', description: "How the channel's own SKU begins" })
  @IsOptional()
  @Length(1, 100, TEXT_FORM)
  @Matches(PLAIN, TEXT_FORM)
  sku?: string;

  @ApiPropertyOptional({
    enum: LISTING_STATES,
    description:
      'error: the channel refused the last number. unmapped: its SKU is unknown. waiting: its number is to be published',
  })
  @IsOptional()
  @IsIn(LISTING_STATES, { message: `must be one of ${LISTING_STATES.join(', ')}` })
  state?: ListingState;
}

export class ListingItemPage {
  @ApiProperty({ type: [ListingItem] })
  items!: ListingItem[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Give it as `cursor` to get the next page; null on the last one. A page may be short and still not be the last',
  })
  nextCursor!: string | null;
}

export class ListingRulesDto {
  @ApiProperty({ minimum: 0, maximum: MOST_UNITS, type: 'integer', description: 'Units kept back' })
  @IsInt({ message: 'buffer must be a whole number' })
  @Min(0)
  @Max(MOST_UNITS)
  buffer!: number;

  @ApiProperty({
    minimum: 0,
    maximum: MOST_UNITS,
    type: 'integer',
    nullable: true,
    description: 'The most that is shown; null: no limit',
  })
  @ValidateIf((rules: ListingRulesDto) => rules.cap !== null)
  @IsInt({ message: 'cap must be a whole number or null' })
  @Min(0)
  @Max(MOST_UNITS)
  cap!: number | null;

  @ApiProperty({ description: 'Show 0' })
  @IsBoolean()
  notForSale!: boolean;
}

export class ListingPartDto {
  @SkuText({ description: 'A stock SKU' })
  sku!: string;

  @ApiProperty({ minimum: 1, maximum: MOST_UNITS, type: 'integer' })
  @IsInt({ message: 'quantity must be a whole number' })
  @Min(1)
  @Max(MOST_UNITS)
  quantity!: number;
}

/** A person's decision about a listing. Absent fields stay as they are. */
export class ListingChangeDto {
  @ApiPropertyOptional({ type: ListingRulesDto })
  @ValidateIf((change: ListingChangeDto) => change.rules !== undefined)
  @ValidateNested({ message: 'rules must be an object with buffer, cap and notForSale' })
  @Type(() => ListingRulesDto)
  rules?: ListingRulesDto;

  @ApiPropertyOptional({
    type: [ListingPartDto],
    nullable: true,
    description: 'What one of it is made of. null: one of the stock SKU of its own name. Empty: it moves no stock',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PARTS)
  @ValidateNested({ each: true })
  @Type(() => ListingPartDto)
  parts?: ListingPartDto[] | null;
}
