import { Injectable } from '@nestjs/common';
import { groupBy } from '../../common/collections.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type ChannelConnector, type ChannelListing } from '../../connectors/contract.js';
import { listingId, ListingsRepository } from '../../listings/listings.repository.js';
import { type Bound } from '../../connectors/registry.js';
import { type Listing } from '../../listings/listing.schema.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { entryId } from '../../stock/entry-id.js';
import { type Finding, type StepResult } from '../runs/run.types.js';
import { externalIdsOf } from './channel-numbers.service.js';
import { LedgerLoad, type Loaded } from './ledger-load.service.js';
import { planLoad, type Load, type NoLoad, type ShownListing } from './load-plan.js';
import { PartUnworkableError, type PartWorker, type StepOf } from './step.js';

type Planned = ShownListing & { readonly plan: readonly Load[] | NoLoad };

/**
 * Takes over a channel's numbers where no other master exists, only for entries without movements. Stock
 * of an ERP, and entries with movements, are compared.
 */
@Injectable()
export class ChannelLoadStep implements PartWorker {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly warehouses: WarehousesService,
    private readonly ledger: LedgerLoad,
  ) {}

  async step({ run, part, cursor, again }: StepOf): Promise<StepResult> {
    const bound = this.connections.channel(part.connection);
    if (!bound) throw new PartUnworkableError(`${part.connection} is not connected`);
    await this.connections.refuseBlocked(part.connection);
    const page = await bound.connector.listListings(cursor?.after ?? null, bound.connection);
    await this.listings.recordCatalogue(part.connection, page.items);
    const planned = await this.plan(bound, page.items);
    const loads = planned.flatMap(({ plan }) => ('reason' in plan ? [] : plan));
    const clear = new Set([...groupBy(loads, placeOf).values()].filter((same) => same.length === 1).flat());
    const loaded = await this.ledger.load(run, [...clear], again);
    const findings = planned.flatMap((one) => findingsOf(part.connection, one, clear, loaded));
    const known = findings.filter((finding) => finding !== null);
    const next = page.nextCursor === null ? null : { phase: 'list', after: page.nextCursor };
    return { matched: findings.length - known.length, findings: known, next };
  }

  private async plan(
    { connector, connection }: Bound<ChannelConnector>,
    items: readonly ChannelListing[],
  ): Promise<Planned[]> {
    const bySku = groupBy(items, (item) => item.sku);
    const known = new Map(
      (await this.listings.byIds([...bySku.keys()].map((sku) => listingId(connection.id, sku)))).map((one) => [
        one.sku,
        one,
      ]),
    );
    const numbers = new Map(
      (await connector.readStock?.([...bySku.keys()], connection, externalIdsOf(items)))?.map((one) => [one.sku, one]),
    );
    const served = this.warehouses.servedTo(connection.id).map((warehouse) => warehouse._id);
    const places = connection.warehouses.filter((link) => link.externalId !== null);
    return [...bySku].map(([sku, same]) => {
      const number = numbers.get(sku);
      const quantity = same[0]?.quantity ?? null;
      const listing = known.get(sku);
      const shown: ShownListing = {
        sku,
        externalIds: idsOf(same, listing),
        // A SKU without a limit has no number, whatever else the channel states.
        quantity: quantity === null ? null : (number?.quantity ?? quantity),
        parts: number?.parts,
      };
      return { ...shown, plan: planLoad(shown, listing?.parts, places, served) };
    });
  }
}

/** Null: the ledger already agrees. */
function findingsOf(
  connection: string,
  { sku, externalIds, quantity, plan }: Planned,
  clear: ReadonlySet<Load>,
  loaded: ReadonlyMap<string, Loaded>,
): (Finding | null)[] {
  const id = listingId(connection, sku);
  const about = { sku, ...(externalIds[0] === undefined ? {} : { externalId: externalIds[0] }) };
  if ('reason' in plan) {
    const { reason, detail } = plan;
    const outcome = reason === 'infinite' ? 'infinite' : reason === 'bundle' ? 'untold' : 'uncountable';
    return [{ key: id, outcome, ...about, ...(quantity === null ? {} : { theirs: quantity }), reason, detail }];
  }
  if (plan.length === 0) return [null];
  return plan.map((load): Finding | null => {
    const { warehouse, quantity: theirs } = load;
    const result = loaded.get(placeOf(load));
    const where = { key: `${id} ${warehouse}`, ...about, warehouse, theirs };
    if (!clear.has(load))
      return {
        ...where,
        outcome: 'uncountable',
        reason: 'duplicate',
        detail: `several listings are of ${load.sku}: which number is its own?`,
      };
    if (!result || result.state === 'loaded') return { ...where, outcome: 'loaded' };
    if (result.available === theirs) return null;
    const detail = result.master === 'ledger' ? 'it has moved already' : `${result.master} decides about it`;
    return { ...where, outcome: 'kept', ours: result.available, detail };
  });
}

function placeOf({ sku, warehouse }: Load): string {
  return entryId(sku, warehouse);
}

/** All products of the channel with the SKU: those of this page, and those of its last complete catalogue. */
function idsOf(same: readonly ChannelListing[], listing: Listing | undefined): string[] {
  return [...new Set([...same.map((item) => item.externalId), ...(listing?.externalIds ?? [])])];
}
