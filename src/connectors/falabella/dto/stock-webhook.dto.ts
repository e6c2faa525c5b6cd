import { IsQuantity, IsSku, IsTimestamp } from './forms.js';

/** The body of `POST /falabella/webhook/stock`: what the channel shows for a SKU. */
export class StockWebhookDto {
  /** The seller's own SKU. */
  @IsSku()
  sku: string = '';

  /** Whole units, 0 or more. */
  @IsQuantity(0)
  quantity: number = -1;

  /** When it was seen; the time of arrival where left out. */
  @IsTimestamp({ optional: true })
  timestamp?: string | null;
}
