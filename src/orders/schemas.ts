import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type OrderSnapshot } from './order-snapshot.js';
import {
  type Counting,
  type Hold,
  type OrderDoc,
  type PlannedLine,
  type ReleaseByHand,
  type SettledReturn,
  type Transfer,
} from './order.types.js';

/** One order of one connection, planned and carried out. It holds no data of the shopper. */
@Schema({ collection: 'orders', versionKey: false, _id: false })
export class Order implements OrderDoc {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) orderId!: string;
  /** The number the shopper sees, where it differs. */
  @Prop({ type: String }) number?: string;
  /** Counts the decisions on this order. Each is stored only on top of the rev that it was made from. */
  @Prop({ type: Number, required: true }) rev!: number;
  @Prop({ type: Object, required: true }) snapshot!: OrderSnapshot;
  /** When the snapshot arrived. */
  @Prop({ type: Date }) seenAt?: Date;
  @Prop({ type: [Object], required: true }) holds!: Hold[];
  @Prop({ type: [Object], required: true }) transfers!: Transfer[];
  @Prop({ type: [Object], default: undefined }) lines?: PlannedLine[];
  /** SKUs of the channel that are not mapped: the order waits for them. */
  @Prop({ type: [String], default: undefined }) unmapped?: string[];
  @Prop({ type: [Object], default: undefined }) returns?: SettledReturn[];
  @Prop({ type: Object }) released?: ReleaseByHand;
  @Prop({ type: String }) counting?: Counting;
  /** A part of it is from before the cut-over, and no person has decided about it. */
  @Prop({ type: Boolean }) undecided?: boolean;
  /** SKUs with units that are reserved and not delivered. */
  @Prop({ type: [String], default: undefined }) heldSkus?: string[];
  @Prop({ type: markFields, _id: false }) record!: Mark;
  @Prop({ type: markFields, _id: false }) deliver!: Mark;
  /** Plan it again: a SKU was mapped, or its reservation expires. */
  @Prop({ type: markFields, _id: false }) review?: Mark;
  /** Tokens of the last changes that were stored under a condition. */
  @Prop({ type: [String], default: undefined }) writers?: string[];
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const OrderSchema = SchemaFactory.createForClass(Order);
// The sweeper: plans to record.
OrderSchema.index({ 'record.due': 1 }, whereOpen('record'));
// GET /tasks: dead work. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
OrderSchema.index({ 'record.dead': 1 }, { partialFilterExpression: { 'record.dead': true } });
// The sweeper: deliveries to carry out.
OrderSchema.index({ 'deliver.due': 1 }, whereOpen('deliver'));
// GET /tasks: dead work, as above.
OrderSchema.index({ 'deliver.dead': 1 }, { partialFilterExpression: { 'deliver.dead': true } });
// The sweeper: orders to plan again.
OrderSchema.index({ 'review.due': 1 }, whereOpen('review'));
// GET /tasks: dead work, as above.
OrderSchema.index({ 'review.dead': 1 }, { partialFilterExpression: { 'review.dead': true } });
// The orders behind the reserved units of a SKU.
OrderSchema.index({ heldSkus: 1 }, { sparse: true });
// The orders that wait for a SKU to be mapped.
OrderSchema.index({ unmapped: 1 }, { sparse: true });
// The orders that a person must decide about before a connection goes live.
OrderSchema.index({ connection: 1, undecided: 1 }, { partialFilterExpression: { undecided: true } });
// GET /orders: newest first, by spans of time.
OrderSchema.index({ createdAt: -1 });
// An order by the number the shopper sees.
OrderSchema.index({ number: 1 }, { sparse: true });
// An order by the number the platform or the shopper gave it.
OrderSchema.index({ orderId: 1 });

export const ORDERS_SCHEMA_VERSION = 1;
