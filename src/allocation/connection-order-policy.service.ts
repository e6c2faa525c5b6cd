import { Injectable } from '@nestjs/common';
import { distinct, groupBy } from '../common/collections.js';
import { Batcher } from '../common/batcher.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { partsOf } from '../listings/listing-parts.js';
import { type ListingPart } from '../listings/listing.schema.js';
import { MAIN_WAREHOUSE, type Warehouse } from '../connections/warehouses/warehouse.schema.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { type OrderSnapshot } from '../orders/order-snapshot.js';
import { type Hold, type LinePart, type OrderSwitches } from '../orders/order.types.js';
import { OrderPolicy, type AvailabilityQuery } from '../orders/order-policy.js';
import { type StockLocation, type Availability } from '../orders/allocation.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { LEDGER } from '../stock/ledger.types.js';
import { type StockEntry } from '../stock/schemas.js';
import { KnownSkus } from './known-skus.service.js';

const GROUP = { maxItems: 200, waitMs: 1 };

/** Resolves what an order's lines are made of (listings) and where units can come from (the channel's warehouses). */
@Injectable()
export class ConnectionOrderPolicy extends OrderPolicy {
  private readonly entriesOf = new Batcher<string, readonly StockEntry[]>((skus) => this.readEntries(skus), GROUP);
  private readonly decidedParts = new Batcher<{ connection: string; sku: string }, readonly ListingPart[] | null>(
    (wanted) => this.listings.parts(wanted),
    GROUP,
  );

  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly listings: ListingsRepository,
    private readonly entries: EntriesRepository,
    private readonly knownSkus: KnownSkus,
  ) {
    super();
  }

  switches(connection: string): OrderSwitches {
    const selling = this.connections.sellingOf(connection);
    if (!selling) throw new Error(`there is no connection ${connection}`);
    return selling;
  }

  /**
   * In shadow no order counts, as no person has decided about them. When live, orders placed since the
   * cut-over count.
   */
  counts(connection: string, { placedAt }: Pick<OrderSnapshot, 'placedAt'>): boolean {
    const known = this.connections.find(connection);
    // A connection that only the environment holds back sends nothing, but its orders count.
    if (!known || known.decided === 'shadow') return false;
    return known.cutover === undefined || placedAt === undefined || placedAt >= known.cutover.getTime();
  }

  async availability({ connection, lines, fixed }: AvailabilityQuery): Promise<Availability> {
    const fresh = lines.filter((line) => !fixed.has(line.lineId));
    const made = await Promise.all(fresh.map(async (line) => [line, await this.madeOf(connection, line.sku)] as const));
    const planned = lines.flatMap((line) => fixed.get(line.lineId) ?? []);
    const skus = distinct([...planned, ...made.flatMap(([, parts]) => parts)].map((part) => part.sku));
    const entries = new Map(await Promise.all(skus.map(async (sku) => [sku, await this.entriesOf.add(sku)] as const)));
    const unseen = distinct(made.flatMap(([, parts]) => parts).map((part) => part.sku)).filter(
      (sku) => !(entries.get(sku) ?? []).some(isKnown),
    );
    const known = await this.knownSkus.among(unseen);
    const isServable = (sku: string) => !unseen.includes(sku) || known.has(sku);
    return {
      parts: new Map(
        made
          .filter(([, parts]) => parts.every((part) => isServable(part.sku)))
          .map(([line, parts]) => [line.lineId, parts]),
      ),
      places: new Map(skus.map((sku) => [sku, this.placesOf(connection, entries.get(sku) ?? [])])),
      decided: this.decided(connection, lines),
      notLive: this.notLive(connection, fresh),
    };
  }

  async masters(holds: readonly Pick<Hold, 'key' | 'sku' | 'warehouse'>[]): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(
      holds.map(async ({ key, sku, warehouse }) => {
        const entry = (await this.entriesOf.add(sku)).find((one) => one.warehouse === warehouse);
        return entry ? [[key, entry.master] as const] : [];
      }),
    );
    return new Map(found.flat());
  }

  /** A listing without parts is one unit of the SKU of the same name. */
  private async madeOf(connection: string, sku: string): Promise<readonly LinePart[]> {
    const parts = (await this.decidedParts.add({ connection, sku })) ?? partsOf({ sku });
    return parts.map((part) => ({ sku: part.sku, units: part.quantity }));
  }

  /** The warehouses with an entry for the SKU; without any entry, the warehouse where the first one will be. */
  private placesOf(connection: string, entries: readonly StockEntry[]): readonly StockLocation[] {
    const serving = this.warehouses.servedTo(connection);
    const places = serving.flatMap((warehouse) => {
      const entry = entries.find((one) => one.warehouse === warehouse._id && isKnown(one));
      return entry ? [{ warehouse: warehouse._id, master: entry.master, available: entry.available }] : [];
    });
    if (places.length > 0) return places;
    const first = serving.find((warehouse) => warehouse.erp) ?? serving[0] ?? this.warehouses.find(MAIN_WAREHOUSE);
    return first ? [firstPlace(first, entries)] : [];
  }

  /** Lines whose SKU is not live yet, on a connection that is live for other SKUs. */
  private notLive(connection: string, lines: AvailabilityQuery['lines']): Set<string> {
    const live = this.connections.find(connection)?.liveSkus;
    return new Set(lines.filter(({ sku }) => live && !live.has(sku)).map(({ lineId }) => lineId));
  }

  private decided(connection: string, lines: AvailabilityQuery['lines']): Map<string, string> {
    const decided = new Map<string, string>();
    for (const { lineId, location } of lines) {
      if (location === undefined) continue;
      const isThere = (one: { connection: string; location: string }) =>
        one.connection === connection && one.location === location;
      const warehouse = this.warehouses.all().find((candidate) => candidate.channels.some(isThere));
      if (warehouse) decided.set(lineId, warehouse._id);
    }
    return decided;
  }

  private async readEntries(skus: readonly string[]): Promise<(readonly StockEntry[])[]> {
    const bySku = groupBy(await this.entries.ofSkus(distinct(skus)), (entry) => entry.sku);
    return skus.map((sku) => bySku.get(sku) ?? []);
  }
}

/** The entry's master has reported a quantity at least once. */
function isKnown(entry: StockEntry): boolean {
  return entry.problem === undefined || entry.observedAt !== undefined;
}

function firstPlace(warehouse: Warehouse, entries: readonly StockEntry[]): StockLocation {
  const entry = entries.find((one) => one.warehouse === warehouse._id);
  return {
    warehouse: warehouse._id,
    master: entry?.master ?? warehouse.erp?.connection ?? LEDGER,
    available: entry?.available ?? 0,
  };
}
