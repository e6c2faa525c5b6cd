import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type WebhookIntent } from '../connectors/contract.js';

/** A webhook, stored before it is answered. Of its body only the intent is kept. */
@Schema({ collection: 'webhook_events', versionKey: false, _id: false })
export class WebhookEvent {
  /** A hash of the connection, the topic and the bytes: the same bytes again are the same event. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) topic!: string;
  @Prop({ type: Object, required: true }) intent!: WebhookIntent;
  @Prop({ type: Number, required: true }) bytes!: number;
  @Prop({ type: Date, required: true }) receivedAt!: Date;
  /** How often the same bytes arrived again. */
  @Prop({ type: Number, required: true }) repeats!: number;
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: markFields, _id: false }) handle!: Mark;
  /** The platform must be read later than this; absent: later than `receivedAt`. */
  @Prop({ type: Date }) readAfter?: Date;
  /** The action of the last handling, as in its log document. */
  @Prop({ type: String }) outcome?: string;
  /** Set when the event is handled: an open or dead event never expires. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const WebhookEventSchema = SchemaFactory.createForClass(WebhookEvent);
// The sweeper: unhandled events.
WebhookEventSchema.index({ 'handle.due': 1 }, whereOpen('handle'));
// GET /tasks: dead events. Partial: on DocumentDB a sparse index costs every write, also of documents without the field.
WebhookEventSchema.index({ 'handle.dead': 1 }, { partialFilterExpression: { 'handle.dead': true } });
WebhookEventSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const WEBHOOKS_SCHEMA_VERSION = 1;
