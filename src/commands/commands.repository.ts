import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { LeaseField } from '../common/mongo/lease-field.js';
import { Marks, openMark } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { isDuplicateKey, native } from '../common/mongo/native.js';
import { expiryOf } from '../config/retention.js';
import { COMMANDS_SCHEMA_VERSION, StockCommand } from './command.schema.js';
import { type CommandAnswer, type Decision } from './command.types.js';

@Injectable()
export class CommandsRepository {
  @SweptMarks({ wake: 'commands', about: { orderId: 'change.orderId', sku: 'change.sku' } })
  readonly finish: Marks<StockCommand>;
  readonly leases: LeaseField<StockCommand>;

  constructor(@InjectModel(StockCommand.name) private readonly model: Model<StockCommand>) {
    this.finish = new Marks(model, 'finish');
    this.leases = new LeaseField(native(model));
  }

  /** Stores a command, or gives back the one stored under its id before. */
  async store(
    command: Pick<StockCommand, '_id' | 'actor' | 'bodyHash' | 'change' | 'correlationId'>,
  ): Promise<StockCommand> {
    try {
      const created = await this.model.create({
        ...command,
        state: 'accepted',
        finish: openMark(),
        createdAt: new Date(),
        schemaVersion: COMMANDS_SCHEMA_VERSION,
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

  async advance(id: string, change: Partial<Pick<StockCommand, 'state' | 'reference'>>): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: change });
  }

  /** Those without an answer: running, waiting or dead. */
  async unfinished(): Promise<StockCommand[]> {
    return this.model.find({ $or: [{ 'finish.due': { $exists: true } }, { 'finish.dead': true }] }).lean();
  }

  /** Stores the quantity before and the units to book, once. Gives back the stored values. */
  async measure(id: string, measured: { before: number; by: number }): Promise<{ before: number; by: number }> {
    await this.model.updateOne({ _id: id, by: { $exists: false } }, { $set: measured });
    const { before = measured.before, by = measured.by } = (await this.find(id)) ?? {};
    return { before, by };
  }

  /** Decides once. Gives back the stored decision, which another process may have made. */
  async decide(id: string, decision: Decision): Promise<Decision> {
    await this.model.updateOne({ _id: id, decision: { $exists: false } }, { $set: { decision } });
    return (await this.find(id))?.decision ?? decision;
  }

  /** Answers once, and closes the mark. Gives back the stored answer. */
  async answer(id: string, answer: CommandAnswer): Promise<CommandAnswer> {
    const expireAt = expiryOf('COMMAND_TTL_DAYS');
    const result = await this.model.updateOne(
      { _id: id, answer: { $exists: false } },
      { $set: { state: 'answered', answer, expireAt, finish: { requested: 1, processed: 1 } } },
    );
    return result.matchedCount === 1 ? answer : ((await this.find(id))?.answer ?? answer);
  }
}
