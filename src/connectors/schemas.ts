import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type Publishing } from './contract.js';

/** What is known of a connection beside its settings: whether it may be used now. */
@Schema({ collection: 'connections', versionKey: false, _id: false })
export class ConnectionState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  /** How it published when its listings were last marked; another way marks them all. */
  @Prop({ type: String }) publishing?: Publishing;
  /** Not used until somebody mends it: its credentials were refused. */
  @Prop({ type: Object }) paused?: { reason: string; at: Date };
  /** Everything that its orders had become by then is known. */
  @Prop({ type: Date }) polledSince?: Date;
  /** When its orders were last asked for with success. */
  @Prop({ type: Date }) polledAt?: Date;
  /** Who does a work of which there is one at a time: asking for orders, telling within a limit. */
  @Prop({ type: Object }) leases?: Record<string, { owner: string; until: Date }>;
  /** The platform asked for silence until then. */
  @Prop({ type: Date }) waitUntil?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ConnectionStateSchema = SchemaFactory.createForClass(ConnectionState);

/** What a channel was last told. `sent` is not `accepted`. */
export interface Told {
  readonly quantity: number;
  /** The same units, place by place, where the channel knows several. */
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  readonly at: Date;
  readonly state: 'observed' | 'sent' | 'accepted';
}

/** What made a listing due: so that the push can be found from the sale. */
export interface PushCause {
  readonly orderId?: string;
  readonly correlationId?: string;
}

/** What one unit of a listing is made of. */
export interface ListingPart {
  readonly sku: string;
  /** Whole units, 1 or more. */
  readonly quantity: number;
}

/** A SKU as one channel sells it. */
@Schema({ collection: 'listings', versionKey: false, _id: false })
export class Listing {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) sku!: string;
  @Prop({ type: String }) externalId?: string;
  /** What one of it is made of, as somebody said; absent: one unit of the same SKU. Empty: it moves no stock. */
  @Prop({ type: [Object], default: undefined }) parts?: ListingPart[];
  /** The stock SKUs that it is made of. */
  @Prop({ type: [String], required: true }) skus!: string[];
  /** What the channel was last seen to show. */
  @Prop({ type: Object }) shown?: { quantity: number; at: Date };
  /** Units kept back, the most that is shown, and whether it is sold at all. */
  @Prop({ type: Object, required: true }) rules!: { buffer: number; cap: number | null; paused: boolean };
  /** Absent: not known, for instance after a sale there; then it is always told anew. */
  @Prop({ type: Object }) told?: Told;
  /** In shadow: what it would be told. */
  @Prop({ type: Object }) preview?: { quantity: number; parts?: { location: string; quantity: number }[]; at: Date };
  /** Why the channel refused the last number. */
  @Prop({ type: String }) error?: string;
  /** How often in a row the channel has refused it: each time it is left alone for longer. */
  @Prop({ type: Number }) refusals?: number;
  @Prop({ type: markFields, _id: false }) push!: Mark;
  /** A push of it is unclear or failed: it is left alone until then, whatever changes. */
  @Prop({ type: Date }) notBefore?: Date;
  /** Who is telling the channel at this moment: nobody else does. */
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  /** The newest causes of the open mark. */
  @Prop({ type: [Object] }) causes!: PushCause[];
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ListingSchema = SchemaFactory.createForClass(Listing);
// The pump: what a connection has to be told, the longest waiting first.
ListingSchema.index({ connection: 1, 'push.since': 1 });
// Every place that sells a SKU, alone or as a part of a bundle.
ListingSchema.index({ skus: 1 });
// The sweeper: listings that are overdue.
ListingSchema.index({ 'push.due': 1 }, whereOpen('push'));
// GET /tasks: work that was given up. Partial: on DocumentDB a sparse index costs every write, also of documents without the field.
ListingSchema.index({ 'push.dead': 1 }, { partialFilterExpression: { 'push.dead': true } });
// What one push holds.
ListingSchema.index({ 'lease.owner': 1 }, { sparse: true });

export const CONNECTORS_SCHEMA_VERSION = 1;
