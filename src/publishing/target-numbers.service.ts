import { Injectable } from '@nestjs/common';
import { distinct, groupBy } from '../common/collections.js';
import { type Connection } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { partsOf } from '../listings/listing-parts.js';
import { type Listing, type ListingPart } from '../listings/listing.schema.js';
import { sharesSku } from '../listings/shared-sku.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { isAwaitingReserve, isIn, isReservedInLedger, mayHaveEndedInLedger } from '../orders/hold-state.js';
import { orderKey, type OrderDoc } from '../orders/order.types.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER } from '../stock/ledger.types.js';
import { type StockEntry } from '../stock/schemas.js';
import { isUnusable } from '../stock/unusable.js';
import { AppConfig } from '../config/app-config.js';
import { numberToPublish, type PublishedNumber, type WarehouseUnits } from './publish.js';
import { PendingOrders, type PendingOrder } from '../webhook-events/pending-orders.repository.js';

/**
 * What a listing should show. `unseen`: its stock was never observed; `nothing`: it moves no stock, and is not published.
 * `provisional`: a sale that is not counted yet was taken off; once it is counted, or turns out to be none, the number may change.
 * `unusable`: the ERP's number of a part cannot be used, so it counts as none.
 */
export type Target =
  | ({ readonly state: 'number'; readonly provisional?: true; readonly unusable?: true } & PublishedNumber)
  | { readonly state: 'unseen' | 'nothing' };

/** Reads the current stock of a channel's listings, and applies the publishing rule. */
@Injectable()
export class TargetNumbers {
  constructor(
    private readonly warehouses: WarehousesService,
    private readonly entries: EntriesRepository,
    private readonly orders: OrdersRepository,
    private readonly listings: ListingsRepository,
    private readonly arrived: PendingOrders,
    private readonly config: AppConfig,
  ) {}

  /** The current target of each listing of one connection, by listing id. */
  async of(connection: Connection, listings: readonly Listing[]): Promise<ReadonlyMap<string, Target>> {
    if (listings.length === 0) return new Map();
    const skus = distinct(listings.flatMap((listing) => partsOf(listing).map((part) => part.sku)));
    // In this order: a sale that is counted in between is subtracted twice rather than not at all.
    const uncounted = await this.uncounted(connection);
    const serving = this.warehouses.servedTo(connection.id);
    const codes = new Set(serving.map((warehouse) => warehouse._id));
    const entries = (await this.entries.ofSkus(skus)).filter((entry) => codes.has(entry.warehouse));
    const ofSku = groupBy(entries, (entry) => entry.sku);
    const { units, moving } = await this.units(connection, skus, entries);
    const locations = connection.warehouses.flatMap(({ warehouse, externalId }) =>
      externalId !== null && codes.has(warehouse) ? [{ warehouse, location: externalId }] : [],
    );
    return new Map(
      listings.map((listing): [string, Target] => {
        const parts = partsOf(listing);
        if (parts.length === 0 || isLeftUncounted(listing) || sharesSku(listing))
          return [listing._id, { state: 'nothing' }];
        const input = { parts, units, uncounted, rules: listing.rules, publishing: connection.publishing, locations };
        const isSeen = parts.every((part) => wasSeen(ofSku.get(part.sku) ?? []));
        if (!isSeen && connection.publishing !== 'stopped') return [listing._id, { state: 'unseen' }];
        const isProvisional = parts.some((part) => uncounted.has(part.sku) || moving.has(part.sku));
        const isStopped = parts.some((part) => (ofSku.get(part.sku) ?? []).some((entry) => this.isStopped(entry)));
        return [
          listing._id,
          {
            state: 'number',
            ...numberToPublish(input),
            ...(isProvisional ? { provisional: true } : {}),
            ...(isStopped ? { unusable: true } : {}),
          },
        ];
      }),
    );
  }

