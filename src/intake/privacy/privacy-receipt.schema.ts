import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A request about the data of a store or a buyer, and its result. It holds no personal data, and is kept for ever. */
@Schema({ collection: 'privacy_receipts', versionKey: false, _id: false })
export class PrivacyReceipt {
  /** The webhook's id: identical bytes share one receipt. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) asked!: string;
  /** The platform's id of the request. */
  @Prop({ type: String }) request?: string;
  /** When it was first received, and when it was last handled. */
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: Date, required: true }) doneAt!: Date;
  /** How often it was handled. */
  @Prop({ type: Number, required: true }) times!: number;
  /** The number of orders that the request names, and of those known here. */
  @Prop({ type: Number, required: true }) ordersNamed!: number;
  @Prop({ type: Number, required: true }) ordersKnown!: number;
  /** How many documents were deleted or cleared, by collection. */
  @Prop({ type: Object, required: true }) removed!: Record<string, number>;
  /** The data that is still kept, and why, as text. */
  @Prop({ type: String, required: true }) kept!: string;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const PrivacyReceiptSchema = SchemaFactory.createForClass(PrivacyReceipt);
// GET /privacy-receipts: newest first, by spans of time.
PrivacyReceiptSchema.index({ at: -1 });

export const PRIVACY_SCHEMA_VERSION = 1;
