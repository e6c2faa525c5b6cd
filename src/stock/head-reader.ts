import { type mongo } from 'mongoose';
import { lastMovementId, movementId } from './entry-id.js';
import { type Heads } from './heads.js';
import { type Balance, type Movement } from './ledger.types.js';
import { type StockEntry } from './schemas.js';

const EMPTY: Balance = { place: 0, quantity: 0, reserved: 0 };
const BALANCE = { projection: { place: 1, quantity: 1, reserved: 1 } } as const;
/** How many places are looked at beyond the last known one: where nobody else writes, where others do, and at most. */
const WIDTH = { calm: 1, shared: 8, most: 128 } as const;

/** An entry whose head is being looked for: at `place` or up to `width` places beyond. */
interface Search {
  readonly entry: string;
  readonly place: number;
  readonly width: number;
}

/**
 * Reads the newest balances from the chains. Looking up a few ids per entry in one question is many times cheaper than asking for the last
 * one of each, so it begins where the head was last known to be, which is checked, never believed.
 */
export class HeadReader {
  constructor(
    private readonly movements: mongo.Collection<Movement>,
    private readonly entries: mongo.Collection<StockEntry>,
    private readonly known: Heads,
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
    const shown = new Map((await this.shownPlaces(unknown)).map(({ _id, place }) => [_id, place]));
    return entries.map((entry) => {
      const last = this.known.last(entry);
      const width = last && this.known.trusted(entry) === undefined ? WIDTH.shared : WIDTH.calm;
      return { entry, place: last?.place ?? shown.get(entry) ?? 0, width };
    });
  }

  /** Notes the heads that it finds; gives back where to look next. */
  private async look(searches: readonly Search[], heads: Map<string, Balance>): Promise<Search[]> {
    const ids = searches.flatMap(({ entry, place, width }) =>
      Array.from({ length: width + 1 }, (_, i) => movementId(entry, place + i)).slice(place === 0 ? 1 : 0),
    );
    const rows = await this.movements.find({ _id: { $in: ids } }, BALANCE).toArray();
    const found = new Map(rows.map((row) => [row._id, row]));
    const next: Search[] = [];
    for (const search of searches) {
      const head = lastInRow(search, found);
      if (head === null || search.width > WIDTH.most) heads.set(search.entry, await this.newest(search.entry));
      else if (head.place < search.place + search.width) heads.set(search.entry, head);
      else next.push({ ...search, place: head.place, width: search.width * 4 });
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

  private async shownPlaces(entries: readonly string[]): Promise<Pick<StockEntry, '_id' | 'place'>[]> {
    if (entries.length === 0) return [];
    return this.entries.find({ _id: { $in: [...entries] } }, { projection: { place: 1 } }).toArray();
  }
}

/** The last of the places that follow one another without a gap. Null: not even the first is there, where it should be. */
function lastInRow({ entry, place, width }: Search, found: ReadonlyMap<string, Balance>): Balance | null {
  let head = place === 0 ? EMPTY : found.get(movementId(entry, place));
  if (head === undefined) return null;
  for (let at = place + 1; at <= place + width; at++) {
    const row = found.get(movementId(entry, at));
    if (row === undefined) break;
    head = row;
  }
  return balanceOf(head);
}

function balanceOf({ place, quantity, reserved }: Balance): Balance {
  return { place, quantity, reserved };
}
