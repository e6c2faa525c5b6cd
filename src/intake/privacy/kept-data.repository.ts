import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection as Database, type mongo } from 'mongoose';
import { LogsRepository } from '../../logs/logs.repository.js';

type Counts = Record<string, number>;

/**
 * Everything that is kept about an account beside the ledger. None of it holds anything of a person, for bodies are not kept; what of it a
 * question for erasure reaches goes all the same.
 */
@Injectable()
export class KeptData {
  constructor(
    @InjectConnection() private readonly database: Database,
    private readonly logs: LogsRepository,
  ) {}

  /**
   * Removes the history of an account: what was seen there, told to it and heard of it. `but`: the event that asks for it. `isInUse`: what is
   * still under way stays.
   */
  async forgetHistory(connection: string, but: string, isInUse: boolean): Promise<Counts> {
    const over = (mark: string) => (isInUse ? { [`${mark}.due`]: { $exists: false } } : {});
    const [observed, pushed, heard, ran, logged] = await Promise.all([
      this.remove('channel_observations', { connection }),
      this.remove('listing_pushes', { connection, ...over('follow') }),
      this.remove('webhook_events', { connection, _id: { $ne: but }, ...over('handle') }),
      this.remove('run_lines', { connection }),
      this.logs.forget(connection),
    ]);
    return {
      channel_observations: observed,
      listing_pushes: pushed,
      webhook_events: heard,
      run_lines: ran,
      logs: logged,
    };
  }

  /** The bodies of what was logged about these orders. */
  async blankLogs(connection: string, orderIds: readonly string[]): Promise<number> {
    return this.logs.blank(connection, orderIds);
  }

  private async remove(collection: string, filter: mongo.Filter<{ _id: string }>): Promise<number> {
    const { deletedCount } = await this.database
      .getClient()
      .db(this.database.name)
      .collection<{ _id: string }>(collection)
      .deleteMany(filter);
    return deletedCount;
  }
}
