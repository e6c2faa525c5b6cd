import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { markFields, type Mark, whereOpen } from '../../common/mongo/mark.js';
import { type ImportLine, type ImportOptions, type ImportState, type LineCounts } from './import.types.js';

/** A stock file, applied once however often it is sent. `_id`: the caller and its key. */
@Schema({ collection: 'imports', versionKey: false, _id: false })
export class StockImport {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) actor!: string;
  @Prop({ type: Object, required: true }) options!: ImportOptions;
  @Prop({ type: String, required: true }) state!: ImportState;
  /** The attempt at sending it. It follows the import's id in the ids of its chunks. */
  @Prop({ type: String, required: true }) upload!: string;
  /** Of the sent bytes and the options. Set, with all fields below, when everything has arrived. */
  @Prop({ type: String }) bodyHash?: string;
  @Prop({ type: Number }) lines?: number;
  @Prop({ type: Number }) chunks?: number;
  /** It has absolute lines, and no line has a version. */
  @Prop({ type: Boolean }) unversioned?: true;
  /** Of the sent bytes, when lines are differences. Absent where nothing is counted, or was asked for again. */
  @Prop({ type: String }) deltasHash?: string;
  /** The number of chunks, from the first, that are checked and applied. */
  @Prop({ type: Number, required: true }) checked!: number;
  @Prop({ type: Number, required: true }) applied!: number;
  @Prop({ type: markFields, _id: false }) work!: Mark;
  @Prop({ type: Object }) lease?: { owner: string; until: Date };
  @Prop({ type: String }) correlationId?: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date }) finishedAt?: Date;
  @Prop({ type: Date, required: true }) expireAt!: Date;
  @Prop({ type: Number, required: true }) schemaVersion!: number;
}
export const StockImportSchema = SchemaFactory.createForClass(StockImport);
// The sweeper: unfinished imports.
StockImportSchema.index({ 'work.due': 1 }, whereOpen('work'));
// One import of the same differences.
StockImportSchema.index(
  { deltasHash: 1 },
  { unique: true, partialFilterExpression: { deltasHash: { $exists: true } } },
);
StockImportSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

/** Some lines of a file, in order. `_id`: the import, the upload, and its number, so that ids sort as the lines do. */
@Schema({ collection: 'import_chunks', versionKey: false, _id: false })
export class ImportChunk {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: [Object], required: true }) lines!: ImportLine[];
  @Prop({ type: Object, required: true }) counts!: LineCounts;
  @Prop({ type: Date, required: true }) expireAt!: Date;
}
export const ImportChunkSchema = SchemaFactory.createForClass(ImportChunk);
ImportChunkSchema.index({ expireAt: 1 }, { expireAfterSeconds: 0 });

export const BULK_SCHEMA_VERSION = 1;
