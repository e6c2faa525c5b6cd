import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';

/** One number of a push. */
export interface PushedItem {
  readonly sku: string;
  readonly quantity: number;
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  /** The channel's reason for refusing it. */
  readonly refused?: string;
  /** The mark of its listing before the number was read: the push covers every change up to there. */
  readonly noted?: number;
}

/** A push of numbers to a channel (`sync_out`): stored before it is sent, completed when its outcome is known. */
@Schema({ collection: 'listing_pushes', versionKey: false, _id: false })
export class ListingPush {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: [Object], required: true }) items!: PushedItem[];
  /** `lost`: no answer said whether it arrived; the platform is searched for it. */
  @Prop({ type: String, required: true }) state!: 'sending' | 'sent' | 'lost' | 'accepted' | 'failed' | 'unclear';
  /** When its call ended, with an answer or without; the platform may have counted it at that time. */
  @Prop({ type: Date }) answeredAt?: Date;
  /** The call certainly did not arrive, and counts towards no limit. */
  @Prop({ type: Boolean }) unmade?: boolean;
  /** The platform refused it because of its limit. */
  @Prop({ type: Boolean }) refused?: boolean;
  /** The platform's name for it. */
  @Prop({ type: String }) ref?: string;
  @Prop({ type: String }) error?: string;
  @Prop({ type: [String], required: true }) orderIds!: string[];
  @Prop({ type: [String], required: true }) correlationIds!: string[];
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date }) finishedAt?: Date;
  /** When its outcome is no longer awaited. */
  @Prop({ type: Date, required: true }) deadline!: Date;
  @Prop({ type: markFields, _id: false }) follow!: Mark;
  /** Set with the outcome. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ListingPushSchema = SchemaFactory.createForClass(ListingPush);
// The sweeper: pushes without a known outcome.
ListingPushSchema.index({ 'follow.due': 1 }, whereOpen('follow'));
// GET /tasks: dead work. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
ListingPushSchema.index({ 'follow.dead': 1 }, { partialFilterExpression: { 'follow.dead': true } });
ListingPushSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
// What was published of a SKU, newest first.
ListingPushSchema.index({ 'items.sku': 1, _id: -1 });

export const SYNC_SCHEMA_VERSION = 1;
