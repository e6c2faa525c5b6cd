import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection as Database, type mongo } from 'mongoose';
import { LogsRepository } from '../../logs/logs.repository.js';

type Counts = Record<string, number>;

/**
 * All data of an account beside the ledger. None of it is personal, because bodies are not stored; a
 * request for erasure deletes it all the same.
 */
@Injectable()
export class KeptData {
  constructor(
    @InjectConnection() private readonly database: Database,
    private readonly logs: LogsRepository,
  ) {}

  /**
   * Deletes the history of an account: observations, pushes and webhooks. `but`: the event with the
   * request. `isInUse`: keeps work in progress.
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

  /** Clears the bodies of the logs about these orders. */
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
