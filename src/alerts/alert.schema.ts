import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';

export const ALERT_KINDS = [
  'oversold',
  'negative',
  'drift',
  'needs_mapping',
  'returned?',
  'unknown_status',
  'delivery_short',
  'delivery_partial',
  'delivery_conflict',
  'order_attention',
  'push_rejected',
  'connection_paused',
  'long_pause',
  'before_cutover',
  'given_up',
  'brake',
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

/** What the alert webhook was told of an alert. */
export interface NotifiedAlert {
  readonly opening: number;
  /** That it closed, too. */
  readonly closed: boolean;
}

/** Something that a person has to look at. One document for each kind and subject; it closes when the cause is gone. */
@Schema({ collection: 'alerts', versionKey: false, _id: false })
export class Alert {
  /** `kind/subject`. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) kind!: AlertKind;
  /** What it is about: an order (`falabella/123`), a SKU in a warehouse (`main/PROD-001`) or at a channel, a connection. */
  @Prop({ type: String, required: true }) subject!: string;
  @Prop({ type: String, required: true }) detail!: string;
  @Prop({ type: Date, required: true }) openedAt!: Date;
  /** Absent while it is open. */
  @Prop({ type: Date }) closedAt?: Date;
  /** How often it was raised since it was opened. */
  @Prop({ type: Number, required: true }) times!: number;
  /** How often it was opened. */
  @Prop({ type: Number, required: true }) opening!: number;
  /** Where what is known of the subject comes in an order of its own: how far in it this is. Older reports change nothing. */
  @Prop({ type: Number }) version?: number;
  /** The alert webhook has to be told. Absent: it never had to. */
  @Prop({ type: markFields, _id: false }) notify?: Mark;
  @Prop({ type: Object }) told?: NotifiedAlert;
  /** Who is telling the alert webhook at this moment. */
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  /** Set when it closes, taken away when it opens again. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const AlertSchema = SchemaFactory.createForClass(Alert);
// GET /alerts, open ones: few, all read and sorted.
AlertSchema.index({ closedAt: 1, openedAt: -1 });
// GET /alerts, closed ones: newest first, by spans of time.
AlertSchema.index({ openedAt: -1 });
// The sweeper: alerts that the webhook has to be told of.
AlertSchema.index({ 'notify.due': 1 }, whereOpen('notify'));
// GET /tasks: work that was given up. Partial: on DocumentDB a sparse index costs every write, also of documents without the field.
AlertSchema.index({ 'notify.dead': 1 }, { partialFilterExpression: { 'notify.dead': true } });
// What one notice is about to tell.
AlertSchema.index({ 'lease.owner': 1 }, { sparse: true });
AlertSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const ALERTS_SCHEMA_VERSION = 1;
