import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { timeOrderedId } from '../../common/ids.js';
import { LeaseField } from '../../common/mongo/lease-field.js';
import { Marks, openMark } from '../../common/mongo/mark.js';
import { SweptMarks } from '../../common/mongo/mark-sources.js';
import { isDuplicateKey, native } from '../../common/mongo/native.js';
import { expiryOf } from '../../config/retention.js';
import { BULK_SCHEMA_VERSION, StockImport } from './import.schema.js';
import { RepeatedDeltasError } from './errors.js';
import { isFinished, type ImportState } from './import.types.js';

/** The data of a file once it has arrived completely. */
export interface Arrived {
  readonly bodyHash: string;
  readonly lines: number;
  readonly chunks: number;
  readonly unversioned?: true;
  /** Of the sent bytes, when lines of theirs are differences that may count once only. */
  readonly deltasHash?: string;
}

@Injectable()
export class ImportsRepository {
  @SweptMarks({ wake: 'imports', about: {} })
  readonly work: Marks<StockImport>;
  readonly leases: LeaseField<StockImport>;

  constructor(@InjectModel(StockImport.name) private readonly model: Model<StockImport>) {
    this.work = new Marks(model, 'work');
    this.leases = new LeaseField(native(model));
  }

  async find(id: string): Promise<StockImport | null> {
    return this.model.findById(id).lean();
  }

  /** Begins to receive a file. Null: it exists already. */
  async begin(begun: Pick<StockImport, '_id' | 'actor' | 'options' | 'correlationId'>): Promise<StockImport | null> {
    const now = new Date();
    try {
      const created = await this.model.create({
        ...begun,
        state: 'receiving',
        upload: timeOrderedId(),
        checked: 0,
        applied: 0,
        work: openMark(1, now),
        createdAt: now,
        expireAt: expiryOf('IMPORT_TTL_DAYS', now),
        schemaVersion: BULK_SCHEMA_VERSION,
      });
      return created.toObject();
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return null;
    }
  }

  /**
   * All of it has arrived. False: another process has abandoned this upload.
   * @throws RepeatedDeltasError when an earlier import has the same differences
   */
  async noteArrived(begun: StockImport, { deltasHash, ...arrived }: Arrived): Promise<boolean> {
    const earlier = deltasHash === undefined ? null : await this.model.findOne({ deltasHash }).lean();
    if (earlier) throw new RepeatedDeltasError(earlier);
    // A dry run counts nothing, so a later import may have the same differences.
    const once = deltasHash === undefined || begun.options.dryRun ? {} : { deltasHash };
    try {
      const { matchedCount } = await this.model.updateOne(
        { _id: begun._id, upload: begun.upload, state: 'receiving' },
        { $set: { ...arrived, ...once, state: 'checking' } },
      );
      return matchedCount === 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // Another process received the same file at the same time. It is found now.
      return this.noteArrived(begun, { deltasHash, ...arrived });
    }
  }

  /** Deletes an interrupted upload: the sender received no answer, and repeats it. */
  async forget(id: string, upload: string): Promise<void> {
    await this.model.deleteOne({ _id: id, upload, state: 'receiving' });
  }

  /** Never lowers a progress that another process has reached. */
  async noteProgress(id: string, progress: Partial<Record<'checked' | 'applied', number>>): Promise<void> {
    await this.model.updateOne({ _id: id }, { $max: progress });
  }

  /** Moves from one state to the next; the final states close the mark. */
  async moveOn(id: string, from: ImportState, to: ImportState): Promise<void> {
    const finish = isFinished(to) ? { finishedAt: new Date(), work: { requested: 1, processed: 1 } } : {};
    // A refused file changed nothing, so the same differences may be sent again.
    const forget = to === 'refused' ? { $unset: { deltasHash: '' } } : {};
    await this.model.updateOne({ _id: id, state: from }, { $set: { state: to, ...finish }, ...forget });
  }
}
