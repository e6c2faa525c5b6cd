import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';

/** One number as it was told to a channel. */
export interface PushedItem {
  readonly sku: string;
  readonly quantity: number;
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  /** Why, when the channel refused it. */
  readonly refused?: string;
  /** The mark of its listing, as it was before the number was read: everything up to there is told with it. */
  readonly noted?: number;
}

/** A push of numbers to a channel (`sync_out`): stored before it is sent, completed when its outcome is known. */
@Schema({ collection: 'listing_pushes', versionKey: false, _id: false })
export class ListingPush {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: [Object], required: true }) items!: PushedItem[];
  /** `lost`: no answer said whether it arrived; the platform is looked through for it. */
  @Prop({ type: String, required: true }) state!: 'sending' | 'sent' | 'lost' | 'accepted' | 'failed' | 'unclear';
  /** When its call ended, with an answer or without; the platform may have counted it against its limit then. */
  @Prop({ type: Date }) answeredAt?: Date;
  /** The call certainly did not arrive, and counts against no limit. */
  @Prop({ type: Boolean }) unmade?: boolean;
  /** The platform answered that it was one too many. */
  @Prop({ type: Boolean }) refused?: boolean;
  /** The platform's name for it. */
  @Prop({ type: String }) ref?: string;
  @Prop({ type: String }) error?: string;
  @Prop({ type: [String], required: true }) orderIds!: string[];
  @Prop({ type: [String], required: true }) correlationIds!: string[];
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date }) finishedAt?: Date;
  /** When its outcome is not waited for any longer. */
  @Prop({ type: Date, required: true }) deadline!: Date;
  @Prop({ type: markFields, _id: false }) follow!: Mark;
  /** Set with the outcome. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ListingPushSchema = SchemaFactory.createForClass(ListingPush);
// The sweeper: pushes whose outcome is not known.
ListingPushSchema.index({ 'follow.due': 1 }, whereOpen('follow'));
// GET /tasks: work that was given up. Partial: on DocumentDB a sparse index costs every write, also of documents without the field.
ListingPushSchema.index({ 'follow.dead': 1 }, { partialFilterExpression: { 'follow.dead': true } });
ListingPushSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
// What a channel was told of a SKU, newest first.
ListingPushSchema.index({ 'items.sku': 1, _id: -1 });

export const SYNC_SCHEMA_VERSION = 1;
