import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** What was asked about the data of a store or a buyer, and what came of it. Holds nothing of any person, and is kept for ever. */
@Schema({ collection: 'privacy_receipts', versionKey: false, _id: false })
export class PrivacyReceipt {
  /** The webhook's: asked with the same bytes again, it is the same receipt. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) asked!: string;
  /** What the platform knows the question by. */
  @Prop({ type: String }) request?: string;
  /** When it was first asked, and when it was last seen to. */
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: Date, required: true }) doneAt!: Date;
  /** How often it was seen to. */
  @Prop({ type: Number, required: true }) times!: number;
  /** Orders that the question names, and how many of them are known here. */
  @Prop({ type: Number, required: true }) ordersNamed!: number;
  @Prop({ type: Number, required: true }) ordersKnown!: number;
  /** How many documents were removed or emptied, by collection. */
  @Prop({ type: Object, required: true }) removed!: Record<string, number>;
  /** What is still kept, and why, in words. */
  @Prop({ type: String, required: true }) kept!: string;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const PrivacyReceiptSchema = SchemaFactory.createForClass(PrivacyReceipt);
// GET /privacy-receipts: newest first, by spans of time.
PrivacyReceiptSchema.index({ at: -1 });

export const PRIVACY_SCHEMA_VERSION = 1;
