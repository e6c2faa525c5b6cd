import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Form, IsOrderId, IsPrice, IsQuantity, IsSku, IsStatus, IsTimestamp } from './forms.js';

/** More lines than any real order has. */
export const MAX_PRODUCTS = 500;

/** One product of an order. */
export class OrderProductDto {
  /** The seller's own SKU. */
  @IsSku()
  sku: string = '';

  /** Whole units, 1 or more. */
  @IsQuantity(1)
  quantity: number = 0;

  /** Checked, not stored: this system counts units. */
  @IsPrice()
  price?: number | null;
}

/** The body of `POST /falabella/webhook/order`. The body is the order, because there is no platform to ask. */
export class OrderWebhookDto {
  @IsOrderId()
  orderId: string | number = '';

  @Form(`a list of 1 to ${MAX_PRODUCTS} products`, (value) => Array.isArray(value) && value.length > 0)
  @ValidateNested({ each: true })
  @Type(() => OrderProductDto)
  products: OrderProductDto[] = [];

  /** The sender's word; order-status.ts has the table. */
  @IsStatus()
  status: string = '';

  /** The version of the order: a later one wins. */
  @IsTimestamp({ optional: false })
  timestamp: string = '';
}