  /**
   * What counts of each SKU: what is not promised; for a channel that takes its own open orders off, these as well. `moving`: SKUs of such
   * orders whose reservation the ledger may have ended already.
   */
  private async units(connection: Connection, skus: readonly string[], entries: readonly StockEntry[]) {
    const orders = connection.selling.pushes === 'on_hand' ? await this.orders.holding(connection.id, skus) : [];
    const own = orders.flatMap((order) => order.holds.filter((hold) => isReservedInLedger(hold, order)));
    const units = new Map<string, WarehouseUnits[]>();
    for (const entry of entries) {
      const { sku, warehouse } = entry;
      const available = this.isStopped(entry) ? Math.min(0, entry.available) : entry.available;
      const held = own
        .filter((hold) => hold.sku === sku && hold.warehouse === warehouse)
        .reduce((sum, hold) => sum + hold.units, 0);
      units.set(sku, [...(units.get(sku) ?? []), { warehouse, units: available + held }]);
    }
    const moving = orders.flatMap((order) =>
      order.holds.filter((hold) => mayHaveEndedInLedger(hold, order)).map((hold) => hold.sku),
    );
    return { units, moving: new Set(moving) };
  }

  private isStopped(entry: StockEntry): boolean {
    return this.config.values.UNUSABLE_STOCK !== 'keep' && isUnusable(entry);
  }

  /** Units of each SKU that the channel has sold and that are not subtracted from the available units yet. */
  private async uncounted(connection: Connection): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    if (connection.selling.pushes === 'on_hand') return sums;
    const add = (sku: string, units: number) => (units > 0 ? sums.set(sku, (sums.get(sku) ?? 0) + units) : sums);
    const waiting = await this.arrived.waiting(connection.id);
    const sold = distinct(waiting.flatMap((pending) => pending.lines.map((line) => line.sku)));
    const [planned, unrecorded, parts] = await Promise.all([
      this.orders.findAll(waiting.map((pending) => orderKey(connection.id, pending.orderId))),
      this.orders.unrecorded(connection.id),
      this.listings.parts(sold.map((sku) => ({ connection: connection.id, sku }))),
    ]);
    const byId = new Map(planned.map((order) => [order.orderId, order]));
    const madeOf = new Map(sold.map((sku, position) => [sku, parts[position] ?? partsOf({ sku })]));
    for (const pending of waiting)
      for (const { sku, units } of beyond(pending, byId.get(pending.orderId), madeOf)) add(sku, units);
    for (const order of unrecorded) {
      for (const hold of order.holds) if (isAwaitingReserve(hold, order)) add(hold.sku, hold.units);
    }
    return sums;
  }
}

/** What a pending version of an order sells beyond what is planned for it. A version older than the planned one sells nothing. */
function beyond(
  pending: PendingOrder,
  order: OrderDoc | undefined,
  madeOf: ReadonlyMap<string, readonly ListingPart[]>,
) {
  if (order && order.snapshot.version > pending.version) return [];
  return pending.lines.flatMap((line) =>
    (madeOf.get(line.sku) ?? []).map((part) => {
      const mine = (order?.holds ?? []).filter(
        (hold) => hold.lineId === line.lineId && hold.sku === part.sku && !isIn(hold, 'refused'),
      );
      return { sku: part.sku, units: line.quantity * part.quantity - mine.reduce((sum, hold) => sum + hold.units, 0) };
    }),
  );
}

/** The channel sells it without counting, and no person decided otherwise: a published number would begin to count it there. */
function isLeftUncounted({ unlimited, rules, parts }: Listing): boolean {
  const isDecided = parts !== undefined || rules.notForSale || rules.cap !== null || rules.buffer > 0;
  return unlimited === true && !isDecided;
}

/** At least one entry has a quantity, and no ERP is still to be read. An entry of the ledger that nobody has counted holds nothing back. */
function wasSeen(entries: readonly StockEntry[]): boolean {
  const waits = ({ observedAt, problem, master, seq }: StockEntry) =>
    observedAt === undefined && problem === undefined && (master !== LEDGER || seq > 0);
  return entries.some((entry) => entry.observedAt !== undefined) && !entries.some(waits);
}
