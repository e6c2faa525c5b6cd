import { IsOptional, IsString, Length, Matches } from 'class-validator';

const NO_CONTROL_CHARACTERS = /^[^\p{Cc}]*$/u;
const SKU_FORM = 'text of 1 to 100 characters, without control characters';

/** The plain form of a stock webhook, for senders other than Odoo's own automation. */
export class PlainStockDto {
  /** The product's internal reference in Odoo. */
  @IsString({ message: SKU_FORM })
  @Length(1, 100, { message: SKU_FORM })
  @Matches(NO_CONTROL_CHARACTERS, { message: SKU_FORM })
  sku!: string;

  /** The sender's figure. Odoo is read instead, so whatever it says, the stock of the SKU is observed. */
  @IsOptional()
  quantity?: unknown;

  /** Code of the warehouse. Every warehouse is read. */
  @IsOptional()
  warehouse?: unknown;
}
