import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type WebhookIntent } from '../connectors/contract.js';

/** A webhook, stored before it was answered. Of its body only what the hint says is kept. */
@Schema({ collection: 'webhook_events', versionKey: false, _id: false })
export class WebhookEvent {
  /** Made from the connection, the topic and the bytes: the same bytes again are the same event. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) topic!: string;
  @Prop({ type: Object, required: true }) hint!: WebhookIntent;
  @Prop({ type: Number, required: true }) bytes!: number;
  @Prop({ type: Date, required: true }) receivedAt!: Date;
  @Prop({ type: Number, required: true }) repeats!: number;
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: markFields, _id: false }) handle!: Mark;
  /** What it points to has to be read later than this; absent: than `receivedAt`. */
  @Prop({ type: Date }) readAfter?: Date;
  /** What came of it. */
  @Prop({ type: String }) outcome?: string;
  /** Set once it is handled; one that is not handled is never dropped. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const WebhookEventSchema = SchemaFactory.createForClass(WebhookEvent);
// The sweeper: events that nobody has handled.
WebhookEventSchema.index({ 'handle.due': 1 }, whereOpen('handle'));
// GET /tasks: work that was given up. Partial: on DocumentDB a sparse index costs every write, also of documents without the field.
WebhookEventSchema.index({ 'handle.dead': 1 }, { partialFilterExpression: { 'handle.dead': true } });
WebhookEventSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const WEBHOOKS_SCHEMA_VERSION = 1;
