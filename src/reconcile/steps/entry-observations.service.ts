import { Injectable } from '@nestjs/common';
import { isOpen } from '../../common/mongo/mark.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { entryId, keyOf } from '../../stock/entry-id.js';
import { type Cause, type Movement } from '../../stock/ledger.types.js';
import { MovementsRepository } from '../../stock/movements.repository.js';
import { type StockEntry } from '../../stock/schemas.js';
import { runKey, StockObserver, UncountableError } from '../../fulfilment/stock-observer.service.js';
import { type Run } from '../runs/run.schema.js';
import { type Finding, type StepResult } from '../runs/run.types.js';

export interface ObservationOptions {
  /** Counts the run's own earlier movements as found now. */
  readonly again: boolean;
  /** The name of a full scan: its large changes are judged together at its end. */
  readonly scan?: string;
}

/** Observes entries in their ERP for a run. */
@Injectable()
export class EntryObservations {
  constructor(
    private readonly observer: StockObserver,
    private readonly movements: MovementsRepository,
    private readonly entries: EntriesRepository,
    private readonly warehouses: WarehousesService,
  ) {}

  /**
   * Observes each entry; the ledger follows the ERP. A change that the brake deferred is a suspect.
   * @throws the connector's errors when the ERP cannot be read
   */
  async at(
    run: Run,
    entries: readonly StockEntry[],
    { again, scan }: ObservationOptions,
  ): Promise<Omit<StepResult, 'next'>> {
    const isFed = (entry: StockEntry) => this.warehouses.find(entry.warehouse)?.erp?.connection === entry.master;
    const fed = entries.filter(isFed);
    const looks = await Promise.allSettled(
      fed.map(({ sku, warehouse }) => this.observer.observe(sku, warehouse, causeOf(run), scan)),
    );
    const agreed = fed.filter((_, position) => isAgreed(looks[position]));
    const [held, mine] = await Promise.all([
      this.heldOf(agreed),
      again ? this.writtenBy(run, agreed) : new Map<string, Movement>(),
    ]);
    const findings = fed.flatMap((entry, position): Finding[] => {
      const look = looks[position];
      if (look?.status === 'rejected') return [refused(entry, look.reason)];
      const movement = look?.value ?? mine.get(entry._id);
      const waiting = held.get(entry._id);
      return movement ? [moved(movement)] : waiting ? [putOff(waiting)] : [];
    });
    await this.settle(fed.filter((_, position) => looks[position]?.status === 'fulfilled'));
    const unfed = entries.filter((entry) => !isFed(entry)).map(orphan);
    return { matched: fed.length - findings.length, findings: [...findings, ...unfed] };
  }

  /** The movements that a run made, by entry. */
  async writtenBy({ _id }: Run, entries: readonly Pick<StockEntry, '_id'>[]): Promise<Map<string, Movement>> {
    const key = runKey(_id);
    const found = await this.movements.byKeys(entries.map((entry) => ({ entry: entry._id, key })));
    return new Map(
      entries.flatMap((entry) => {
        const movement = found.get(keyOf(entry._id, key));
        return movement ? [[entry._id, movement] as const] : [];
      }),
    );
  }

  private async heldOf(entries: readonly StockEntry[]): Promise<Map<string, StockEntry>> {
    const read = entries.length === 0 ? [] : await this.entries.byIds(entries.map((entry) => entry._id));
    return new Map(read.filter((entry) => entry.held !== undefined).map((entry) => [entry._id, entry]));
  }

  /** They were read: earlier requests to observe them are served. */
  private async settle(read: readonly StockEntry[]): Promise<void> {
    const open = read.filter(({ observe }) => isOpen(observe));
    await this.entries.observe.settleAll(open.map(({ _id, observe }) => ({ id: _id, noted: observe.requested })));
  }
}

/** The finding in a movement that a run made. A first observation is not a difference. */
export function moved({ sku, warehouse, kind, quantity, quantityDelta }: Movement): Finding {
  const about = { key: entryId(sku, warehouse), sku, warehouse, theirs: quantity };
  return kind === 'sync_in'
    ? { ...about, outcome: 'loaded' }
    : { ...about, outcome: 'drifted', ours: quantity - quantityDelta };
}

function causeOf({ _id, actor, kind, correlationId }: Run): Cause {
  const reason = kind === 'reconcile' ? 'reconcile' : 'initial load';
  return { type: 'observation', runId: _id, actor, reason, ...(correlationId === undefined ? {} : { correlationId }) };
}

function isAgreed(look: PromiseSettledResult<Movement | null> | undefined): boolean {
  return look?.status === 'fulfilled' && look.value === null;
}

function putOff({ _id, sku, warehouse, quantity, held }: StockEntry): Finding {
  return { key: _id, outcome: 'suspect', sku, warehouse, ours: quantity, ...(held ? { theirs: held.quantity } : {}) };
}

/** @throws the error, unless it is about the SKU */
function refused({ _id, sku, warehouse, quantity }: StockEntry, error: unknown): Finding {
  if (!(error instanceof UncountableError)) throw error;
  const about = { key: _id, sku, warehouse, ours: quantity, detail: error.message };
  return error.problem === 'unknown'
    ? { ...about, outcome: 'missing_in_erp' }
    : { ...about, outcome: 'uncountable', reason: error.problem };
}

/** The ERP has a SKU about which another master decides in a warehouse that the ERP feeds. */
export function countedElsewhere(
  { _id, sku, warehouse, master, quantity }: StockEntry,
  about: Pick<Finding, 'externalId' | 'theirs'> = {},
): Finding {
  const detail = `${master} decides about it: POST /stock/hand-over lets the ERP decide`;
  return { key: _id, outcome: 'kept', reason: 'otherMaster', sku, warehouse, ours: quantity, ...about, detail };
}

function orphan({ _id, sku, warehouse, master, quantity }: StockEntry): Finding {
  const detail = `${warehouse} is not fed by ${master} any more, which decided about this SKU`;
  return { key: _id, outcome: 'uncountable', reason: 'noWarehouse', sku, warehouse, ours: quantity, detail };
}
