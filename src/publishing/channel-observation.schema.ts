import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How a channel's number was seen. */
export type SeenBy = 'webhook' | 'catalogue' | 'reconcile';

/** A channel was seen to show another number than before. `_id`: the listing's, and a time-ordered id; so a listing's history is a range of ids. */
@Schema({ collection: 'channel_observations', versionKey: false, _id: false })
export class ChannelObservation {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) sku!: string;
  /** Units that it shows. */
  @Prop({ type: Number, required: true }) quantity!: number;
  /** Units that it showed before; absent: it was never seen. */
  @Prop({ type: Number }) before?: number;
  /** Units that it was last told; absent: that was not known. */
  @Prop({ type: Number }) published?: number;
  @Prop({ type: String, required: true }) seenBy!: SeenBy;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ChannelObservationSchema = SchemaFactory.createForClass(ChannelObservation);
// What a listing was seen to show, newest first, is a range of `_id`: no index of its own.
ChannelObservationSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
