import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { requestAgain } from '../../common/mongo/mark.js';
import { native } from '../../common/mongo/native.js';
import { StockEntry } from '../../stock/schemas.js';
import { type ReasonCode } from '../../words/core-words.js';
import { RETRY_AFTER_MS } from '../../config/retry-delays.js';

/** Why the mark of an entry stays open whose observation was not written. */
const HELD_ENTRY: ReasonCode = 'reasons.brake';
const DEFERRED_ENTRY: ReasonCode = 'reasons.full_scan';

/** An observed quantity that is not to be written. */
export interface UnwrittenObservation {
  readonly id: string;
  readonly to: number;
  /** Held since; absent: not held yet. */
  readonly heldAt?: Date | undefined;
}

/** The brake's view of an ERP's entries. */
@Injectable()
export class BrakedEntries {
  private readonly collection: mongo.Collection<StockEntry>;

  constructor(@InjectModel(StockEntry.name) model: Model<StockEntry>) {
    this.collection = native(model);
  }

  /** The entries that were read at least once. */
  countSeen(master: string): Promise<number> {
    return this.collection.countDocuments({ master, observedAt: { $exists: true } });
  }

  async held(master: string): Promise<StockEntry[]> {
    return this.collection.find({ master, 'held.at': { $exists: true } }).toArray();
  }

  /** In the order of their ids, after `afterId`. */
  async heldPage(master: string, afterId: string, limit: number): Promise<StockEntry[]> {
    return this.collection
      .find({ master, 'held.at': { $exists: true }, _id: { $gt: afterId } }, { sort: { _id: 1 }, limit })
      .toArray();
  }

  async largeChangesSince(master: string, since: Date): Promise<string[]> {
    const found = await this.collection
      .find({ master, 'largeChange.at': { $exists: true, $gt: since } }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => _id);
  }

  /** Stores what was observed and not written; it is read again later. `scan`: it waits for the end of this scan. */
  async hold(observations: readonly UnwrittenObservation[], scan?: string): Promise<void> {
    if (observations.length === 0) return;
    const now = new Date();
    const { $inc, since } = againAt(now);
    const mark = {
      'observe.due': new Date(now.getTime() + RETRY_AFTER_MS.heldEntry),
      'observe.error': scan === undefined ? HELD_ENTRY : DEFERRED_ENTRY,
    };
    const write = ({ id, to, heldAt = now }: UnwrittenObservation) => {
      const held = { quantity: to, at: heldAt, ...(scan === undefined ? {} : { scan }) };
      const update = { $inc, $min: since, $set: { held, ...mark } } as unknown as mongo.UpdateFilter<StockEntry>;
      return { updateOne: { filter: { _id: id }, update } };
    };
    await this.collection.bulkWrite(observations.map(write), { ordered: false });
  }

  /** The scan has ended, and these stay held. */
  async keepHeld(ids: readonly string[]): Promise<void> {
    await this.collection.updateMany(
      { _id: { $in: [...ids] } },
      { $unset: { 'held.scan': '' }, $set: { 'observe.error': HELD_ENTRY } },
    );
  }

  /** These are read again now, written whatever the quantity, and counted: they are few enough. */
  async autoApprove(entries: readonly { id: string; from: number }[]): Promise<void> {
    if (entries.length === 0) return;
    const at = new Date();
    const writes = entries.map(({ id, from }) => ({
      updateOne: { filter: { _id: id }, update: approving({ largeChange: { at, from } }) },
    }));
    await this.collection.bulkWrite(writes, { ordered: false });
  }

  /** All held entries are read again now and written whatever the quantity. Gives back their ids. */
  async approve(master: string): Promise<string[]> {
    const ids = (await this.held(master)).map(({ _id }) => _id);
    if (ids.length > 0) await this.collection.updateMany({ _id: { $in: ids } }, approving({}));
    return ids;
  }

  /** The ERP's quantities of these were written: nothing is held any more. */
  async settle(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { $unset: { held: '', approved: '' } });
  }

  async recordLargeChanges(changes: readonly { id: string; from: number }[]): Promise<void> {
    if (changes.length === 0) return;
    const at = new Date();
    await this.collection.bulkWrite(
      changes.map(({ id, from }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { largeChange: { at, from } } } },
      })),
      { ordered: false },
    );
  }

  async forgetLargeChanges(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.collection.updateMany({ _id: { $in: [...ids] } }, { $unset: { largeChange: '' } });
  }

  /**
   * Whether an entry that was marked by then is still unread. Uncountable entries are not awaited: they were read,
   * and are due again long after every other.
   */
  async isUnread(master: string, marked: Date): Promise<boolean> {
    const open = {
      master,
      'observe.due': { $exists: true, $lt: new Date(Date.now() + RETRY_AFTER_MS.uncountableEntry / 2) },
      'observe.since': { $lte: marked },
      'observe.attempts': { $exists: false },
      'observe.error': { $nin: [HELD_ENTRY, DEFERRED_ENTRY] },
    };
    return (
      (await this.collection.findOne(open as unknown as mongo.Filter<StockEntry>, { projection: { _id: 1 } })) !== null
    );
  }
}

function againAt(now: Date) {
  const { $inc, $min } = requestAgain('observe', now);
  return { $inc, since: { 'observe.since': $min['observe.since'] ?? now } };
}

function approving(more: Partial<Pick<StockEntry, 'largeChange'>>): mongo.UpdateFilter<StockEntry> {
  const now = new Date();
  const { $inc, since } = againAt(now);
  const $set = { 'observe.due': now, approved: true, ...more };
  return {
    $inc,
    $min: since,
    $set,
    $unset: { held: '', 'observe.error': '' },
  } as unknown as mongo.UpdateFilter<StockEntry>;
}
