import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { idleMark, Marks, openMark, requestAgain } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { insertNew, isDuplicateKey, native, throughConflicts } from '../common/mongo/native.js';
import { groupBy } from '../common/collections.js';
import { entryId } from './entry-id.js';
import { LEDGER, type Movement } from './ledger.types.js';
import { STOCK_SCHEMA_VERSION, StockEntry, type SeenWarehouse } from './schemas.js';

/** A SKU in a warehouse, and its master. */
interface Place {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
}

/** What was found out about an entry under its master, and means nothing under another one. */
const JUDGEMENT = { problem: '', problemSince: '', seen: '', held: '', largeChange: '', approved: '' } as const;

/** It has had a quantity, or a reservation. */
export function isCounted({ seq, observedAt }: Pick<StockEntry, 'seq' | 'observedAt'>): boolean {
  return seq > 0 || observedAt !== undefined;
}

/** The stock entries: projections of the chains, read by people and by pumps. */
@Injectable()
export class EntriesRepository {
  @SweptMarks({ wake: 'stock', about: { connection: 'master', sku: 'sku' } })
  readonly observe: Marks<StockEntry>;
  private readonly collection: mongo.Collection<StockEntry>;
  private readonly known = new Set<string>();

  constructor(@InjectModel(StockEntry.name) model: Model<StockEntry>) {
    this.collection = native(model);
    this.observe = new Marks(model, 'observe');
  }

  /**
   * Makes sure that the entries exist. A new one whose master is an ERP is marked to be observed. Gives
   * back the ids of the new ones.
   */
  async ensure(wanted: readonly Place[]): Promise<string[]> {
    const fresh = new Map(
      wanted.map((w) => [entryId(w.sku, w.warehouse), w] as const).filter(([id]) => !this.known.has(id)),
    );
    if (fresh.size === 0) return [];
    const now = new Date();
    const writes = [...fresh]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, given]) => ({
        updateOne: { filter: { _id: id }, update: { $setOnInsert: blank(given, now) }, upsert: true },
      }));
    const result = await ignoreDuplicates(() =>
      throughConflicts(() => this.collection.bulkWrite(writes, { ordered: false })),
    );
    for (const id of fresh.keys()) this.known.add(id);
    return result ? Object.values(result.upsertedIds).map(String) : [];
  }

  /**
   * Inserts entries that most likely do not exist; for many, faster than `ensure`. Gives back the ids of
   * those that existed.
   */
  async begin(wanted: readonly Place[]): Promise<string[]> {
    const now = new Date();
    const documents = wanted.map((given) => ({ _id: entryId(given.sku, given.warehouse), ...blank(given, now) }));
    const isNew = await insertNew(this.collection, documents);
    return documents.filter((_, position) => !isNew[position]).map(({ _id }) => _id);
  }

  /** Sets each entry to its newest movement of these, unless it already shows a later one. */
  async project(movements: readonly Movement[]): Promise<void> {
    // Ordered by id, so that processes that project the same entries cannot block each other in a cycle.
    const groups = [...groupBy(movements, (m) => m.entry)].sort(([a], [b]) => (a < b ? -1 : 1));
    const shown = groups.map(([, group]) => showing(group));
    const { matchedCount } = await throughConflicts(() => this.collection.bulkWrite(shown, { ordered: true }));
    if (matchedCount === groups.length) return;
    // Some entries already show a later movement. Their observation time is updated all the same.
    const noted = groups.flatMap(([entry, group]) => noting(entry, group));
    if (noted.length > 0) await throughConflicts(() => this.collection.bulkWrite(noted, { ordered: true }));
  }

  async ofSkus(skus: readonly string[]): Promise<StockEntry[]> {
    return this.collection.find({ sku: { $in: [...skus] } }).toArray();
  }

  /** The SKUs that follow one and that their masters know, in their order; a SKU appears once for each of its warehouses. */
  async skusAfter(sku: string, limit: number): Promise<string[]> {
    const known = [{ problem: { $exists: false } }, { observedAt: { $exists: true } }];
    const found = await this.collection
      .find({ sku: { $gt: sku }, $or: known }, { sort: { sku: 1 }, limit, projection: { _id: 0, sku: 1 } })
      .toArray();
    return found.map((entry) => entry.sku);
  }

  async byIds(ids: readonly string[]): Promise<StockEntry[]> {
    return ids.length === 0 ? [] : this.collection.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** A page of the entries of one master, by id. */
  async ofMaster(master: string, after: string, limit: number): Promise<StockEntry[]> {
    return this.collection.find({ _id: { $gt: after }, master }, { sort: { _id: 1 }, limit }).toArray();
  }

  /** A page of the entries of one warehouse, by id. */
  async ofWarehouse(warehouse: string, after: string, limit: number): Promise<StockEntry[]> {
    const [from, to] = [`${warehouse}/`, `${warehouse}0`];
    return this.collection
      .find({ _id: { $gt: after < from ? from : after, $lt: to } }, { sort: { _id: 1 }, limit })
      .toArray();
  }

  /** Requests an observation of the ERP for those of these that an ERP masters. */
  async wantObservation(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const mastered = { _id: { $in: [...ids] }, master: { $ne: LEDGER } };
    await throughConflicts(() => this.collection.updateMany(mastered, requestAgain('observe')));
  }

  /**
   * Begins to count these in the ledger, also where an ERP was to decide and has never given a quantity. Gives back those about which another
   * master decides.
   */
  async countHere(places: readonly Omit<Place, 'master'>[]): Promise<StockEntry[]> {
    await this.ensure(places.map(({ sku, warehouse }) => ({ sku, warehouse, master: LEDGER })));
    const _id = { $in: places.map(({ sku, warehouse }) => entryId(sku, warehouse)) };
    const elsewhere = () => this.collection.find({ _id, master: { $ne: LEDGER } }).toArray();
    const others = await elsewhere();
    if (others.every(isCounted)) return others;
    await this.collection.updateMany(
      { _id, seq: 0, observedAt: { $exists: false } },
      { $set: { master: LEDGER }, $unset: JUDGEMENT },
    );
    return elsewhere();
  }

  /** Gives those of these that have the master `from` another one. The quantity stands; an ERP is read next, and the brake compares. */
  async changeMaster(ids: readonly string[], from: string, to: string): Promise<void> {
    const update = { $set: { master: to }, $unset: JUDGEMENT, ...(to === LEDGER ? {} : requestAgain('observe')) };
    await throughConflicts(() => this.collection.updateMany({ _id: { $in: [...ids] }, master: from }, update));
  }

  /** Requests an observation of the ERP for all entries that it masters. */
  async wantObservationOfAll(master: string): Promise<void> {
    await throughConflicts(() => this.collection.updateMany({ master }, requestAgain('observe')));
  }

  /**
   * Records that the ERP agrees with the ledger. The counter reveals to a writer that its own, older
   * observation is outdated.
   */
  async noteObserved(ids: readonly string[], at: Date): Promise<void> {
    if (ids.length === 0) return;
    const seen = {
      $max: { observedAt: at },
      $inc: { observations: 1 },
      $unset: { problem: '', problemSince: '' },
    } as const;
    await throughConflicts(() => this.collection.updateMany({ _id: { $in: [...ids] } }, seen));
  }

  /** The number of observations that found each entry right, by id. */
  async looks(ids: readonly string[]): Promise<Map<string, number>> {
    const found = await this.collection.find({ _id: { $in: [...ids] } }, { projection: { observations: 1 } }).toArray();
    return new Map(found.map((entry) => [entry._id, entry.observations ?? 0]));
  }

  /** Keeps the ERP's own figures, to show them while the ERP is unreachable. */
  async noteSeen(seen: readonly { id: string; at: Date; warehouses: readonly SeenWarehouse[] }[]): Promise<void> {
    if (seen.length === 0) return;
    await this.collection.bulkWrite(
      seen.map(({ id, at, warehouses }) => ({
        updateOne: { filter: { _id: id }, update: { $set: { seen: { at, warehouses } } } },
      })),
      { ordered: false },
    );
  }

  /** The ERP has no countable quantity. An entry that had one is asked again after `againMs`, the first time. */
  async noteProblem(id: string, master: string, problem: string, againMs: number): Promise<void> {
    const now = new Date();
    const first = { ...requestAgain('observe', now, againMs), $set: { problem, problemSince: now } };
    const had = { _id: id, master, problemSince: { $exists: false }, observedAt: { $exists: true } };
    const isNew = await this.collection.updateOne(had, first);
    if (isNew.matchedCount === 0) await this.collection.updateOne({ _id: id, master }, { $set: { problem } });
  }
}

