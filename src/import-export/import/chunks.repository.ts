import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { expiryOf } from '../../config/retention.js';
import { ImportChunk, type StockImport } from './import.schema.js';
import {
  countLines,
  LINE_OUTCOMES,
  noCounts,
  type ImportLine,
  type LineCounts,
  type LineOutcome,
} from './import.types.js';

/** The name of a file as it was received once. */
export type Upload = Pick<StockImport, '_id' | 'upload'>;

export interface NumberedChunk {
  /** From 0. */
  readonly number: number;
  readonly lines: readonly ImportLine[];
}

const DIGITS = 6;

/** The lines of the files, some of them at a time. */
@Injectable()
export class ChunksRepository {
  private readonly collection: mongo.Collection<ImportChunk>;

  constructor(@InjectModel(ImportChunk.name) model: Model<ImportChunk>) {
    this.collection = native(model);
  }

  /** Stores a chunk, or the outcome of its lines. */
  async put(upload: Upload, { number, lines }: NumberedChunk): Promise<void> {
    const chunk = { lines: [...lines], counts: countLines(lines), expireAt: expiryOf('IMPORT_TTL_DAYS') };
    await this.collection.replaceOne({ _id: chunkId(upload, number) }, chunk, { upsert: true });
  }

  /** Chunks from `first` on, at most `limit`. `only`: those with a line of such an outcome. */
  async read(upload: Upload, first: number, limit: number, only?: readonly LineOutcome[]): Promise<NumberedChunk[]> {
    const some = only ? { $or: only.map((outcome) => ({ [`counts.${outcome}`]: { $gt: 0 } })) } : {};
    const found = await this.collection
      .find({ ...within(upload, first), ...some } as mongo.Filter<ImportChunk>, { sort: { _id: 1 }, limit })
      .toArray();
    return found.map(({ _id, lines }) => ({ number: numberOf(_id), lines }));
  }

  async counts(upload: Upload): Promise<LineCounts> {
    const sum = noCounts();
    for await (const { counts } of this.collection.find(within(upload, 0), { projection: { counts: 1 } }))
      for (const outcome of LINE_OUTCOMES) sum[outcome] += counts[outcome];
    return sum;
  }

  async forget(upload: Upload): Promise<void> {
    await this.collection.deleteMany(within(upload, 0));
  }
}

function chunkId({ _id, upload }: Upload, number: number): string {
  return `${_id}/${upload}/${String(number).padStart(DIGITS, '0')}`;
}

function numberOf(id: string): number {
  return Number(id.slice(-DIGITS));
}

function within(upload: Upload, first: number): mongo.Filter<ImportChunk> {
  return { _id: { $gte: chunkId(upload, first), $lte: `${upload._id}/${upload.upload}/~` } };
}
