import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native, overtakenPositions, throughConflicts } from '../common/mongo/native.js';
import { Marks, type Mark } from '../common/mongo/mark.js';
import { SweptMarks } from '../common/mongo/mark-sources.js';
import { leaseTimes } from '../common/lease-times.js';
import { keyOf, lastMovementId, movementId } from './entry-id.js';
import { TipReader } from './tip-reader.js';
import { TipCache } from './tip-cache.js';
import { type Balance, type Movement } from './ledger.types.js';
import { StockEntry, StockMovement } from './schemas.js';

type MovementRow = Movement & { project?: Pick<Mark, 'since' | 'due'> };

/** The chain of movements. */
@Injectable()
export class MovementsRepository {
  @SweptMarks({ wake: 'movements', about: { connection: 'cause.connection', orderId: 'cause.orderId', sku: 'sku' } })
  readonly project: Marks<StockMovement>;
  private readonly movements: mongo.Collection<MovementRow>;
  private readonly headReader: TipReader;
  private readonly known = new TipCache();

  constructor(
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
    @InjectModel(StockEntry.name) entries: Model<StockEntry>,
  ) {
    this.project = new Marks(movements, 'project');
    this.movements = native(movements);
    this.headReader = new TipReader(native(movements), native(entries), this.known);
  }

  /** The newest balance of each entry, read from its chain. */
  heads(entries: readonly string[]): Promise<Map<string, Balance>> {
    return entries.length === 0 ? Promise.resolve(new Map<string, Balance>()) : this.headReader.read(entries);
  }

  /** The cached tip of an entry, while this process seems to be the only one that writes there. */
  trustedHead(entry: string): Balance | undefined {
    return this.known.trusted(entry);
  }

  /** These entries were created just now and have no movements, so their tips need not be read. */
  noteBegun(entries: readonly string[]): void {
    for (const entry of entries) this.known.note(entry, { seq: 0, quantity: 0, reserved: 0 });
  }

  /** Updates the cached tip after an attempt to append. */
  noteAppended(entry: string, movements: readonly Movement[], overtaken: boolean): void {
    const newest = movements.at(-1);
    if (newest) this.known.note(entry, { seq: newest.seq, quantity: newest.quantity, reserved: newest.reserved });
    if (overtaken) this.known.overtaken(entry);
  }

  /** Whether anything but a reserve was appended after `seq`. */
  async changedSince(entry: string, seq: number): Promise<boolean> {
    const range = { $gt: movementId(entry, seq), $lte: lastMovementId(entry) };
    return (
      (await this.movements.findOne({ _id: range, kind: { $ne: 'reserve' } }, { projection: { _id: 1 } })) !== null
    );
  }

  /**
   * Appends the chains of different entries. Gives back for each how many movements were appended, up to
   * the first whose seq or key was taken. Order within an entry is kept, even if the server stops in the
   * middle.
   */
  async insertChains(chains: readonly (readonly Movement[])[]): Promise<number[]> {
    const counts = chains.map(() => 0);
    const singles = chains.flatMap((chain, i) => (chain.length === 1 ? [i] : []));
    const longer = chains.flatMap((chain, i) => (chain.length > 1 ? [i] : []));
    await Promise.all([
      this.insertSingles(singles.flatMap((i) => chains[i] ?? [])).then((taken) =>
        singles.forEach((i, position) => (counts[i] = taken.has(position) ? 0 : 1)),
      ),
      this.insertInOrder(longer.map((i) => chains[i] ?? [])).then((appended) =>
        longer.forEach((i, position) => (counts[i] = appended[position] ?? 0)),
      ),
    ]);
    return counts;
  }

  /** The existing movements of these keys, by entry and key. */
  async byKeys(wanted: readonly { entry: string; key: string }[]): Promise<Map<string, Movement>> {
    if (wanted.length === 0) return new Map();
    const rows = await this.movements.find({ $or: wanted.map(({ entry, key }) => ({ entry, key })) }).toArray();
    return new Map(rows.map((row) => [keyOf(row.entry, row.key), row]));
  }

  async byIds(ids: readonly string[]): Promise<Movement[]> {
    return this.movements.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** Closes the marks of movements that entry and listings know. */
  async settle(ids: readonly string[]): Promise<void> {
    await throughConflicts(() => this.movements.updateMany({ _id: { $in: [...ids] } }, { $unset: { project: '' } }));
  }

  /** Inserts movements of different entries. Gives back the positions whose seq or key was taken. */
  private async insertSingles(movements: readonly Movement[]): Promise<Set<number>> {
    if (movements.length === 0) return new Set();
    try {
      await this.movements.insertMany(movements.map(withProjectMark), { ordered: false });
      return new Set();
    } catch (error) {
      return overtakenPositions(error, movements.length);
    }
  }

  /**
   * Inserts one after the other. Where a seq is taken, the rest of that chain is skipped and the next
   * chain follows.
   */
  private async insertInOrder(chains: readonly (readonly Movement[])[]): Promise<number[]> {
    const counts = chains.map(() => 0);
    for (let first = 0; first < chains.length;) {
      const rest = chains.slice(first);
      const appended = await this.insertUpToTaken(rest.flat());
      first += noteCounts(rest, appended, (i, count) => (counts[first + i] = count));
    }
    return counts;
  }

  /** Gives back how many were appended before the first whose seq or key was taken. */
  private async insertUpToTaken(movements: readonly Movement[]): Promise<number> {
    try {
      await this.movements.insertMany(movements.map(withProjectMark), { ordered: true });
      return movements.length;
    } catch (error) {
      return Math.min(...overtakenPositions(error, movements.length));
    }
  }
}

/**
 * Spreads the number of appended movements over their chains. Gives back the number of finished chains:
 * all before the cut, and the one that was cut.
 */
function noteCounts(
  chains: readonly (readonly Movement[])[],
  appended: number,
  note: (chain: number, count: number) => void,
): number {
  let left = appended;
  for (const [i, chain] of chains.entries()) {
    const count = Math.min(left, chain.length);
    note(i, count);
    left -= count;
    if (count < chain.length) return i + 1;
  }
  return chains.length;
}

function withProjectMark(movement: Movement): MovementRow {
  return {
    ...movement,
    project: { since: movement.at, due: new Date(movement.at.getTime() + leaseTimes.visibilityTimeoutMs()) },
  };
}
