import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { Marks, openMark } from '../common/mongo/mark.js';
import { isDuplicateKey } from '../common/mongo/native.js';
import { StockCommand, SYNC_SCHEMA_VERSION, type CommandAnswer } from './schemas.js';

const KEPT_MS = 30 * 24 * 3_600_000;

/** The id of a command: who asked, and the key that they gave it. */
export function commandIdOf(actor: string, idempotencyKey: string): string {
  return `cmd_${createHash('sha256').update(`${actor}\n${idempotencyKey}`).digest('base64url').slice(0, 22)}`;
}

@Injectable()
export class CommandsRepository {
  readonly finish: Marks<StockCommand>;

  constructor(@InjectModel(StockCommand.name) private readonly model: Model<StockCommand>) {
    this.finish = new Marks(model, 'finish');
  }

  /** Stores a command, or gives back the one that was stored under its id before. */
  async store(command: Pick<StockCommand, '_id' | 'actor' | 'bodyHash' | 'change' | 'correlationId'>): Promise<StockCommand> {
    try {
      const created = await this.model.create({
        ...command,
        state: 'accepted',
        finish: openMark(),
        createdAt: new Date(),
        schemaVersion: SYNC_SCHEMA_VERSION,
      });
      return created.toObject();
    } catch (error) {
      const found = isDuplicateKey(error) ? await this.find(command._id) : null;
      if (!found) throw error;
      return found;
    }
  }

  async find(id: string): Promise<StockCommand | null> {
    return this.model.findById(id).lean();
  }

  async advance(id: string, change: Partial<Pick<StockCommand, 'state' | 'before' | 'reference'>>): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: change });
  }

  async answer(id: string, answer: CommandAnswer): Promise<void> {
    await this.model.updateOne(
      { _id: id },
      { $set: { state: 'answered', answer, expireAt: new Date(Date.now() + KEPT_MS), finish: { wanted: 1, done: 1 } } },
    );
  }

  async claim(id: string, owner: string, until: Date): Promise<boolean> {
    const result = await this.model.updateOne(
      { _id: id, $or: [{ 'lease.until': { $not: { $gt: new Date() } } }, { 'lease.owner': owner }] },
      { $set: { lease: { owner, until } } },
    );
    return result.matchedCount === 1;
  }

  async unclaim(id: string, owner: string): Promise<void> {
    await this.model.updateOne({ _id: id, 'lease.owner': owner }, { $unset: { lease: '' } });
  }
}
