import { type Connection as Database } from 'mongoose';
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
    const due = { _id: this.name, at: { $lte: new Date(now.getTime() - this.intervalMs) } };
    if ((await this.settings.updateOne(due, { $set: { at: now } })).matchedCount === 1) return true;
    try {
      await this.settings.updateOne({ _id: this.name }, { $setOnInsert: { at: now } }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return false;
  }

  /** Makes the turn taken at `now` due again after `delayMs` instead of the interval. */
  async retryAfter(delayMs: number, now: Date): Promise<void> {
    const at = new Date(now.getTime() - this.intervalMs + delayMs);
    await this.settings.updateOne({ _id: this.name, at: now }, { $set: { at } });
  }

  /** The work was done at `now`, whoever's turn it was. */
  async note(now: Date): Promise<void> {
    await this.settings.updateOne({ _id: this.name }, { $max: { at: now } }, { upsert: true });
  }

  private get settings() {
    return this.database.collection<Turn>('settings');
  }
}
