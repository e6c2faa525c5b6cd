import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type Sealed } from '../common/sealed.js';
import { type Publishing } from '../connectors/contract.js';

/** What a brake holds back at a connection: changes of a channel's listings, or of the entries that an ERP decides. */
export interface BrakeState {
  readonly since: Date;
  readonly held: number;
  /** Of so many. */
  readonly of: number;
  /** The share from which on changes are held, in per cent. */
  readonly percent: number;
  readonly sample: readonly {
    readonly sku: string;
    readonly warehouse?: string;
    readonly from: number;
    readonly to: number;
  }[];
}

/** One account: how it is reached, how far it may act, and whether it may be used now. */
@Schema({ collection: 'connections', versionKey: false, _id: false })
export class ConnectionState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  /** `environment`: its settings are those of the environment, and nothing of them is here. Absent in documents of older releases. */
  @Prop({ type: String }) origin?: 'environment' | 'stored';
  /** What people call it. */
  @Prop({ type: String }) name?: string;
  /** What was given for it, as texts. */
  @Prop({ type: Object }) settings?: Record<string, string>;
  /** The same of its credentials, sealed as one JSON object. */
  @Prop({ type: Object }) secrets?: Sealed;
  /** How far somebody has decided that it may act. */
  @Prop({ type: String }) publishing?: Publishing;
  /** Live for these SKUs alone. */
  @Prop({ type: [String], default: undefined }) liveSkus?: string[];
  /** In which way it published when its listings were last marked; another way marks them all. */
  @Prop({ type: String }) markedFor?: string;
  /** Orders that were placed before it never move stock. */
  @Prop({ type: Date }) cutover?: Date;
  /** Not used until somebody says so. */
  @Prop({ type: Object }) stopped?: { reason: string; actor: string; at: Date };
  /** It was not used from then on for so long that it has begun in shadow again. */
  @Prop({ type: Date }) awaySince?: Date;
  /** It is gone, and its credentials with it; what was counted for it stays. */
  @Prop({ type: Date }) removedAt?: Date;
  /** When it last got other settings or credentials: what a call that left before says is not said of them. */
  @Prop({ type: Date }) renewedAt?: Date;
  /** The app was removed at the platform: a new installation brings the connection back. */
  @Prop({ type: Date }) uninstalledAt?: Date;
  /** What the platform was last had to send webhooks for, and where to. */
  @Prop({ type: Object }) hooks?: { address: string; at: Date; refused: string[] };
  /** Not used until somebody mends it: its credentials were refused. */
  @Prop({ type: Object }) paused?: { reason: string; at: Date };
  /** Everything that its orders had become by then is known. */
  @Prop({ type: Date }) polledSince?: Date;
  /** When its orders were last asked for with success. */
  @Prop({ type: Date }) polledAt?: Date;
  /** When the last webhook of it came, and when it last took numbers; both to within a few seconds. */
  @Prop({ type: Date }) heardAt?: Date;
  @Prop({ type: Date }) acceptedAt?: Date;
  /** Who does a work of which there is one at a time: asking for orders, telling within a limit. */
  @Prop({ type: Object }) leases?: Record<string, { owner: string; until: Date }>;
  /** The platform asked for silence until then. */
  @Prop({ type: Date }) waitUntil?: Date;
  /** Present while changes wait for a person. */
  @Prop({ type: Object }) brake?: BrakeState;
  /** From which share on changes wait, where it is not as the environment says. */
  @Prop({ type: Object }) brakeLimits?: { percent?: number; least?: number };
  /** When a person last let through what was held. */
  @Prop({ type: Object }) brakeReleased?: { at: Date; actor: string; reason: string; count: number };
  /** Sweeps over everything of an ERP that have not ended, by name. */
  @Prop({ type: Object }) sweeps?: Record<string, { begun: Date; since: Date }>;
  @Prop({ type: Date }) createdAt?: Date;
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
  @Prop({ type: Object }) shown?: { quantity: number; at: Date };
  /** Units kept back, the most that is shown, and whether it is sold at all. */
  @Prop({ type: Object, required: true }) rules!: { buffer: number; cap: number | null; paused: boolean };
  /** Absent: not known, for instance after a sale there; then it is always told anew. */
  @Prop({ type: Object }) told?: Told;
  /** The last number that it is known to have had other than by hand. `seen`: it was read there, and nothing was told since. */
  @Prop({ type: Object }) last?: { quantity: number; at: Date; seen?: true };
  /** The last change that was drastic and was let through, and what there was before it. */
  @Prop({ type: Object }) drastic?: { at: Date; from: number };
  /** The brake holds it back: it is not told. `wanted`: its mark when the number was read, at `at`. */
  @Prop({ type: Object }) held?: { from: number; to: number; wanted: number; at: Date; since: Date };
  /** A person has let it through: told once without the brake. */
  @Prop({ type: Boolean }) released?: true;
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
// The brake: what is held back of a channel, and what drastic changes were let through of late.
ListingSchema.index({ connection: 1, 'held.at': 1 }, { partialFilterExpression: { 'held.at': { $exists: true } } });
ListingSchema.index(
  { connection: 1, 'drastic.at': 1 },
  { partialFilterExpression: { 'drastic.at': { $exists: true } } },
);
// What one push holds.
ListingSchema.index({ 'lease.owner': 1 }, { sparse: true });

export const CONNECTORS_SCHEMA_VERSION = 1;
