import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type Sealed } from './sealed.js';
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
  /** A person suspended it: it is not used until a person resumes it. */
  @Prop({ type: Object }) suspended?: { reason: string; actor: string; at: Date };
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
  @Prop({ type: Object }) brakeApproved?: { at: Date; actor: string; reason: string; count: number };
  /** Full scans over everything of an ERP that have not ended, by name. */
  @Prop({ type: Object }) scans?: Record<string, { begun: Date; since: Date }>;
  @Prop({ type: Date }) createdAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ConnectionStateSchema = SchemaFactory.createForClass(ConnectionState);

export const CONNECTORS_SCHEMA_VERSION = 1;
