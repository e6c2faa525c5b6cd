import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { inBatches } from '../common/collections.js';
import { native } from '../common/mongo/native.js';
import { lastMovementId, movementId } from './entry-id.js';
import { type Movement } from './ledger.types.js';
import { StockMovement } from './schemas.js';

/** Seqs looked up for all entries in one query, before each is searched by itself. */
const WIDTHS = [1, 16] as const;
/** Entries searched by themselves at the same time. Sales use the same database connections. */
const TOGETHER = 20;
/** Movements of an entry read at once. */
const PAGE = 100;

const CHANGED = { quantityDelta: { $ne: 0 } } as const;
const QUANTITY = { projection: { seq: 1, quantity: 1 } } as const;
const SALE = { projection: { at: 1, quantityDelta: 1, 'cause.type': 1 } } as const;

/** An entry and a seq in its chain; 0: before its first movement. */
export interface AtSeq {
  readonly entry: string;
  readonly seq: number;
}

/** What became of a quantity, in units. */
export interface QuantityThen {
  /** At the version. Undefined: the chain has no such seq. */
  readonly base: number | undefined;
  /** Now. Undefined: no movement has changed it since. */
  readonly now: number | undefined;
}

/**
 * The versions of quantities, read from the chains. A version is the seq of the last movement that changed
 * the quantity; reservations do not.
 */
@Injectable()
export class QuantityVersions {
  private readonly movements: mongo.Collection<Movement>;

  constructor(@InjectModel(StockMovement.name) model: Model<StockMovement>) {
    this.movements = native(model);
  }

  /** The version of each entry at a seq, by entry. 0: nothing has changed the quantity. */
  async of(wanted: readonly AtSeq[]): Promise<Map<string, number>> {
    const versions = new Map<string, number>(wanted.map(({ entry }) => [entry, 0]));
    let open = wanted.filter(({ seq }) => seq > 0);
    for (const width of WIDTHS) {
      for (const { entry, seq } of await this.changes(open, width))
        versions.set(entry, Math.max(seq, versions.get(entry) ?? 0));
      open = open.filter(({ entry, seq }) => versions.get(entry) === 0 && seq > width);
    }
    await inBatches(open, TOGETHER, async ({ entry, seq }) => {
      const last = await this.newestChange({ $gt: `${entry}#`, $lte: movementId(entry, seq) });
      versions.set(entry, last?.seq ?? 0);
    });
    return versions;
  }

  /** The quantity of each entry at a seq, and now if it has changed, by entry. */
  async since(wanted: readonly AtSeq[]): Promise<Map<string, QuantityThen>> {
    const ids = wanted.flatMap(({ entry, seq }) => [movementId(entry, seq), movementId(entry, seq + 1)]);
    const rows = ids.length === 0 ? [] : await this.movements.find({ _id: { $in: ids } }, QUANTITY).toArray();
    const byId = new Map(rows.map((row) => [row._id, row.quantity]));
    const result = new Map<string, QuantityThen>();
    await inBatches(wanted, TOGETHER, async ({ entry, seq }) => {
      const base = seq === 0 ? 0 : byId.get(movementId(entry, seq));
      const isLast = !byId.has(movementId(entry, seq + 1));
      const range = { $gt: movementId(entry, seq), $lte: lastMovementId(entry) };
      const newest = base === undefined || isLast ? null : await this.newestChange(range);
      result.set(entry, { base, now: newest?.quantity });
    });
    return result;
  }

  /** Those of the entries whose quantity an order has changed since a time. */
  async soldSince(entries: readonly string[], since: Date): Promise<Set<string>> {
    const sold = new Set<string>();
    await inBatches(entries, TOGETHER, async (entry) => {
      if (await this.isSoldSince(entry, since)) sold.add(entry);
    });
    return sold;
  }

  /** Reads backwards, and no further than to the time. */
  private async isSoldSince(entry: string, since: Date): Promise<boolean> {
    for (let before = lastMovementId(entry); ;) {
      const page = await this.movements
        .find({ _id: { $gt: `${entry}#`, $lt: before } }, { sort: { _id: -1 }, limit: PAGE, ...SALE })
        .toArray();
      const recent = page.filter(({ at }) => at >= since);
      if (recent.some(({ cause, quantityDelta }) => cause.type === 'order' && quantityDelta !== 0)) return true;
      const last = page.at(-1);
      if (!last || page.length < PAGE || recent.length < page.length) return false;
      before = last._id;
    }
  }

  /** The movements that changed the quantity, of the last `width` up to a seq. */
  private async changes(wanted: readonly AtSeq[], width: number): Promise<Pick<Movement, 'entry' | 'seq'>[]> {
    if (wanted.length === 0) return [];
    const ids = wanted.flatMap(({ entry, seq }) =>
      Array.from({ length: Math.min(width, seq) }, (_, back) => movementId(entry, seq - back)),
    );
    return this.movements.find({ _id: { $in: ids }, ...CHANGED }, { projection: { entry: 1, seq: 1 } }).toArray();
  }

  private newestChange(_id: { $gt: string; $lte: string }): Promise<Pick<Movement, 'seq' | 'quantity'> | null> {
    return this.movements.findOne({ _id, ...CHANGED }, { sort: { _id: -1 }, ...QUANTITY });
  }
}
