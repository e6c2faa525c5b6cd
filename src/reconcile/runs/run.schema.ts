import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../../common/mongo/mark.js';
import { type Finding, type RunCursor, type RunKind, type RunPart, type RunState } from './run.types.js';

/** A look at everything that one or more connections have, step by step. `_id` sorts by the time it was begun. */
@Schema({ collection: 'runs', versionKey: false, _id: false })
export class Run {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) kind!: RunKind;
  /** Nothing is changed: only what would be is said. */
  @Prop({ type: Boolean, required: true }) dryRun!: boolean;
  /** Name of the API key that asked, or `schedule`. */
  @Prop({ type: String, required: true }) actor!: string;
  /** In the order in which they are worked on. */
  @Prop({ type: [Object], required: true }) parts!: RunPart[];
  /** The part that is worked on; as many as there are: all are done. */
  @Prop({ type: Number, required: true }) part!: number;
  /** Null: the part begins. */
  @Prop({ type: Object, default: null }) cursor!: RunCursor | null;
  /** Steps that are done: a step that is repeated finds that it was counted. */
  @Prop({ type: Number, required: true }) step!: number;
  /** When the last one was done. */
  @Prop({ type: Date, required: true }) progressAt!: Date;
  @Prop({ type: String, required: true }) state!: RunState;
  /** The connections that it keeps to itself; absent once it is over. */
  @Prop({ type: [String], default: undefined }) holds?: string[];
  @Prop({ type: markFields, _id: false }) work!: Mark;
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: Date, required: true }) startedAt!: Date;
  @Prop({ type: Date }) finishedAt?: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const RunSchema = SchemaFactory.createForClass(Run);
// The sweeper: runs that are not over.
RunSchema.index({ 'work.due': 1 }, whereOpen('work'));
// One run at a time of each connection.
RunSchema.index({ holds: 1 }, { unique: true, partialFilterExpression: { holds: { $exists: true } } });
RunSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
// GET /runs, newest first, is a range of `_id`: no index of its own.

/** What a run found of one SKU that is more than a match. `_id`: the run, the number of the part, and the finding's key, in this order. */
@Schema({ collection: 'run_lines', versionKey: false, _id: false })
export class RunLine implements Omit<Finding, 'key'> {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) connection!: string;
  @Prop({ type: String, required: true }) outcome!: Finding['outcome'];
  @Prop({ type: String, default: null }) sku!: string | null;
  @Prop({ type: String }) warehouse?: string;
  @Prop({ type: String }) externalId?: string;
  @Prop({ type: Number }) ours?: number;
  @Prop({ type: Number }) theirs?: number;
  @Prop({ type: String }) reason?: string;
  @Prop({ type: String }) detail?: string;
  @Prop({ type: Boolean }) again?: true;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
}
export const RunLineSchema = SchemaFactory.createForClass(RunLine);
// The lines of a run, and of one of its parts, are ranges of `_id`: no index of their own.
RunLineSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const RECONCILE_SCHEMA_VERSION = 1;
