import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { withDeadline } from '../common/deadline.js';
import { Batcher } from '../common/batcher.js';
import { NotFoundError, UnavailableError } from '../common/errors.js';
import { atMost, forgottenAfter } from '../common/ttl.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpStock } from '../connectors/contract.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { type SeenWarehouse, type StockEntry } from '../stock/schemas.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { StockObserver, UncountableError } from './stock-observer.service.js';

const FRESH_MS = 3_000;
const PATIENCE_MS = 4_000;

export interface StockView {
  readonly sku: string;
  readonly erp: {
    readonly connection: string;
    readonly onHand: number;
    readonly free: number;
    readonly heldByUs: number;
    readonly heldByOthers: number;
    readonly warehouses: readonly SeenWarehouse[];
  } | null;
  readonly ledger: { readonly quantity: number; readonly reserved: number; readonly available: number };
  readonly observedAt: string | null;
  /** The ERP is unreachable: these are the last figures. */
  readonly stale?: true;
}

interface Reading {
  readonly at: Date;
  /** The seqs of the entries when it was read: a later movement makes the reading outdated. */
  readonly places: string;
  readonly warehouses: readonly SeenWarehouse[];
}

/** A SKU in the ERP beside the ledger. */
@Injectable()
export class ErpStockService {
  /** A stale one is shown with the time of its reading, and decides nothing; an evicted one is read again. */
  private readonly readings = new LRUCache<string, Reading>({ ...atMost(10_000), ...forgottenAfter(FRESH_MS) });
  private readonly reads = new Batcher<string, readonly SeenWarehouse[]>((skus) => this.read(skus), {
    maxItems: 100,
    waitMs: 2,
    inFlight: 8,
  });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly entries: EntriesRepository,
    private readonly observer: StockObserver,
  ) {}

  /**
   * @throws NotFoundError for a SKU that neither the ERP nor the ledger knows
   * @throws UnavailableError when the ERP is unreachable and was never read for it
   */
  async view(sku: string): Promise<StockView> {
    const entries = await this.entries.ofSkus([sku]);
    const erp = this.connections.erp()?.connection.id;
    if (erp === undefined) return this.withoutErp(sku, entries);
    const known = this.readings.get(sku);
    if (known?.places === placesOf(entries)) return viewOf(sku, erp, known, entries);
    try {
      const at = new Date();
      const warehouses = await inTime(this.reads.add(sku));
      const observed = entries.some((entry) => entry.observedAt) ? entries : await this.firstObservation(sku);
      const reading = { at, places: placesOf(observed), warehouses };
      this.readings.set(sku, reading);
      return viewOf(sku, erp, reading, observed);
    } catch (error) {
      if (error instanceof UncountableError)
        throw new NotFoundError('problems.not-found.uncountable', { reason: error.message });
      const last = entries.find((entry) => entry.seen)?.seen;
      if (!last) throw new UnavailableError('problems.unavailable.erp', { erp, sku });
      return { ...viewOf(sku, erp, last, entries), stale: true };
    }
  }

  private withoutErp(sku: string, entries: readonly StockEntry[]): StockView {
    if (entries.length === 0) throw new NotFoundError('problems.not-found.sku', { sku });
    return { sku, erp: null, ledger: balanceOf(entries), observedAt: null };
  }

  /** The first query of a SKU also creates its entries. */
  private async firstObservation(sku: string): Promise<readonly StockEntry[]> {
    const fed = this.warehouses.all().filter((warehouse) => warehouse.erp);
    const movements = await Promise.all(fed.map(({ _id }) => this.observer.observe(sku, _id, { type: 'observation' })));
    const newest = new Map(
      movements.filter((movement) => movement !== null).map((movement) => [movement.entry, movement]),
    );
    return (await this.entries.ofSkus([sku])).map((entry) => {
      const { seq, quantity, reserved } = newest.get(entry._id) ?? entry;
      return { ...entry, seq, quantity, reserved, available: quantity - reserved };
    });
  }

  private async read(skus: readonly string[]): Promise<(readonly SeenWarehouse[] | Error)[]> {
    const erp = this.connections.erp();
    if (!erp) throw new UnavailableError('problems.unavailable.no_erp');
    await this.connections.refuseBlocked(erp.connection.id);
    const { stock, problems } = await erp.connector.observeStock(skus, erp.connection);
    const found = new Map(stock.map((one) => [one.sku, one]));
    const wrong = new Map(problems.map((one) => [one.sku, one]));
    return skus.map((sku) => {
      const one = found.get(sku);
      return one
        ? figuresOf(one)
        : new UncountableError(
            sku,
            wrong.get(sku)?.problem ?? 'unknown',
            wrong.get(sku)?.detail ?? `${sku} is not known`,
          );
    });
  }
}

/** A caller waits for the answer: the last observation at once is better than none for a minute. */
function inTime<T>(reading: Promise<T>): Promise<T> {
  return withDeadline(reading, PATIENCE_MS, () => {
    throw new Error(`no answer within ${PATIENCE_MS} ms`);
  });
}

function figuresOf(stock: ErpStock): SeenWarehouse[] {
  return stock.warehouses.map(({ code, name, onHand, free, heldByUs }) => ({ code, name, onHand, free, heldByUs }));
}

function viewOf(
  sku: string,
  connection: string,
  reading: { at: Date; warehouses: readonly SeenWarehouse[] },
  entries: readonly StockEntry[],
): StockView {
  const sum = (figure: 'onHand' | 'free' | 'heldByUs') =>
    reading.warehouses.reduce((total, one) => total + one[figure], 0);
  const [onHand, free, heldByUs] = [sum('onHand'), sum('free'), sum('heldByUs')];
  return {
    sku,
    erp: {
      connection,
      onHand,
      free,
      heldByUs,
      heldByOthers: onHand - free - heldByUs,
      warehouses: reading.warehouses,
    },
    ledger: balanceOf(entries),
    observedAt: reading.at.toISOString(),
  };
}

/** The sum over all warehouses. */
function balanceOf(entries: readonly StockEntry[]): StockView['ledger'] {
  const sum = (figure: 'quantity' | 'reserved' | 'available') =>
    entries.reduce((total, entry) => total + entry[figure], 0);
  return { quantity: sum('quantity'), reserved: sum('reserved'), available: sum('available') };
}

function placesOf(entries: readonly StockEntry[]): string {
  return entries
    .map(({ _id, seq }) => `${_id}@${seq}`)
    .sort()
    .join(' ');
}
