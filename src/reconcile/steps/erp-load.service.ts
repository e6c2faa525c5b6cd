import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type ErpConnector, type ErpProduct } from '../../connectors/contract.js';
import { type Bound } from '../../connectors/registry.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { entryId } from '../../stock/entry-id.js';
import { type StockEntry } from '../../stock/schemas.js';
import { ErpReader } from '../../fulfilment/reading/erp-reader.service.js';
import { quantityOf, type SeenStock } from '../../fulfilment/reading/uncounted.js';
import { type Finding, type StepResult } from '../runs/run.types.js';
import { countedElsewhere, EntryObservations, moved } from './entry-observations.service.js';
import { PartUnworkableError, type PartWorker, type StepOf } from './step.js';

type Found = Omit<StepResult, 'next'>;

/**
 * Takes over all stock of an ERP: a SKU's first number is an observation. Entries that were counted before
 * are only compared; a reconcile run corrects them.
 */
@Injectable()
export class ErpLoadStep implements PartWorker {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly entries: EntriesRepository,
    private readonly observations: EntryObservations,
    private readonly reader: ErpReader,
  ) {}

  async step(step: StepOf): Promise<StepResult> {
    const { connection } = step.part;
    const bound = this.connections.erp(connection);
    if (!bound?.connector.listProducts)
      throw new PartUnworkableError(`${connection} is not connected, or cannot list its products`);
    if (bound.connection.warehouses.length === 0)
      throw new PartUnworkableError(`${connection} feeds no warehouse: say first which of its warehouses is which`);
    await this.connections.refuseBlocked(connection);
    const page = await bound.connector.listProducts(step.cursor?.after ?? null, bound.connection);
    const sound = page.items.filter((product) => product.problem === undefined).flatMap(({ sku }) => sku ?? []);
    const { matched, findings } = step.run.dryRun
      ? await this.compared(bound, sound)
      : await this.taken(bound, sound, step);
    const next = page.nextCursor === null ? null : { phase: 'list', after: page.nextCursor };
    return { matched, findings: [...page.items.flatMap(troubled), ...findings], next };
  }

  /** Takes over uncounted SKUs in every warehouse that the ERP feeds. */
  private async taken(bound: Bound<ErpConnector>, skus: readonly string[], { run, again }: StepOf): Promise<Found> {
    const { id: master, warehouses } = bound.connection;
    const places = warehouses.flatMap(({ warehouse }) => skus.map((sku) => ({ sku, warehouse, master })));
    await this.entries.ensure(places);
    const all = await this.entries.byIds(places.map(({ sku, warehouse }) => entryId(sku, warehouse)));
    const mine = again ? await this.observations.writtenBy(run, all) : new Map();
    const elsewhere = all.filter((entry) => entry.master !== master);
    const others = all.filter((entry) => entry.master === master && !mine.has(entry._id));
    const unseen = others.filter((entry) => entry.observedAt === undefined);
    const looked = await this.observations.at(run, unseen, { again: false });
    const seen = new Set(others.filter((entry) => entry.observedAt !== undefined).map((entry) => entry._id));
    const compared = await this.compared(
      bound,
      [...new Set(others.filter(({ _id }) => seen.has(_id)).map(({ sku }) => sku))],
      seen,
    );
    return {
      matched: looked.matched + compared.matched,
      findings: [
        ...[...mine.values()].map(moved),
        ...looked.findings,
        ...compared.findings,
        ...elsewhere.map((entry) => countedElsewhere(entry)),
      ],
    };
  }

  /** Compares these SKUs with the ledger. Writes nothing. `only`: these entries alone. */
  private async compared(
    bound: Bound<ErpConnector>,
    skus: readonly string[],
    only?: ReadonlySet<string>,
  ): Promise<Found> {
    if (skus.length === 0) return { matched: 0, findings: [] };
    const { connection } = bound;
    const all = skus.flatMap((sku) => connection.warehouses.map(({ warehouse }) => ({ sku, warehouse })));
    const { tips, seen, problems } = await this.reader.read(bound, all);
    const known = new Map((await this.entries.ofSkus(skus)).map((entry) => [entry._id, entry]));
    const places = [...seen.values()].flatMap((one) =>
      connection.warehouses.map(({ warehouse }) => ({ one, id: entryId(one.stock.sku, warehouse), warehouse })),
    );
    const results = places
      .filter(({ id }) => only?.has(id) ?? true)
      .map(({ one, id, warehouse }) =>
        compare(one, warehouse, connection.id, { entry: known.get(id), ours: tips.get(id)?.quantity ?? 0 }),
      );
    const findings = results.filter((result) => result !== null);
    return {
      matched: results.length - findings.length,
      findings: [...findings, ...[...problems.values()].map(uncounted)],
    };
  }
}

/** Null: the ledger already agrees. */
function compare(
  seen: SeenStock,
  warehouse: string,
  master: string,
  { entry, ours }: { entry: StockEntry | undefined; ours: number },
): Finding | null {
  const { sku, productRef } = seen.stock;
  const about = { key: entryId(sku, warehouse), sku, warehouse, externalId: productRef };
  const theirs = quantityOf(seen, warehouse);
  if (entry !== undefined && entry.master !== master)
    return countedElsewhere(entry, { externalId: productRef, ...(theirs !== null && { theirs }) });
  if (theirs === null)
    return {
      ...about,
      outcome: 'uncountable',
      reason: 'noWarehouse',
      detail: `no warehouse of ${master} feeds ${warehouse}`,
    };
  if (entry?.observedAt === undefined) return { ...about, outcome: 'loaded', theirs };
  if (ours === theirs) return null;
  return {
    ...about,
    outcome: 'kept',
    ours,
    theirs,
    detail: 'it is counted already: a reconcile puts it right',
  };
}

function uncounted({ sku, problem, detail }: { sku: string; problem: string; detail: string }): Finding {
  return { key: encodeURIComponent(sku), outcome: 'uncountable', reason: problem, sku, detail };
}

function troubled({ sku, productRef, problem }: ErpProduct): Finding[] {
  if (!problem) return [];
  const key = `product ${encodeURIComponent(productRef)}`;
  return [{ key, outcome: 'uncountable', reason: problem.kind, sku, externalId: productRef, detail: problem.detail }];
}
