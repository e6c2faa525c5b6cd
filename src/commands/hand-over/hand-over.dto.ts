import { MAIN_WAREHOUSE } from '../../connections/warehouses/warehouse.schema.js';
import { MAX_REASON_LENGTH, OptionalPlainText, PlainText, SkuText } from '../plain-text.js';

/** Who decides about a SKU from now on. */
export class HandOverDto {
  @SkuText()
  sku!: string;

  @OptionalPlainText('warehouse', 100, { default: MAIN_WAREHOUSE })
  warehouse?: string;

  /** `ledger`, or the ERP connection that feeds the warehouse. */
  @PlainText('master', 100, { example: 'my-erp' })
  master!: string;

  @PlainText('reason', MAX_REASON_LENGTH, { example: 'it is in the ERP now' })
  reason!: string;
}
