import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type Message } from '../words/message.js';
import { type AlertKind } from './alert-kinds.js';

/** The alert webhook's knowledge of an alert. */
export interface NotifiedAlert {
  readonly opening: number;
  /** It has received the closing, too. */
  readonly closed: boolean;
}

/** Something that needs a person. One document for each kind and subject; it closes when the cause is gone. */
@Schema({ collection: 'alerts', versionKey: false, _id: false })
export class Alert {
  /** `kind/subject`. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) kind!: AlertKind;
  /** What it is about: an order (`my-shop/123`), a SKU in a warehouse (`main/PROD-001`) or at a channel, a connection. */
  @Prop({ type: String, required: true }) subject!: string;
  /** The code of its text; `params` are the values. Absent in a document from before there were codes. */
  @Prop({ type: String }) code?: string;
  @Prop({ type: Object }) params?: Message['params'];
  /** The English text of a document from before there were codes. */
  @Prop({ type: String }) detail?: string;
  @Prop({ type: Date, required: true }) openedAt!: Date;
  /** Absent while it is open. */
  @Prop({ type: Date }) closedAt?: Date;
  /** How often it was raised since it was opened. */
  @Prop({ type: Number, required: true }) times!: number;
  /** How often it was opened. */
  @Prop({ type: Number, required: true }) opening!: number;
  /** The version of the subject, where it has one. Older reports change nothing. */
  @Prop({ type: Number }) version?: number;
  /** Open while the alert webhook must receive a change. Absent: it never had to. */
  @Prop({ type: markFields, _id: false }) notify?: Mark;
  @Prop({ type: Object }) told?: NotifiedAlert;
  /** The sender that notifies the alert webhook at this moment. */
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  /** Set when it closes, removed when it opens again. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const AlertSchema = SchemaFactory.createForClass(Alert);
// GET /alerts, open ones: few, all read and sorted.
AlertSchema.index({ closedAt: 1, openedAt: -1 });
// GET /alerts, closed ones: newest first, by spans of time.
AlertSchema.index({ openedAt: -1 });
// The sweeper: alerts that were not posted yet.
AlertSchema.index({ 'notify.due': 1 }, whereOpen('notify'));
// GET /tasks: dead work. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
AlertSchema.index({ 'notify.dead': 1 }, { partialFilterExpression: { 'notify.dead': true } });
// The alerts of one notice that is being sent.
AlertSchema.index({ 'lease.owner': 1 }, { sparse: true });
AlertSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const ALERTS_SCHEMA_VERSION = 1;
