import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { timeOrderedId, timeOrderedIdFloor } from '../common/ids.js';
import { idleMark, Marks, openMark } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { expiryOf } from '../config/retention.js';
import { type PastPush } from '../connectors/contract.js';
import { ListingPush, SYNC_SCHEMA_VERSION, type PushedItem } from './schemas.js';

/** Ids of pushes sort by their start. */
const PUSH_ID = 'push_';
const MOST_IN_A_ROW = 5;

export function pushId(): string {
  return `${PUSH_ID}${timeOrderedId()}`;
}

function pushIdFloor(at: Date): string {
  return `${PUSH_ID}${timeOrderedIdFloor(at)}`;
}

function around(at: Date, withinMs: number) {
  return { $gte: pushIdFloor(new Date(at.getTime() - withinMs)), $lte: pushIdFloor(new Date(at.getTime() + withinMs)) };
}

/** It waits on purpose, so it is not overdue. */
function putOff(due: Date, error: string) {
  return { 'follow.due': due, 'follow.error': error };
}

@Injectable()
export class PushesRepository {
  @SweptMarks({ wake: 'feeds', about: { connection: 'connection' } })
  readonly follow: Marks<ListingPush>;
  /** The pushes that this process is sending. Another process only sees that a push was begun. */
  readonly sending = new Set<string>();

  constructor(@InjectModel(ListingPush.name) private readonly model: Model<ListingPush>) {
    this.follow = new Marks(model, 'follow');
  }

  /** Before the call, so that a crash in the middle leaves something to follow. */
  async create(
    push: Pick<ListingPush, '_id' | 'connection' | 'items' | 'orderIds' | 'correlationIds' | 'deadline'>,
  ): Promise<void> {
    await this.model.create({
      ...push,
      state: 'sending',
      createdAt: new Date(),
      follow: openMark(),
      schemaVersion: SYNC_SCHEMA_VERSION,
    });
  }

  async markSent(id: string, ref: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { state: 'sent', ref, answeredAt: new Date() } });
  }

  /** It was recorded, and its call was not made. */
  async markUnmade(id: string, reason: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { unmade: true } });
    await this.finish(id, 'failed', undefined, reason);
  }

  /** The platform was searched, and has it. */
  async markFound(id: string, ref: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { state: 'sent', ref } });
  }

  /** Its call failed. */
  async markEnded(id: string, arrived: boolean): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { answeredAt: new Date(), ...(arrived ? {} : { unmade: true }) } });
  }

  /** No answer said whether it arrived: the platform is searched for it at `due`. */
  async markLost(id: string, due: Date, error: string): Promise<void> {
    await this.model.updateOne(
      { _id: id, ref: { $exists: false } },
      { $set: { state: 'lost', error, ...putOff(due, error) } },
    );
  }

  /** It may have arrived, and may take effect as late as its deadline: its listings are published once more then, unless a search shows that it never came. */
  async markUnclear(
    push: Pick<ListingPush, '_id' | 'deadline'>,
    error: string,
    searchAt = push.deadline,
  ): Promise<void> {
    await this.model.updateOne(
      { _id: push._id, finishedAt: { $exists: false } },
      { $set: { state: 'unclear', error, ...putOff(searchAt, error) } },
    );
  }

  /** The platform refused it as one too many. */
  async markRefused(id: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { refused: true, answeredAt: new Date() } });
  }

  /** The pushes of a connection since a time, for its limit. */
  async history(connection: string, since: Date): Promise<PastPush[]> {
    const rows = await this.model
      .find(
        { _id: { $gte: pushIdFloor(since) }, connection, unmade: { $ne: true } },
        { createdAt: 1, answeredAt: 1, refused: 1 },
      )
      .sort({ _id: 1 })
      .lean();
    return rows.map(({ createdAt, answeredAt, refused }) => ({
      at: answeredAt ?? createdAt,
      ...(refused ? { refused } : {}),
    }));
  }

  /** The id of the newest push of a connection since a time; null: there is none. */
  async newest(connection: string, since: Date): Promise<string | null> {
    const [found] = await this.model
      .find({ _id: { $gte: pushIdFloor(since) }, connection }, { _id: 1 })
      .sort({ _id: -1 })
      .limit(1)
      .lean();
    return found?._id ?? null;
  }

  /** The platform's names of the other pushes of about that time. */
  async refsAround(connection: string, at: Date, withinMs: number): Promise<string[]> {
    const rows = await this.model
      .find({ _id: around(at, withinMs), connection, ref: { $exists: true } }, { ref: 1 })
      .lean();
    return rows.map((row) => row.ref).filter((ref) => ref !== undefined);
  }

  /** Whether another push of the same SKUs at about that time may have arrived under a name that is not known. */
  async hasRival({ _id, connection, createdAt, items }: ListingPush, withinMs: number): Promise<boolean> {
    const rival = await this.model.exists({
      _id: { ...around(createdAt, withinMs), $ne: _id },
      connection,
      state: { $in: ['lost', 'unclear'] },
      finishedAt: { $exists: false },
      'items.sku': { $in: items.map(({ sku }) => sku) },
    });
    return rival !== null;
  }

  /** How many pushes in a row got no answer and were not found, since the last one that is known to have arrived. */
  async unclearInARow(connection: string): Promise<number> {
    const rows = await this.model
      .find({ connection, state: { $in: ['unclear', 'sent', 'accepted'] } }, { state: 1 })
      .sort({ _id: -1 })
      .limit(MOST_IN_A_ROW)
      .lean();
    const arrived = rows.findIndex(({ state }) => state !== 'unclear');
    return arrived === -1 ? rows.length : arrived;
  }

  /** Its outcome is known, or will never be. Nothing is left to follow. */
  async finish(
    id: string,
    state: 'accepted' | 'failed' | 'unclear',
    items?: readonly PushedItem[],
    error?: string,
  ): Promise<void> {
    const found = await this.model.findById(id).lean();
    await this.model.updateOne(
      { _id: id },
      {
        $set: {
          state,
          finishedAt: new Date(),
          expireAt: expiryOf('PUSH_TTL_DAYS'),
          follow: { ...idleMark(), requested: found?.follow.requested ?? 1, processed: found?.follow.requested ?? 1 },
          ...(items ? { items } : {}),
          ...(error ? { error } : {}),
        },
      },
    );
  }

  async find(id: string): Promise<ListingPush | null> {
    return this.model.findById(id).lean();
  }
}
