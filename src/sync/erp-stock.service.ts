import { Injectable } from '@nestjs/common';
import { Batcher } from '../common/batcher.js';
import { NotFoundError, UnavailableError } from '../common/errors.js';
import { ConnectionsService } from '../connectors/connections.service.js';
import { type ErpStock } from '../connectors/contract.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { type SeenWarehouse, type StockEntry } from '../stock/schemas.js';
import { MAIN_WAREHOUSE } from '../connectors/warehouses/warehouse.schema.js';
import { StockObserver, UncountableError } from './stock-observer.service.js';

const FRESH_MS = 3_000;
const PATIENCE_MS = 4_000;

export interface StockView {
  readonly sku: string;
  readonly odoo: {
    readonly onHand: number;
    readonly free: number;
    readonly heldByUs: number;
    readonly heldByOthers: number;
    readonly warehouses: readonly SeenWarehouse[];
  } | null;
  readonly ledger: { readonly quantity: number; readonly reserved: number; readonly available: number };
  readonly observedAt: string | null;
  /** Odoo is away: this is what it said last. */
  readonly stale?: true;
}

interface Reading {
  readonly at: Date;
  /** The entry's place when it was read: a movement since then makes the reading old. */
  readonly place: number;
  readonly warehouses: readonly SeenWarehouse[];
}

/** A SKU as the ERP has it beside what the ledger says of it. */
@Injectable()
export class ErpStockService {
  private readonly readings = new Map<string, Reading>();
  private readonly reads = new Batcher<string, readonly SeenWarehouse[]>((skus) => this.read(skus), {
    maxItems: 100,
    waitMs: 2,
    inFlight: 8,
  });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly observer: StockObserver,
  ) {}

  /**
   * @throws NotFoundError for a SKU that neither the ERP nor the ledger knows
   * @throws UnavailableError when the ERP is away and was never read for it
   */
  async view(sku: string): Promise<StockView> {
    const id = entryId(sku, MAIN_WAREHOUSE);
    const [entry] = await this.entries.byIds([id]);
    if (!this.connections.erp()) return this.withoutErp(sku, entry);
    const known = this.readings.get(sku);
    if (known && known.place === (entry?.place ?? 0) && Date.now() - known.at.getTime() < FRESH_MS) return viewOf(sku, known, entry);
    try {
      const at = new Date();
      const warehouses = await inTime(this.reads.add(sku));
      const observed = entry?.observedAt ? entry : await this.firstObservation(sku, id);
      const reading = { at, place: observed?.place ?? 0, warehouses };
      this.remember(sku, reading);
      return viewOf(sku, reading, observed);
    } catch (error) {
      if (error instanceof UncountableError) throw new NotFoundError(error.message);
      const last = entry?.seen;
      if (!last) throw new UnavailableError(`Odoo does not answer, and ${sku} was not read before`);
      return { ...viewOf(sku, last, entry), stale: true };
    }
  }

  private withoutErp(sku: string, entry: StockEntry | undefined): StockView {
    if (!entry) throw new NotFoundError(`${sku} is not known`);
    return { sku, odoo: null, ledger: balanceOf(entry), observedAt: null };
  }

  /** The first question about a SKU also brings it into the ledger. */
  private async firstObservation(sku: string, id: string): Promise<StockEntry | undefined> {
    const movement = await this.observer.look(sku, MAIN_WAREHOUSE, { type: 'observation' });
    const [entry] = await this.entries.byIds([id]);
    return entry && movement
      ? {
          ...entry,
          place: movement.place,
          quantity: movement.quantity,
          reserved: movement.reserved,
          available: movement.quantity - movement.reserved,
        }
      : entry;
  }

  private async read(skus: readonly string[]): Promise<(readonly SeenWarehouse[] | Error)[]> {
    const erp = this.connections.erp();
    if (!erp) throw new UnavailableError('Odoo is not configured');
    const { stock, problems } = await erp.connector.observeStock(skus, erp.connection);
    const found = new Map(stock.map((one) => [one.sku, one]));
    const wrong = new Map(problems.map((one) => [one.sku, one]));
    return skus.map((sku) => {
      const one = found.get(sku);
      return one
        ? figuresOf(one)
        : new UncountableError(sku, wrong.get(sku)?.problem ?? 'unknown', wrong.get(sku)?.detail ?? `${sku} is not known`);
    });
  }

  private remember(sku: string, reading: Reading): void {
    this.readings.set(sku, reading);
    if (this.readings.size <= 10_000) return;
    const oldest = this.readings.keys().next().value;
    if (oldest !== undefined) this.readings.delete(oldest);
  }
}

/** Somebody waits for the answer: rather the last observation than none for a minute. */
async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

function figuresOf(stock: ErpStock): SeenWarehouse[] {
  return stock.warehouses.map(({ code, name, onHand, free, heldByUs }) => ({ code, name, onHand, free, heldByUs }));
}

function viewOf(sku: string, reading: { at: Date; warehouses: readonly SeenWarehouse[] }, entry: StockEntry | undefined): StockView {
  const sum = (figure: 'onHand' | 'free' | 'heldByUs') => reading.warehouses.reduce((total, one) => total + one[figure], 0);
  const [onHand, free, heldByUs] = [sum('onHand'), sum('free'), sum('heldByUs')];
  return {
    sku,
    odoo: { onHand, free, heldByUs, heldByOthers: onHand - free - heldByUs, warehouses: reading.warehouses },
    ledger: balanceOf(entry),
    observedAt: reading.at.toISOString(),
  };
}

function balanceOf(entry: StockEntry | undefined): StockView['ledger'] {
  return { quantity: entry?.quantity ?? 0, reserved: entry?.reserved ?? 0, available: entry?.available ?? 0 };
}
