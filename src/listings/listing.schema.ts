import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';

/** The last number that was published. `sent` is not `accepted`. */
export interface PublishedState {
  readonly quantity: number;
  /** The same units by location, where the channel knows several. */
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  readonly at: Date;
  readonly state: 'observed' | 'sent' | 'accepted';
}

/** The cause of a due mark, so that a push can be found from its sale. */
export interface PushCause {
  readonly orderId?: string;
  readonly correlationId?: string;
}

/** A part of one unit of a listing. */
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
  /** All of the channel's own ids that carry this SKU, where there are several: a push reaches any one of them. */
  @Prop({ type: [String], default: undefined }) externalIds?: string[];
  /** Since when the channel's catalogue does not contain it. */
  @Prop({ type: Date }) unlistedAt?: Date;
  /** The channel sells it without counting: nothing is published until a person decides how it is shown. */
  @Prop({ type: Boolean }) unlimited?: true;
  /** What one of it is made of, as a person decided; absent: one unit of the same SKU. Empty: it moves no stock. */
  @Prop({ type: [Object], default: undefined }) parts?: ListingPart[];
  @Prop({ type: [String], required: true }) skus!: string[];
  /** The channel's number at the last read. */
  @Prop({ type: Object }) observed?: { quantity: number; at: Date };
  /** Buffer, cap, and whether it is for sale at all. */
  @Prop({ type: Object, required: true }) rules!: { buffer: number; cap: number | null; notForSale: boolean };
  /** Absent: not known, for instance after a sale there; then it is always published again. */
  @Prop({ type: Object }) published?: PublishedState;
  /** The last number that it is known to have had other than by hand. `seen`: it was read there, and nothing was published since. */
  @Prop({ type: Object }) last?: { quantity: number; at: Date; seen?: true };
  /** The last approved large change, and the number before it. */
  @Prop({ type: Object }) largeChange?: { at: Date; from: number };
  /** The brake holds it back: it is not published. `wanted`: its mark when the number was read, at `at`. */
  @Prop({ type: Object }) held?: { from: number; to: number; wanted: number; at: Date; since: Date };
  /** A person approved it: it is published once without the brake. */
  @Prop({ type: Boolean }) approved?: true;
  /** In shadow: what would be published. */
  @Prop({ type: Object }) preview?: { quantity: number; parts?: { location: string; quantity: number }[]; at: Date };
  /** Why the channel refused the last number. */
  @Prop({ type: String }) error?: string;
  /** How often in a row the channel has refused it; each refusal lengthens the wait. */
  @Prop({ type: Number }) refusals?: number;
  @Prop({ type: markFields, _id: false }) push!: Mark;
  /** A push of it is unclear or failed: nothing is published until then. */
  @Prop({ type: Date }) notBefore?: Date;
  /** The push that publishes it at the moment: no other does. */
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  /** The newest causes of the open mark. */
  @Prop({ type: [Object] }) causes!: PushCause[];
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ListingSchema = SchemaFactory.createForClass(Listing);
// The pump: what waits to be published to a connection, the longest waiting first.
ListingSchema.index({ connection: 1, 'push.since': 1 });
// Every listing of a SKU, alone or as a part of a bundle.
ListingSchema.index({ skus: 1 });
// The sweeper: overdue listings.
ListingSchema.index({ 'push.due': 1 }, whereOpen('push'));
// GET /tasks: dead work. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
ListingSchema.index({ 'push.dead': 1 }, { partialFilterExpression: { 'push.dead': true } });
// The brake: a channel's held listings, and recent large changes.
ListingSchema.index({ connection: 1, 'held.at': 1 }, { partialFilterExpression: { 'held.at': { $exists: true } } });
ListingSchema.index(
  { connection: 1, 'largeChange.at': 1 },
  { partialFilterExpression: { 'largeChange.at': { $exists: true } } },
);
// The listings of one push.
ListingSchema.index({ 'lease.owner': 1 }, { sparse: true });
