import { type Connection as Database, type mongo } from 'mongoose';
import { CLOCK_SKEW_MS } from '../clock.js';
import { isDuplicateKey } from './native.js';

interface Turn {
  readonly _id: string;
  /** When the last one was due, or when the first process checked. */
  readonly at: Date;
}

/** Work that one of all processes does at fixed intervals. Its name is its key in the collection `settings`. */
export class Turns {
  constructor(
    private readonly database: Database,
    private readonly name: string,
    private readonly intervalMs: number,
  ) {}

  /** Whether the work is due and this process is the one that does it. The first check of an installation begins the first interval. */
  async take(now: Date): Promise<boolean> {
    // A time ahead of the clock was written by one that was wrong.
    const at = {
      $not: { $gt: new Date(now.getTime() - this.intervalMs), $lte: new Date(now.getTime() + CLOCK_SKEW_MS) },
    };
    const due = { _id: this.name, at };
    if ((await this.settings.updateOne(due, { $set: { at: now } })).matchedCount === 1) return true;
    await this.upsert({ $setOnInsert: { at: now } });
    return false;
  }

  /** Makes the turn taken at `now` due again after `delayMs` instead of the interval. */
  async retryAfter(delayMs: number, now: Date): Promise<void> {
    const at = new Date(now.getTime() - this.intervalMs + delayMs);
    await this.settings.updateOne({ _id: this.name, at: now }, { $set: { at } });
  }

  /** This process did the work at `now`, outside the intervals. */
  note(now: Date): Promise<void> {
    return this.upsert({ $set: { at: now } });
  }

  /** Of two processes that insert it at once, one is refused: it is there. */
  private async upsert(update: mongo.UpdateFilter<Turn>): Promise<void> {
    try {
      await this.settings.updateOne({ _id: this.name }, update, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private get settings() {
    return this.database.collection<Turn>('settings');
  }
}
