import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, type Model } from 'mongoose';
import { LogKind } from './schemas/log-kind.schema.js';
import { type Log } from './schemas/log.schema.js';

const DUPLICATE_KEY = 11000;

@Injectable()
export class LogKindsRepository {
  /** Kinds that this process knows to be stored. */
  private readonly stored = new Set<string>();

  constructor(@InjectModel(LogKind.name) private readonly kinds: Model<LogKind>) {}

  /**
   * Stores the kinds of these logs that are new to this process. Call it before storing the logs, which
   * are found through their kinds.
   */
  async remember(logs: readonly Log[]): Promise<void> {
    const fresh = new Map<string, LogKind>();
    for (const { kind, service, action, status, connection } of logs)
      if (!this.stored.has(kind))
        fresh.set(kind, { _id: kind, service, action, status, ...(connection && { connection }) });
    if (fresh.size === 0) return;
    await this.insert([...fresh.values()]);
    for (const kind of fresh.keys()) this.stored.add(kind);
  }

  /** The kinds that have all the given properties. */
  async matching(wanted: Partial<Omit<LogKind, '_id'>>): Promise<string[]> {
    const found = await this.kinds.find(wanted).select('_id').lean<Pick<LogKind, '_id'>[]>().exec();
    return found.map(({ _id }) => _id);
  }

  private async insert(kinds: LogKind[]): Promise<void> {
    try {
      await this.kinds.collection.insertMany(kinds as unknown as mongo.Document[], { ordered: false });
    } catch (error) {
      const onlyRepeats =
        error instanceof mongo.MongoBulkWriteError &&
        [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);
      if (!onlyRepeats) throw error;
    }
  }
}
