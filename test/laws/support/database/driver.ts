import { type Timeline } from '../time/timeline.js';
import { type Doc, type Filter } from './matching.js';
import { type Table } from './table.js';
import { type Update } from './updating.js';

const DUPLICATE_KEY = 11000;
const WRITE_CONFLICT = 112;

interface FindOptions {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
}

interface Cursor {
  limit(limit: number): Cursor;
  toArray(): Promise<Doc[]>;
}

interface GroupOperation {
  readonly updateOne: { readonly filter: Filter; readonly update: Update; readonly upsert?: boolean };
}

/** The driver's error for a group that was refused in part. */
class GroupWriteError extends Error {
  readonly code = DUPLICATE_KEY;
  readonly result = { getWriteConcernError: () => undefined };
  constructor(readonly writeErrors: readonly { readonly index: number; readonly code: number }[]) {
    super(`refused: ${writeErrors.map(({ index, code }) => `${index} (${code})`).join(', ')}`);
  }
}

/**
 * The driver's collection as the repositories use it, and the few methods of Mongoose's model that they
 * use. Each call leaves the process and takes effect at one moment; a group may take effect in two parts.
 */
export class DriverCollection {
  readonly collection = this;

  constructor(
    private readonly table: Table,
    private readonly timeline: Timeline,
  ) {}

  find(filter: Filter, options: FindOptions = {}): Cursor {
    return {
      limit: (limit) => this.find(filter, { ...options, limit }),
      toArray: () => this.call('find', filter, () => this.table.find(filter, options)),
    };
  }

  findOne(filter: Filter, options: FindOptions = {}): Promise<Doc | null> {
    return this.call('findOne', filter, () => this.table.find(filter, { ...options, limit: 1 })[0] ?? null);
  }

  updateOne(filter: Filter, update: Update, { upsert = false } = {}): Promise<{ matchedCount: number }> {
    return this.call('updateOne', filter, () => ({
      matchedCount: this.table.update(filter, update, { upsert }).matched.length,
    }));
  }

  updateMany(filter: Filter, update: Update): Promise<{ matchedCount: number }> {
    return this.call('updateMany', filter, () => ({
      matchedCount: this.table.update(filter, update, { many: true }).matched.length,
    }));
  }

  findOneAndUpdate(filter: Filter, update: Update, options: { returnDocument: 'after' }): Promise<Doc | null> {
    if (options.returnDocument !== 'after') throw new Error('only the document as it is after the change');
    return this.call('findOneAndUpdate', filter, () => this.table.update(filter, update).matched[0] ?? null);
  }

  async create(doc: Doc): Promise<void> {
    await this.insertMany([doc], { ordered: true });
  }

  findById(_id: string) {
    return { lean: () => this.findOne({ _id }) };
  }

  async insertMany(docs: readonly Doc[], { ordered }: { ordered: boolean }): Promise<void> {
    const refused = await this.inParts('insertMany', docs, ordered, (doc) => {
      if (this.timeline.weather.conflicts(this.timeline.random)) return WRITE_CONFLICT;
      return this.table.insert(doc) ? null : DUPLICATE_KEY;
    });
    if (refused.length > 0) throw new GroupWriteError(refused);
  }

  async bulkWrite(operations: readonly GroupOperation[], { ordered = true } = {}) {
    let matchedCount = 0;
    const upsertedIds: Record<number, string> = {};
    await this.inParts('bulkWrite', operations, ordered, ({ updateOne: { filter, update, upsert } }, index) => {
      const { matched, upsertedId } = this.table.update(filter, update, { upsert });
      matchedCount += matched.length;
      if (upsertedId !== undefined) upsertedIds[index] = upsertedId;
      return null;
    });
    return { matchedCount, upsertedIds };
  }

  /** Concurrent calls may take effect between the members of a group; here at one point at most. */
  private async inParts<Item>(
    verb: string,
    items: readonly Item[],
    ordered: boolean,
    write: (item: Item, index: number) => number | null,
  ): Promise<{ index: number; code: number }[]> {
    const refused: { index: number; code: number }[] = [];
    const cut =
      items.length > 1 && this.timeline.random.chance(0.3)
        ? this.timeline.random.between(1, items.length - 1)
        : items.length;
    for (const [from, to] of [
      [0, cut],
      [cut, items.length],
    ] as const) {
      if (from === to || (ordered && refused.length > 0)) break;
      await this.call(verb, { from, to, items }, () => {
        for (let index = from; index < to; index++) {
          const code = write(items[index] as Item, index);
          if (code === null) continue;
          refused.push({ index, code });
          if (ordered) break;
        }
        return { refused };
      });
    }
    return refused;
  }

  private call<T>(verb: string, about: unknown, effect: () => T): Promise<T> {
    const { timeline } = this;
    const label =
      timeline.trace === null ? `${this.table.name}.${verb}` : `${this.table.name}.${verb} ${JSON.stringify(about)}`;
    return timeline.call('database', label, effect);
  }
}
