import { type ModelName, type Stamped, type Tables } from './rows.js';

/**
 * Called for every row that is created or changed inside a transaction. `fields` are the written names,
 * whether or not their values differ.
 */
export type ChangeListener = (
  model: ModelName,
  before: Stamped | null,
  after: Stamped,
  fields: readonly string[],
) => void;

/** Fields with an index from value to ids, for searches. */
const indexed: Partial<Record<ModelName, readonly string[]>> = {
  'product.product': ['default_code'],
  'stock.quant': ['product_id'],
  'stock.move': ['product_id', 'picking_id', 'state', 'inventory_name'],
  'stock.move.line': ['move_id', 'picking_id', 'product_id'],
  'stock.picking': ['name', 'origin', 'state', 'backorder_id'],
  'ir.model': ['model'],
  'ir.model.fields': ['model'],
};

/** A table in its stored form. */
interface TableSnapshot {
  lastId: number;
  rows: Stamped[];
}
export type StoreSnapshot = Partial<Record<ModelName, TableSnapshot>>;

interface Table {
  lastId: number;
  rows: Map<number, Stamped>;
  indexes: Map<string, Map<unknown, Set<number>>>;
}

type Undo = () => void;

/**
 * The rows of this Odoo in memory, with indexes and transactions. A row is never changed in place: a
 * change creates a new object. A failed transaction leaves nothing behind, neither rows nor ids passed to
 * listeners.
 */
export class Store {
  private readonly tables = new Map<ModelName, Table>();
  private undo: Undo[] | null = null;
  private stamp = '';
  private lastMicros = 0;
  listener: ChangeListener | null = null;

  /** Runs `work` as one transaction: all of its changes stay or, if it throws, none. */
  transaction<T>(work: () => T): T {
    if (this.undo) return work();
    this.undo = [];
    this.stamp = this.nextStamp();
    try {
      return work();
    } catch (error) {
      for (const step of this.undo.reverse()) step();
      throw error;
    } finally {
      this.undo = null;
    }
  }

  get<M extends ModelName>(model: M, id: number | false): Tables[M] | undefined {
    return id === false ? undefined : (this.table(model).rows.get(id) as Tables[M] | undefined);
  }

  all<M extends ModelName>(model: M): Tables[M][] {
    return [...this.table(model).rows.values()] as unknown as Tables[M][];
  }

  /** Rows whose indexed field has this value, oldest first. */
  by<M extends ModelName>(model: M, field: keyof Tables[M] & string, value: unknown): Tables[M][] {
    const ids = this.idsBy(model, field, value);
    if (!ids) throw new Error(`no index on ${model}.${field}`);
    return ids.map((id) => this.table(model).rows.get(id) as unknown as Tables[M]);
  }

  /** Ids whose indexed field has this value, in ascending order; null where the field has no index. */
  idsBy(model: ModelName, field: string, value: unknown): number[] | null {
    const index = this.table(model).indexes.get(field);
    return index ? [...(index.get(value) ?? [])].sort((a, b) => a - b) : null;
  }

  isIndexed(model: ModelName, field: string): boolean {
    return this.table(model).indexes.has(field);
  }

  /** Every value of an indexed field. */
  valuesOf(model: ModelName, field: string): unknown[] {
    return [...(this.table(model).indexes.get(field)?.keys() ?? [])];
  }

  /** The number of rows with this value in an indexed field. */
  countBy(model: ModelName, field: string, value: unknown): number {
    return this.table(model).indexes.get(field)?.get(value)?.size ?? 0;
  }

  insert<M extends ModelName>(model: M, values: Omit<Tables[M], keyof Stamped>, id?: number): Tables[M] {
    const table = this.table(model);
    const previousLast = table.lastId;
    const rowId = id ?? table.lastId + 1;
    table.lastId = Math.max(table.lastId, rowId);
    const stamp = this.undo ? this.stamp : this.nextStamp();
    const row = { ...values, id: rowId, create_date: stamp, write_date: stamp } as unknown as Tables[M];
    this.place(table, row);
    this.undo?.push(() => {
      this.remove(table, rowId);
      table.lastId = previousLast;
    });
    this.listener?.(model, null, row, Object.keys(values));
    return row;
  }

  update<M extends ModelName>(model: M, id: number, patch: Partial<Omit<Tables[M], keyof Stamped>>): Tables[M] {
    const table = this.table(model);
    const before = table.rows.get(id);
    if (!before) throw new Error(`${model} ${id} is gone`);
    const after = {
      ...before,
      ...patch,
      write_date: this.undo ? this.stamp : this.nextStamp(),
    } as unknown as Tables[M];
    this.remove(table, id);
    this.place(table, after);
    this.undo?.push(() => {
      this.remove(table, id);
      this.place(table, before);
    });
    this.listener?.(model, before, after, Object.keys(patch));
    return after;
  }

  /** Deletes a row. No listener is called, as with the SQL that merges quants. */
  delete(model: ModelName, id: number): void {
    const table = this.table(model);
    const before = table.rows.get(id);
    if (!before) return;
    this.remove(table, id);
    this.undo?.push(() => this.place(table, before));
  }

  snapshot(skip: readonly ModelName[]): StoreSnapshot {
    const out: StoreSnapshot = {};
    for (const [model, table] of this.tables) {
      if (!skip.includes(model)) out[model] = { lastId: table.lastId, rows: [...table.rows.values()] };
    }
    return out;
  }

  restore(snapshot: StoreSnapshot): void {
    for (const [model, saved] of Object.entries(snapshot) as Array<[ModelName, TableSnapshot]>) {
      const table = this.table(model);
      for (const id of [...table.rows.keys()]) this.remove(table, id);
      for (const row of saved.rows) this.place(table, row);
      table.lastId = saved.lastId;
    }
  }

  clear(): void {
    this.tables.clear();
  }

  private table(model: ModelName): Table {
    let table = this.tables.get(model);
    if (!table) {
      table = {
        lastId: 0,
        rows: new Map(),
        indexes: new Map((indexed[model] ?? []).map((field) => [field, new Map<unknown, Set<number>>()])),
      };
      this.tables.set(model, table);
    }
    return table;
  }

  private place(table: Table, row: Stamped): void {
    table.rows.set(row.id, row);
    for (const [field, index] of table.indexes) {
      const value = (row as unknown as Record<string, unknown>)[field];
      const ids = index.get(value);
      if (ids) ids.add(row.id);
      else index.set(value, new Set([row.id]));
    }
  }

  private remove(table: Table, id: number): void {
    const row = table.rows.get(id);
    if (!row) return;
    table.rows.delete(id);
    for (const [field, index] of table.indexes) {
      const value = (row as unknown as Record<string, unknown>)[field];
      const ids = index.get(value);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(value);
    }
  }

  /** UTC with microseconds, later than any before. */
  private nextStamp(): string {
    this.lastMicros = Math.max(Date.now() * 1000, this.lastMicros + 1);
    const millis = Math.floor(this.lastMicros / 1000);
    const text = new Date(millis).toISOString().replace('T', ' ').slice(0, 23);
    return text + String(this.lastMicros % 1000).padStart(3, '0');
  }
}
