import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** The source of an observed number. */
export type SeenBy = 'webhook' | 'catalogue' | 'reconcile';

/**
 * A changed number that was observed on a channel. `_id`: the listing's id and a time-ordered id, so that
 * a listing's history is a range of ids.
 */
@Schema({ collection: 'channel_observations', versionKey: false, _id: false })
export class ChannelObservation {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) sku!: string;
  /** The observed units. */
  @Prop({ type: Number, required: true }) quantity!: number;
  /** The units observed before; absent: none. */
  @Prop({ type: Number }) before?: number;
  /** The number that was published then; absent: unknown. */
  @Prop({ type: Number }) published?: number;
  @Prop({ type: String, required: true }) seenBy!: SeenBy;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ChannelObservationSchema = SchemaFactory.createForClass(ChannelObservation);
// The observations of a listing, newest first, are a range of `_id` and need no index.
ChannelObservationSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
