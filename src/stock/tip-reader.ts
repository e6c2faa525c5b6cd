import { type mongo } from 'mongoose';
import { lastMovementId, movementId } from './entry-id.js';
import { type TipCache } from './tip-cache.js';
import { type Balance, type Movement } from './ledger.types.js';
import { type StockEntry } from './schemas.js';

const EMPTY: Balance = { seq: 0, quantity: 0, reserved: 0 };
const BALANCE = { projection: { seq: 1, quantity: 1, reserved: 1 } } as const;
/** Seqs looked up beyond the last known one: with no other writer, with other writers, and at most. */
const WIDTH = { calm: 1, shared: 8, most: 128 } as const;

/** A search for an entry's tip: at `seq` and up to `width` seqs beyond. */
interface Search {
  readonly entry: string;
  readonly seq: number;
  readonly width: number;
}

/**
 * Reads the newest balances from the chains. One query for a few ids per entry is many times cheaper than
 * one for the last id of each. So a search begins at the last known seq, which it verifies.
 */
export class TipReader {
  constructor(
    private readonly movements: mongo.Collection<Movement>,
    private readonly entries: mongo.Collection<StockEntry>,
    private readonly known: TipCache,
  ) {}

  async read(entries: readonly string[]): Promise<Map<string, Balance>> {
    const heads = new Map<string, Balance>();
    let searches = await this.begin(entries);
    while (searches.length > 0) searches = await this.look(searches, heads);
    for (const [entry, head] of heads) this.known.note(entry, head);
    return heads;
  }

  private async begin(entries: readonly string[]): Promise<Search[]> {
    const unknown = entries.filter((entry) => this.known.last(entry) === undefined);
    const shown = new Map((await this.shownSeqs(unknown)).map(({ _id, seq }) => [_id, seq]));
    return entries.map((entry) => {
      const last = this.known.last(entry);
      const width = last && this.known.trusted(entry) === undefined ? WIDTH.shared : WIDTH.calm;
      return { entry, seq: last?.seq ?? shown.get(entry) ?? 0, width };
    });
  }

  /** Records the tips that it finds; gives back where to search next. */
  private async look(searches: readonly Search[], heads: Map<string, Balance>): Promise<Search[]> {
    const ids = searches.flatMap(({ entry, seq, width }) =>
      Array.from({ length: width + 1 }, (_, i) => movementId(entry, seq + i)).slice(seq === 0 ? 1 : 0),
    );
    const rows = await this.movements.find({ _id: { $in: ids } }, BALANCE).toArray();
    const found = new Map(rows.map((row) => [row._id, row]));
    const next: Search[] = [];
    for (const search of searches) {
      const head = lastInRow(search, found);
      if (head === null || search.width > WIDTH.most) heads.set(search.entry, await this.newest(search.entry));
      else if (head.seq < search.seq + search.width) heads.set(search.entry, head);
      else next.push({ ...search, seq: head.seq, width: search.width * 4 });
    }
    return next;
  }

  private async newest(entry: string): Promise<Balance> {
    const row = await this.movements.findOne(
      { _id: { $gt: `${entry}#`, $lte: lastMovementId(entry) } },
      { sort: { _id: -1 }, ...BALANCE },
    );
    return row ? balanceOf(row) : EMPTY;
  }

  private async shownSeqs(entries: readonly string[]): Promise<Pick<StockEntry, '_id' | 'seq'>[]> {
    if (entries.length === 0) return [];
    return this.entries.find({ _id: { $in: [...entries] } }, { projection: { seq: 1 } }).toArray();
  }
}

/** The last seq of the unbroken row. Null: the first, which must exist, is missing. */
function lastInRow({ entry, seq, width }: Search, found: ReadonlyMap<string, Balance>): Balance | null {
  let head = seq === 0 ? EMPTY : found.get(movementId(entry, seq));
  if (head === undefined) return null;
  for (let at = seq + 1; at <= seq + width; at++) {
    const row = found.get(movementId(entry, at));
    if (row === undefined) break;
    head = row;
  }
  return balanceOf(head);
}

function balanceOf({ seq, quantity, reserved }: Balance): Balance {
  return { seq, quantity, reserved };
}
