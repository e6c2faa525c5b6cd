import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../../common/mongo/mark.js';
import { type Finding, type RunCursor, type RunKind, type RunPart, type RunState } from './run.types.js';

/** A full comparison for one or more connections, step by step. `_id` sorts by its start. */
@Schema({ collection: 'runs', versionKey: false, _id: false })
export class Run {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) kind!: RunKind;
  /** Reports the changes without making them. */
  @Prop({ type: Boolean, required: true }) dryRun!: boolean;
  /** Name of the API key that asked, or `schedule`. */
  @Prop({ type: String, required: true }) actor!: string;
  /** In the order of processing. */
  @Prop({ type: [Object], required: true }) parts!: RunPart[];
  /** The current part; equal to the number of parts: all are done. */
  @Prop({ type: Number, required: true }) part!: number;
  /** Null: at the beginning of the part. */
  @Prop({ type: Object, default: null }) cursor!: RunCursor | null;
  /** Finished steps, which reveals a step that was counted before. */
  @Prop({ type: Number, required: true }) step!: number;
  /** When the last step was finished. */
  @Prop({ type: Date, required: true }) progressAt!: Date;
  @Prop({ type: String, required: true }) state!: RunState;
  /** The connections that it locks; absent once it has ended. */
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
// The sweeper: unfinished runs.
RunSchema.index({ 'work.due': 1 }, whereOpen('work'));
// One run at a time for each connection.
RunSchema.index({ holds: 1 }, { unique: true, partialFilterExpression: { holds: { $exists: true } } });
RunSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });
// GET /runs, newest first, is a range of `_id` and needs no index.

/**
 * A finding of a run about one SKU, except a match. `_id`: the run, the number of the part, and the
 * finding's key, in this order.
 */
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
// The lines of a run, and of one of its parts, are ranges of `_id` and need no index.
RunLineSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const RECONCILE_SCHEMA_VERSION = 1;
