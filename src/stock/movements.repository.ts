import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native, overtakenPositions } from '../common/mongo/native.js';
import { type Mark } from '../common/mongo/mark.js';
import { takeover } from '../common/takeover.js';
import { movementId } from './entry-id.js';
import { type Balance, type Movement } from './ledger.types.js';
import { StockEntry, StockMovement } from './schemas.js';

type MovementRow = Movement & { project?: Pick<Mark, 'since' | 'due'> };

const EMPTY: Balance = { place: 0, quantity: 0, reserved: 0 };
const REMEMBERED_PLACES = 50_000;

/** The chain of movements. */
@Injectable()
export class MovementsRepository {
  private readonly movements: mongo.Collection<MovementRow>;
  private readonly entries: mongo.Collection<StockEntry>;
  /** Where each entry's head was last seen: only a hint of where to look, always checked against the chain. */
  private readonly lastPlaces = new Map<string, number>();

  constructor(@InjectModel(StockMovement.name) movements: Model<StockMovement>, @InjectModel(StockEntry.name) entries: Model<StockEntry>) {
    this.movements = native(movements);
    this.entries = native(entries);
  }

  /** The newest balance of each entry, read from its chain. */
  async heads(entries: readonly string[]): Promise<Map<string, Balance>> {
    const hints = await this.hints(entries);
    const probes = entries.flatMap((entry) => {
      const place = hints.get(entry) ?? 0;
      return place > 0 ? [movementId(entry, place), movementId(entry, place + 1)] : [movementId(entry, 1)];
    });
    const found = new Map((await this.balances({ _id: { $in: probes } })).map((row) => [row._id, row]));
    const heads = new Map<string, Balance>();
    for (const entry of entries) {
      const place = hints.get(entry) ?? 0;
      const at = found.get(movementId(entry, place));
      const beyond = found.has(movementId(entry, place + 1));
      const head = !beyond && (place === 0 || at) ? (at ?? EMPTY) : await this.newest(entry);
      heads.set(entry, { place: head.place, quantity: head.quantity, reserved: head.reserved });
    }
    return heads;
  }

  /** Remembers where an entry's head is. */
  noteHead(entry: string, place: number): void {
    this.lastPlaces.delete(entry);
    this.lastPlaces.set(entry, place);
    if (this.lastPlaces.size > REMEMBERED_PLACES) {
      const oldest = this.lastPlaces.keys().next().value;
      if (oldest !== undefined) this.lastPlaces.delete(oldest);
    }
  }

  /** Whether anything but a reserve was appended after `place`. */
  async changedSince(entry: string, place: number): Promise<boolean> {
    const range = { $gt: movementId(entry, place), $lte: lastId(entry) };
    return (await this.movements.findOne({ _id: range, kind: { $ne: 'reserve' } }, { projection: { _id: 1 } })) !== null;
  }

  /** Appends movements of different entries. Gives back the positions whose place or key was taken. */
  async insertSingles(movements: readonly Movement[]): Promise<Set<number>> {
    if (movements.length === 0) return new Set();
    try {
      await this.movements.insertMany(movements.map(withProjectMark), { ordered: false });
      return new Set();
    } catch (error) {
      return overtakenPositions(error);
    }
  }

  /** Appends movements of one entry in their order, up to the first whose place or key was taken. Gives back how many were appended. */
  async insertChain(movements: readonly Movement[]): Promise<number> {
    try {
      await this.movements.insertMany(movements.map(withProjectMark), { ordered: true });
      return movements.length;
    } catch (error) {
      const [first] = overtakenPositions(error);
      return first ?? 0;
    }
  }

  /** The movements that these keys made, if they did; by entry and key. */
  async byKeys(wanted: readonly { entry: string; key: string }[]): Promise<Map<string, Movement>> {
    if (wanted.length === 0) return new Map();
    const rows = await this.movements.find({ $or: wanted.map(({ entry, key }) => ({ entry, key })) }).toArray();
    return new Map(rows.map((row) => [keyOf(row.entry, row.key), row]));
  }

  async byIds(ids: readonly string[]): Promise<Movement[]> {
    return this.movements.find({ _id: { $in: [...ids] } }).toArray();
  }

  /** Entry and listings know of them: nothing is left to do. */
  async settle(ids: readonly string[]): Promise<void> {
    await this.movements.updateMany({ _id: { $in: [...ids] } }, { $unset: { project: '' } });
  }

  private async hints(entries: readonly string[]): Promise<Map<string, number>> {
    const hints = new Map<string, number>();
    for (const entry of entries) {
      const place = this.lastPlaces.get(entry);
      if (place !== undefined) hints.set(entry, place);
    }
    const unknown = entries.filter((entry) => !hints.has(entry));
    if (unknown.length > 0) {
      const rows = await this.entries.find({ _id: { $in: unknown } }, { projection: { place: 1 } }).toArray();
      for (const row of rows) hints.set(row._id, row.place);
    }
    return hints;
  }

  private async newest(entry: string): Promise<Balance> {
    const row = await this.movements.findOne(
      { _id: { $gt: `${entry}#`, $lte: lastId(entry) } },
      { sort: { _id: -1 }, projection: { place: 1, quantity: 1, reserved: 1 } },
    );
    return row ?? EMPTY;
  }

  private balances(filter: mongo.Filter<MovementRow>) {
    return this.movements.find(filter, { projection: { place: 1, quantity: 1, reserved: 1 } }).toArray();
  }
}

/** Names one command within the whole ledger. */
export function keyOf(entry: string, key: string): string {
  return `${entry}\n${key}`;
}

function lastId(entry: string): string {
  return `${entry}#${'9'.repeat(12)}`;
}

function withProjectMark(movement: Movement): MovementRow {
  return { ...movement, project: { since: movement.at, due: new Date(movement.at.getTime() + takeover.graceMs()) } };
}