type Write = mongo.AnyBulkWriteOperation<StockEntry>;

/**
 * Sets the balance and the observation time in one write, so that no entry counts as observed before it
 * shows the quantity.
 */
function showing(group: readonly Movement[]): Write {
  const { entry, seq, quantity, reserved, at } = group.reduce((a, b) => (b.seq > a.seq ? b : a));
  const shown = { seq, quantity, reserved, available: quantity - reserved, updatedAt: at };
  return { updateOne: { filter: { _id: entry, seq: { $lt: seq } }, update: { $set: shown, ...seen(group) } } };
}

function noting(entry: string, group: readonly Movement[]): Write[] {
  const update = seen(group);
  return update ? [{ updateOne: { filter: { _id: entry }, update } }] : [];
}

function seen(group: readonly Movement[]) {
  const observed = group.filter((movement) => movement.observed).at(-1);
  return observed && { $max: { observedAt: observed.at }, $unset: { problem: '' as const, problemSince: '' as const } };
}

function blank({ sku, warehouse, master }: Place, now: Date): Omit<StockEntry, '_id'> {
  return {
    sku,
    warehouse,
    master,
    seq: 0,
    quantity: 0,
    reserved: 0,
    available: 0,
    observe: master === LEDGER ? idleMark() : openMark(1, now),
    updatedAt: now,
    schemaVersion: STOCK_SCHEMA_VERSION,
  };
}

/** When two processes insert the same document at once, one of them fails. Both have what they want. */
async function ignoreDuplicates<T>(write: () => Promise<T>): Promise<T | null> {
  try {
    return await write();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return null;
  }
}
