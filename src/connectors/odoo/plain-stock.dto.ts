import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

const NO_CONTROL_CHARACTERS = /^[^\p{Cc}]*$/u;
const SKU_FORM = 'text of 1 to 100 characters, without control characters';
const QUANTITY_FORM = 'a whole number, 0 or more';

/** The plain form of a stock webhook, for senders other than Odoo's own automation. */
export class PlainStockDto {
  /** The product's internal reference in Odoo. */
  @IsString({ message: SKU_FORM })
  @Length(1, 100, { message: SKU_FORM })
  @Matches(NO_CONTROL_CHARACTERS, { message: SKU_FORM })
  sku!: string;

  /** The sender's figure, used for comparison only. */
  @IsInt({ message: QUANTITY_FORM })
  @Min(0, { message: QUANTITY_FORM })
  @Max(Number.MAX_SAFE_INTEGER, { message: QUANTITY_FORM })
  quantity!: number;

  /** Code of the warehouse. Optional, because every warehouse is read anyway. */
  @IsOptional()
  @IsString({ message: SKU_FORM })
  @Length(1, 100, { message: SKU_FORM })
  warehouse?: string;
}
