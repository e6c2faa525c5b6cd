import { Injectable } from '@nestjs/common';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { entryId, keyOf } from '../../stock/entry-id.js';
import { LedgerService } from '../../stock/ledger.service.js';
import { LEDGER, type Balance, type Cause } from '../../stock/ledger.types.js';
import { MovementsRepository } from '../../stock/movements.repository.js';
import { syncIn } from '../../stock/operations/quantities.js';
import { ProjectionService } from '../../stock/projection.service.js';
import { type StockEntry } from '../../stock/schemas.js';
import { runKey } from '../../fulfilment/stock-observer.service.js';
import { type Run } from '../runs/run.schema.js';
import { type Load } from './load-plan.js';

/** The most unprojected movements before more are appended, because the movements of sales wait behind them. */
const MOST_BEHIND = 1_000;

/** `loaded`: its first number was taken over, or would be. `kept`: it was not changed. */
export type Loaded =
  { readonly state: 'loaded' } | { readonly state: 'kept'; readonly master: string; readonly available: number };

/** First numbers of entries that the ledger masters and that have no movements. */
@Injectable()
export class LedgerLoad {
  constructor(
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
    private readonly movements: MovementsRepository,
    private readonly projection: ProjectionService,
    private readonly warehouses: WarehousesService,
  ) {}

  /**
   * The result by entry; in a dry run the expected one. `again`: counts the run's own earlier movements as
   * loaded now.
   */
  async load(run: Run, loads: readonly Load[], again: boolean): Promise<Map<string, Loaded>> {
    const ids = loads.map(({ sku, warehouse }) => entryId(sku, warehouse));
    const [entries, heads, mine] = await Promise.all([
      this.entries.byIds(ids).then((found) => new Map(found.map((entry) => [entry._id, entry]))),
      this.movements.heads(ids),
      again ? this.movements.byKeys(ids.map((entry) => ({ entry, key: runKey(run._id) }))) : new Map<string, never>(),
    ]);
    const results = new Map<string, Loaded>();
    const open: Load[] = [];
    for (const load of loads) {
      const id = entryId(load.sku, load.warehouse);
      const head = heads.get(id);
      const master = this.masterOf(load, entries.get(id));
      if (mine.has(keyOf(id, runKey(run._id)))) results.set(id, { state: 'loaded' });
      else if (master !== LEDGER || (head?.seq ?? 0) > 0) results.set(id, kept(master, head));
      else open.push(load);
    }
    for (const load of open) results.set(entryId(load.sku, load.warehouse), { state: 'loaded' });
    if (!run.dryRun) for (const [id, elsewhere] of await this.append(run, open)) results.set(id, elsewhere);
    return results;
  }

  /** Gives back the entries that received another master in the meantime. */
  private async append(run: Run, loads: readonly Load[]): Promise<Map<string, Loaded>> {
    if (loads.length === 0) return new Map();
    await this.projection.keptUp(MOST_BEHIND);
    await this.entries.ensure(loads.map(({ sku, warehouse }) => ({ sku, warehouse, master: LEDGER })));
    const made = await this.entries.byIds(loads.map(({ sku, warehouse }) => entryId(sku, warehouse)));
    const elsewhere = new Map(
      made.filter(({ master }) => master !== LEDGER).map((entry) => [entry._id, kept(entry.master, entry)]),
    );
    const mine = loads.filter(({ sku, warehouse }) => !elsewhere.has(entryId(sku, warehouse)));
    await Promise.all(
      mine.map(({ sku, warehouse, quantity }) =>
        this.ledger.append({
          sku,
          warehouse,
          master: LEDGER,
          commands: [syncIn({ key: runKey(run._id), cause: causeOf(run), quantity })],
        }),
      ),
    );
    return elsewhere;
  }

  /** For a new entry, the master of its warehouse. */
  private masterOf({ warehouse }: Load, entry: StockEntry | undefined): string {
    return entry?.master ?? this.warehouses.find(warehouse)?.erp?.connection ?? LEDGER;
  }
}

function kept(master: string, head: Balance | undefined): Loaded {
  return { state: 'kept', master, available: (head?.quantity ?? 0) - (head?.reserved ?? 0) };
}

function causeOf({ _id, actor, parts, part, correlationId }: Run): Cause {
  const reason = `initial load from ${parts[part]?.connection ?? 'a channel'}`;
  return { type: 'command', runId: _id, actor, reason, ...(correlationId === undefined ? {} : { correlationId }) };
}
