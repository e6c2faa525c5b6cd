import { type mongo } from 'mongoose';
import { lastMovementId, movementId } from '../entry-id.js';
import { type Movement } from '../ledger.types.js';
import { type StockEntry } from '../schemas.js';
import { type AuditedMovement } from './chain-check.js';

const PAGE = 2_000;
const ENTRIES_PAGE = 500;

/** The newest movement of an entry. */
export type Tip = Pick<Movement, '_id' | 'seq' | 'quantity' | 'reserved' | 'sku' | 'warehouse' | 'master'> & {
  readonly project?: unknown;
};

/** Reads the ledger page by page, in the order of `_id`: the only order that every database serves from an index. */
export class AuditReader {
  constructor(
    readonly movements: mongo.Collection<Movement & { project?: unknown }>,
    readonly entries: mongo.Collection<StockEntry>,
  ) {}

  static of(db: mongo.Db): AuditReader {
    return new AuditReader(db.collection('stock_movements'), db.collection('stock_entries'));
  }

  /** All movements in the order of their ids: entry by entry, each chain in order. */
  async *chains(): AsyncGenerator<readonly AuditedMovement[]> {
    const read = (after: string) =>
      this.movements
        .find(
          { _id: { $gt: after } },
          { sort: { _id: 1 }, limit: PAGE, batchSize: PAGE, projection: { cause: 0, schemaVersion: 0 } },
        )
        .toArray();
    yield* pages(read, PAGE);
  }

  async *allEntries(): AsyncGenerator<readonly StockEntry[]> {
    const read = (after: string) =>
      this.entries.find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit: ENTRIES_PAGE }).toArray();
    yield* pages(read, ENTRIES_PAGE);
  }

  entriesOf(ids: readonly string[]): Promise<StockEntry[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.entries.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** The given entries that have a first movement. */
  async begun(entries: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = entries.map((entry) => movementId(entry, 1));
    const found = await this.movements.find({ _id: { $in: ids } }, { projection: { entry: 1 } }).toArray();
    return new Set(found.map(({ entry }) => entry));
  }

  head(entry: string): Promise<Tip | null> {
    const projection = { seq: 1, quantity: 1, reserved: 1, sku: 1, warehouse: 1, master: 1, project: 1 };
    return this.movements.findOne(
      { _id: { $gt: `${entry}#`, $lte: lastMovementId(entry) } },
      { sort: { _id: -1 }, projection },
    );
  }

  /** The time of the newest movement up to `head` that carries an observed quantity and is projected. */
  async lastObserved(entry: string, head: Tip): Promise<Date | null> {
    const carried = { _id: { $gt: `${entry}#`, $lte: head._id }, observed: true, project: { $exists: false } };
    const found = await this.movements.findOne(carried, { sort: { _id: -1 }, projection: { at: 1 } });
    return found?.at ?? null;
  }

  /** How many movements of an entry have this key. */
  uses(entry: string, key: string): Promise<number> {
    return this.movements.countDocuments({ entry, key }, { limit: 2 });
  }
}

/** Reads the next page while the consumer works on the current one. */
async function* pages<Doc extends { readonly _id: string }>(
  read: (after: string) => Promise<Doc[]>,
  size: number,
): AsyncGenerator<Doc[]> {
  let next: Promise<Doc[]> | null = read('');
  while (next !== null) {
    const page: Doc[] = await next;
    const last = page.at(-1);
    next = page.length === size && last !== undefined ? read(last._id) : null;
    // If the consumer stops early, nothing awaits this page, and its rejection would be unhandled.
    next?.catch(() => undefined);
    if (page.length > 0) yield page;
  }
}
