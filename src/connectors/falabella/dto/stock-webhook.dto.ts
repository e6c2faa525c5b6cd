import { IsQuantity, IsSku, IsTimestamp } from './forms.js';

/** The body of `POST /falabella/webhook/stock`: the channel's number for a SKU. */
export class StockWebhookDto {
  /** The seller's own SKU. */
  @IsSku()
  sku: string = '';

  /** Whole units, 0 or more. */
  @IsQuantity(0)
  quantity: number = -1;

  /** When it was read; the time of arrival by default. */
  @IsTimestamp({ optional: true })
  timestamp?: string | null;
}
