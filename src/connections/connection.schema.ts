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

/** One connection: its settings, how far it may act, and whether it may be used now. */
@Schema({ collection: 'connections', versionKey: false, _id: false })
export class ConnectionState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connector!: string;
  /** `environment`: environment variables hold its settings, this document none. Absent in documents of older releases. */
  @Prop({ type: String }) origin?: 'environment' | 'stored';
  /** Its display name. */
  @Prop({ type: String }) name?: string;
  /** Its settings as texts, without credentials. */
  @Prop({ type: Object }) settings?: Record<string, string>;
  /** Its credentials as texts, sealed as one JSON object. */
  @Prop({ type: Object }) secrets?: Sealed;
  /** How far a person lets it act. */
  @Prop({ type: String }) publishing?: Publishing;
  /** Live for these SKUs alone. */
  @Prop({ type: [String], default: undefined }) liveSkus?: string[];
  /** Its mode and live SKUs when all its listings were last marked. A difference marks them all again. */
  @Prop({ type: String }) markedFor?: string;
  /** Orders placed before it never move stock. */
  @Prop({ type: Date }) cutover?: Date;
  /** A person suspended it: it is not used until a person resumes it. */
  @Prop({ type: Object }) suspended?: { reason: string; actor: string; at: Date };
  /** It was unused from this time for so long that it is in shadow again. */
  @Prop({ type: Date }) awaySince?: Date;
  /** When it was removed, and its credentials with it. Its orders and movements stay. */
  @Prop({ type: Date }) removedAt?: Date;
  /** When its settings or credentials last changed. A refusal of an earlier call says nothing about them. */
  @Prop({ type: Date }) renewedAt?: Date;
  /** When the platform removed the app. A new installation restores the connection. */
  @Prop({ type: Date }) uninstalledAt?: Date;
  /** Where the platform sends webhooks, and the topics that it refused. */
  @Prop({ type: Object }) hooks?: { address: string; at: Date; refused: string[] };
  /** The platform refused its credentials: it is not used until they work again, or, if `final`, until it has new ones. */
  @Prop({ type: Object }) paused?: { reason: string; at: Date; final?: boolean };
  /** All changes of its orders up to this time are known. */
  @Prop({ type: Date }) polledSince?: Date;
  /** When its orders were last polled with success. */
  @Prop({ type: Date }) polledAt?: Date;
  /** When a reading of its whole catalogue was last requested. */
  @Prop({ type: Date }) catalogueWantedAt?: Date;
  /** When the last whole reading of its catalogue began, in any process. */
  @Prop({ type: Date }) catalogueReadAt?: Date;
  /** When its last webhook came, and when it last accepted a push; both to within 15 s. */
  @Prop({ type: Date }) heardAt?: Date;
  @Prop({ type: Date }) acceptedAt?: Date;
  /** Which process holds which work: polling orders, pushing, registering webhooks. */
  @Prop({ type: Object }) leases?: Record<string, { owner: string; until: Date }>;
  /** The platform asked for no calls until this time. */
  @Prop({ type: Date }) waitUntil?: Date;
  /** When `waitUntil` was set. */
  @Prop({ type: Date }) waitSetAt?: Date;
  /** When the first of such waits began; removed by a call that succeeds. */
  @Prop({ type: Date }) silentSince?: Date;
  /** Present while changes wait for a person. */
  @Prop({ type: Object }) brake?: BrakeState;
  /** From which share on changes wait; absent: the setting of the environment. */
  @Prop({ type: Object }) brakeLimits?: { percent?: number; least?: number };
  /** The last approval of what was held. */
  @Prop({ type: Object }) brakeApproved?: { at: Date; actor: string; reason: string; count: number };
  /** Full scans over everything of an ERP that have not ended, by name. */
  @Prop({ type: Object }) scans?: Record<string, { begun: Date; since: Date }>;
  @Prop({ type: Date }) createdAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const ConnectionStateSchema = SchemaFactory.createForClass(ConnectionState);

export const CONNECTORS_SCHEMA_VERSION = 1;
