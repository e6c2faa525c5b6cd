import { matches, order, valueAt, type Doc, type Filter } from './matching.js';
import { updated, type Update } from './updating.js';

export interface TableOptions {
  /** A further unique value beside the id. */
  readonly uniqueOn?: (doc: Doc) => string;
  /** Called for each document when it is inserted. */
  readonly onInsert?: (doc: Doc) => void;
  /** Called with each new version of a document, the first one included. */
  readonly onVersion?: (doc: Doc) => void;
}

/**
 * The documents of one collection. A stored document is never changed in place, so that a reader keeps the
 * version that it read.
 */
export class Table {
  readonly docs = new Map<string, Doc>();
  private readonly taken = new Set<string>();

  constructor(
    readonly name: string,
    private readonly options: TableOptions = {},
  ) {}

  /** False: its id or its other unique value is taken. */
  insert(doc: Doc): boolean {
    const unique = this.options.uniqueOn?.(doc);
    if (this.docs.has(doc._id) || (unique !== undefined && this.taken.has(unique))) return false;
    this.docs.set(doc._id, checked(doc));
    if (unique !== undefined) this.taken.add(unique);
    this.options.onInsert?.(doc);
    this.options.onVersion?.(doc);
    return true;
  }

  find(filter: Filter, { sort, limit }: { sort?: Readonly<Record<string, 1 | -1>>; limit?: number } = {}): Doc[] {
    const found = this.candidates(filter).filter((doc) => matches(doc, filter));
    if (sort) {
      const by = Object.entries(sort);
      found.sort((one, other) => {
        for (const [path, direction] of by) {
          const compared = order(valueAt(one, path), valueAt(other, path)) * direction;
          if (compared !== 0 && !Number.isNaN(compared)) return compared;
        }
        return 0;
      });
    }
    return limit === undefined ? found : found.slice(0, limit);
  }

  /** Updates the first or all documents that match the filter. Gives back their new versions. */
  update(
    filter: Filter,
    update: Update,
    { many = false, upsert = false } = {},
  ): { matched: Doc[]; upsertedId?: string } {
    const found = this.find(filter, many ? {} : { limit: 1 });
    if (found.length === 0 && upsert) {
      const made = updated({ _id: String(filter._id) }, update, true) as Doc;
      if (!this.insert(made))
        throw new Error(`an upsert of ${made._id} meets a unique key that is taken: nobody is ready for that`);
      return { matched: [], upsertedId: made._id };
    }
    const matched = found.map((doc) => {
      const next = updated(doc, update);
      this.docs.set(doc._id, next);
      this.options.onVersion?.(next);
      return next;
    });
    return { matched };
  }

  /** Selects by id when the filter has one, so that the others need not be examined. */
  private candidates({ _id }: Filter): Doc[] {
    if (typeof _id === 'string') {
      const doc = this.docs.get(_id);
      return doc === undefined ? [] : [doc];
    }
    const ids = (_id as { $in?: readonly string[] } | undefined)?.$in;
    if (ids === undefined) return [...this.docs.values()];
    return [...new Set(ids)].map((id) => this.docs.get(id)).filter((doc) => doc !== undefined);
  }
}

function checked(doc: Doc): Doc {
  for (const key in doc)
    if (doc[key] === undefined) throw new Error(`${doc._id}: the driver would store null for ${key}`);
  return doc;
}
