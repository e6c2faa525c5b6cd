import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';

/** What a channel was last told. `sent` is not `accepted`. */
export interface PublishedState {
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
  /** All of the channel's own ids that carry this SKU, where there are several: which of them is told is a matter of luck. */
  @Prop({ type: [String], default: undefined }) externalIds?: string[];
  /** Since when the channel's catalogue does not have it. */
  @Prop({ type: Date }) unlistedAt?: Date;
  /** The channel sells it without counting: it is not told anything until somebody decides how it is shown. */
  @Prop({ type: Boolean }) unlimited?: true;
  /** What one of it is made of, as somebody said; absent: one unit of the same SKU. Empty: it moves no stock. */
  @Prop({ type: [Object], default: undefined }) parts?: ListingPart[];
  /** The stock SKUs that it is made of. */
  @Prop({ type: [String], required: true }) skus!: string[];
  /** What the channel was last seen to show. */
  @Prop({ type: Object }) observed?: { quantity: number; at: Date };
  /** Units kept back, the most that is shown, and whether it is sold at all. */
  @Prop({ type: Object, required: true }) rules!: { buffer: number; cap: number | null; notForSale: boolean };
  /** Absent: not known, for instance after a sale there; then it is always told anew. */
  @Prop({ type: Object }) published?: PublishedState;
  /** The last number that it is known to have had other than by hand. `seen`: it was read there, and nothing was told since. */
  @Prop({ type: Object }) last?: { quantity: number; at: Date; seen?: true };
  /** The last change that was large and was let through, and what there was before it. */
  @Prop({ type: Object }) largeChange?: { at: Date; from: number };
  /** The brake holds it back: it is not told. `wanted`: its mark when the number was read, at `at`. */
  @Prop({ type: Object }) held?: { from: number; to: number; wanted: number; at: Date; since: Date };
  /** A person has let it through: told once without the brake. */
  @Prop({ type: Boolean }) approved?: true;
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
// The brake: what is held back of a channel, and what large changes were let through of late.
ListingSchema.index({ connection: 1, 'held.at': 1 }, { partialFilterExpression: { 'held.at': { $exists: true } } });
ListingSchema.index(
  { connection: 1, 'largeChange.at': 1 },
  { partialFilterExpression: { 'largeChange.at': { $exists: true } } },
);
// What one push holds.
ListingSchema.index({ 'lease.owner': 1 }, { sparse: true });
