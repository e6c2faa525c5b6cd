import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../common/mongo/mark.js';
import { type CommandAnswer, type Decision, type StockChange } from './command.types.js';

/** A requested change, applied once however often it is sent. `_id`: the caller and its key. */
@Schema({ collection: 'commands', versionKey: false, _id: false })
export class StockCommand {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) actor!: string;
  @Prop({ type: String, required: true }) bodyHash!: string;
  @Prop({ type: Object, required: true }) change!: StockChange;
  /** `accepted` -> (in an ERP: `reserved` -> `booked`) -> `answered`. */
  @Prop({ type: String, required: true }) state!: 'accepted' | 'reserved' | 'booked' | 'answered';
  /** On hand before it began, in units. */
  @Prop({ type: Number }) before?: number;
  /** The units to book in the ERP, signed: measured once, and booked as measured however often it is tried. */
  @Prop({ type: Number }) by?: number;
  @Prop({ type: String }) reference?: string;
  /** For several entries: whether all are changed, or none. */
  @Prop({ type: Object }) decision?: Decision;
  @Prop({ type: Object }) answer?: CommandAnswer;
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: markFields, _id: false }) finish!: Mark;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Set with the answer: repeats of the key are recognised until then. */
  @Prop({ type: Date }) expireAt?: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const StockCommandSchema = SchemaFactory.createForClass(StockCommand);
// The sweeper: unfinished commands.
StockCommandSchema.index({ 'finish.due': 1 }, whereOpen('finish'));
// GET /tasks: dead commands. Partial: on DocumentDB a sparse index costs every write, also of documents
// without the field.
StockCommandSchema.index({ 'finish.dead': 1 }, { partialFilterExpression: { 'finish.dead': true } });
StockCommandSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const COMMANDS_SCHEMA_VERSION = 1;
