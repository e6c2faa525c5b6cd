import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { distinct, groupBy } from '../common/collections.js';
import { withContext, type WorkContext } from '../common/context.js';
import { timeOrderedId } from '../common/ids.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpStock, type ErpStockProblem } from '../connectors/contract.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { StaleObservationError, type Balance, type Cause, type Command, type Movement } from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { StockEntry } from '../stock/schemas.js';
import { ErpBrake, type ErpChange } from './brake/erp-brake.service.js';

/** Ends of reservations, or an adjustment that needs its own movement: recorded with the ERP's observed quantity. */
export interface ToCount {
  readonly sku: string;
  readonly warehouse: string;
  readonly kind: 'commit' | 'release' | 'adjust';
  readonly units: number;
  readonly key: string;
  readonly cause: Cause;
}

/** The ERP has no countable quantity of this SKU. */
export class UncountableError extends Error {
  constructor(
    readonly sku: string,
    readonly problem: string,
    detail: string,
  ) {
    super(detail);
    this.name = 'UncountableError';
  }
}

interface ObservationRequest {
  readonly sku: string;
  readonly warehouse: string;
  readonly count: ToCount | null;
  readonly cause: Cause;
  readonly scan: string | undefined;
  readonly resolve: (movement: Movement | null) => void;
  readonly reject: (error: unknown) => void;
}

/** An entry in observation, with its state before it. */
interface EntryObservation {
  readonly id: string;
  readonly wishes: readonly ObservationRequest[];
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly head: Balance;
}

/** The result of an observation. `agreed`: the ledger was right. */
interface Written {
  readonly look: EntryObservation;
  readonly did: 'agreed' | 'appended' | 'nothing';
  /** Everything was appended before this observation, which now differs. */
  readonly repeated?: boolean;
  answers: readonly (() => void)[];
}

const MAX_SKUS = 200;

/**
 * Observes the ERP and writes the result into the ledger. One observation at a time; it serves every
 * request made before it began. The observation of a SKU with a delivery in progress waits for that
 * delivery's own count, which sees the same.
 */
@Injectable()
export class StockObserver {
  private waiting: ObservationRequest[] = [];
  private running = false;
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly ledger: LedgerService,
    private readonly movements: MovementsRepository,
    private readonly entries: EntriesRepository,
    private readonly brake: ErpBrake,
  ) {}

  /** Records each with the ERP's current quantity. Gives back their movements, in the same order. */
  async count(items: readonly ToCount[]): Promise<Movement[]> {
    const movements = await Promise.all(items.map((item) => this.wish(item.sku, item.warehouse, item, item.cause)));
    return movements.filter((movement) => movement !== null);
  }

  /**
   * Observes a SKU and records a difference. Null: there was none, or the brake holds it. `scan`: it
   * belongs to a full scan, whose large changes are judged together at its end.
   */
  look(sku: string, warehouse: string, cause: Cause, scan?: string): Promise<Movement | null> {
    return this.wish(sku, warehouse, null, cause, scan);
  }

  /** A delivery of these SKUs is in progress, until the returned function is called. */
  holdObservations(skus: readonly string[]): () => void {
    for (const sku of skus) this.underWay.set(sku, (this.underWay.get(sku) ?? 0) + 1);
    return () => {
      for (const sku of skus) {
        const left = (this.underWay.get(sku) ?? 1) - 1;
        if (left > 0) this.underWay.set(sku, left);
        else this.underWay.delete(sku);
      }
      this.start();
    };
  }

  private wish(
    sku: string,
    warehouse: string,
    count: ToCount | null,
    cause: Cause,
    scan?: string,
  ): Promise<Movement | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ sku, warehouse, count, cause, scan, resolve, reject });
      this.start();
    });
  }

  private start(): void {
    if (this.running || this.waiting.length === 0) return;
    this.running = true;
    // All requests of this turn of the event loop share one observation.
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      const byErp = groupBy(batch, ({ warehouse }) => this.erpOf(warehouse) ?? '');
      await Promise.all([...byErp].map(([erp, wishes]) => this.observeOrReject(erp, wishes)));
    }
    this.running = false;
  }

  /** The ERP that masters a warehouse; for an unmapped one, the first ERP. */
  private erpOf(warehouse: string): string | undefined {
    return this.warehouses.find(warehouse)?.erp?.connection ?? this.connections.erp()?.connection.id;
  }

  private async observeOrReject(erp: string, wishes: readonly ObservationRequest[]): Promise<void> {
    try {
      await withContext(contextOf(wishes), () => this.observe(erp, wishes));
    } catch (error) {
      for (const wish of wishes) wish.reject(error);
    }
  }

  private take(): ObservationRequest[] {
    const counted = new Set(this.waiting.filter((wish) => wish.count).map((wish) => wish.sku));
    const ready = this.waiting.filter((wish) => counted.has(wish.sku) || !this.underWay.has(wish.sku));
    const skus = new Set(distinct(ready.map((wish) => wish.sku)).slice(0, MAX_SKUS));
    const batch = ready.filter((wish) => skus.has(wish.sku));
    const taken = new Set(batch);
    this.waiting = this.waiting.filter((wish) => !taken.has(wish));
    return batch;
  }

  private async observe(erpId: string, batch: readonly ObservationRequest[]): Promise<void> {
    const erp = this.connections.erp(erpId);
    if (!erp) throw new Error(erpId === '' ? 'there is no ERP to observe' : `the ERP ${erpId} is not connected`);
    const blocked = await this.connections.blockedUntil(erp.connection.id);
    if (blocked) throw new BlockedError(erp.connection.id, blocked);
    const master = erp.connection.id;
    const places = groupBy(batch, (wish) => entryId(wish.sku, wish.warehouse));
    const ids = [...places.keys()];
    const heads = await this.movements.heads(ids);
    const entries = new Map((await this.entries.byIds(ids)).map((entry) => [entry._id, entry]));
    const { stock, problems } = await erp.connector.observeStock(
      distinct(batch.map((wish) => wish.sku)),
      erp.connection,
    );
    const seen = new Map(stock.map((one) => [one.sku, one]));
    const wrong = new Map(problems.map((problem) => [problem.sku, problem]));
    const at = new Date();
    await this.ensureEntries(stock, master);
    for (const entry of await this.entries.byIds(ids.filter((id) => !entries.has(id)))) entries.set(entry._id, entry);
    await this.entries.noteSeen(ids.flatMap((id) => seenOf(id, seen.get(places.get(id)?.[0]?.sku ?? ''), at)));
    const looks = [...places].map(([id, wishes]) => lookOf(id, wishes, master, heads.get(id)));
    const toJudge = looks.map((look) =>
      judged(look, countable(look, seen.get(look.sku), wrong.get(look.sku)), entries.get(look.id)),
    );
    const held = await this.brake.judge(
      master,
      toJudge.filter((look) => look !== null),
    );
    const written = await Promise.all(
      looks.map(async (look): Promise<Written> => {
        const { id, wishes, sku } = look;
        // Where the ledger is the master, the ERP's quantity does not count.
        if ((entries.get(id)?.master ?? master) !== master || held.has(id))
          return { look, did: 'nothing', answers: wishes.map((wish) => () => wish.resolve(null)) };
        const observed = countable(look, seen.get(sku), wrong.get(sku));
        if (typeof observed === 'number') return { look, ...(await this.write(look, observed, entries.get(id))) };
        await this.entries.noteProblem(id, observed.problem);
        for (const wish of wishes) wish.reject(observed);
        return { look, did: 'nothing', answers: [] };
      }),
    );
    await this.confirm(
      written.filter(({ did }) => did === 'agreed'),
      at,
    );
    await this.lookAgainWhereOverlapped(
      written.filter(({ did }) => did === 'appended'),
      entries,
    );
    const those = (what: Written['did']) =>
      written.filter(({ did }) => did === what).flatMap(({ look }) => entries.get(look.id) ?? []);
    await this.brake.settled(master, { written: those('appended'), agreed: those('agreed') });
    for (const { answers } of written) for (const answer of answers) answer();
  }

  /**
   * Records that these were right, and then checks that no other process wrote in the meantime. Of two
   * concurrent observers each writes before it checks, so that at least one sees the other.
   */
  private async confirm(agreed: readonly Written[], at: Date): Promise<void> {
    const ids = agreed.map(({ look }) => look.id);
    if (ids.length === 0) return;
    await this.entries.noteObserved(ids, at);
    const heads = await this.movements.heads(ids);
    for (const one of agreed) {
      const { id, head, wishes } = one.look;
      const moved = (heads.get(id)?.seq ?? 0) > head.seq && (await this.movements.changedSince(id, head.seq));
      if (!moved) continue;
      this.waiting.push(...wishes);
      one.answers = [];
    }
  }

  /**
   * If another process found the ledger right while this one was about to write a difference, one of the
   * two was outdated: observe again.
   */
  private async lookAgainWhereOverlapped(
    appended: readonly Written[],
    before: ReadonlyMap<string, StockEntry>,
  ): Promise<void> {
    if (appended.length === 0) return;
    const looks = await this.entries.looks(appended.map(({ look }) => look.id));
    const doubtful = appended.filter(
      ({ look, repeated }) => repeated || (looks.get(look.id) ?? 0) !== (before.get(look.id)?.observations ?? 0),
    );
    if (doubtful.length === 0) return;
    // Marked as well, because this process may end before the observation.
    await this.entries.wantObservation(doubtful.map(({ look }) => look.id));
    for (const { look } of doubtful)
      this.look(look.sku, look.warehouse, { type: 'observation' }).catch(() => undefined);
  }

  /**
   * Creates an entry only for SKUs that the ERP knows, wherever it feeds a warehouse: a mistyped SKU
   * leaves nothing behind.
   */
  private async ensureEntries(stock: readonly ErpStock[], master: string): Promise<void> {
    const places = stock.flatMap(({ sku, warehouses }) =>
      warehouses.map(({ warehouse }) => ({ sku, warehouse, master })),
    );
    await this.entries.ensure(
      places.filter((place): place is typeof place & { warehouse: string } => place.warehouse !== null),
    );
  }

  /** Writes one entry's observation; a changed entry is observed again. */
  private async write(
    look: EntryObservation,
    observed: number,
    entry: StockEntry | undefined,
  ): Promise<Omit<Written, 'look'>> {
    const { wishes, sku, warehouse, master, head } = look;
    const counts = wishes.filter((wish) => wish.count !== null);
    const commands: Command[] = counts.map(({ count }) => commandOf(count as ToCount, observed));
    const first = entry?.observedAt === undefined;
    if (counts.length === 0 && (first || observed !== head.quantity)) commands.push(setting(look, observed, first));
    try {
      const movements = await this.ledger.append({ sku, warehouse, master, commands, observedFrom: head.seq });
      if (counts.length > 0) checkpoint('commit.appended');
      const byKey = new Map(movements.map((movement) => [movement.key, movement]));
      const answers = wishes.map(
        (wish) => () => wish.resolve((wish.count ? byKey.get(wish.count.key) : movements[0]) ?? null),
      );
      if (movements.length === 0) return { did: 'agreed', answers };
      // An earlier movement does not contain this observation.
      const repeated = movements.every((movement) => movement.seq <= head.seq) && observed !== head.quantity;
      return { did: 'appended', repeated, answers };
    } catch (error) {
      if (error instanceof StaleObservationError) this.waiting.push(...wishes);
      else for (const wish of wishes) wish.reject(error);
      return { did: 'nothing', answers: [] };
    }
  }
}

function lookOf(
  id: string,
  wishes: readonly ObservationRequest[],
  master: string,
  head: Balance | undefined,
): EntryObservation {
  const { sku, warehouse } = wishes[0] as ObservationRequest;
  return { id, wishes, sku, warehouse, master, head: head ?? { seq: 0, quantity: 0, reserved: 0 } };
}

/**
 * The change that the brake must judge. Null: a first observation, a count of our own, or a request for
 * this SKU alone.
 */
function judged(
  { wishes, master, head }: EntryObservation,
  observed: number | UncountableError,
  entry: StockEntry | undefined,
): ErpChange | null {
  if (typeof observed !== 'number' || entry?.observedAt === undefined || entry.master !== master) return null;
  if (wishes.some(({ count, cause }) => count !== null || cause.type === 'command')) return null;
  const scans = wishes.map(({ scan }) => scan);
  return { entry, from: head.quantity, to: observed, scan: scans.includes(undefined) ? undefined : scans[0] };
}

/** The ERP's quantity for an entry, or why it cannot be counted. */
function countable(
  { sku, warehouse, master }: EntryObservation,
  stock: ErpStock | undefined,
  wrong: ErpStockProblem | undefined,
) {
  if (wrong || !stock)
    return new UncountableError(sku, wrong?.problem ?? 'unknown', wrong?.detail ?? `${sku} was not answered for`);
  return (
    sellable(stock, warehouse) ??
    new UncountableError(sku, 'noWarehouse', `no warehouse of ${master} feeds ${warehouse}`)
  );
}

/** If only a run requested it, the run is the cause: once, however often its step is repeated. */
function setting({ wishes, master }: EntryObservation, quantity: number, first: boolean): Command {
  const asked = (wishes.find((wish) => wish.cause.runId === undefined) ?? wishes[0])?.cause;
  const cause = { ...asked, type: 'observation' as const, connection: master };
  const key = asked?.runId === undefined ? `observed/${timeOrderedId()}` : runKey(asked.runId);
  return { kind: first ? 'sync_in' : asked?.runId === undefined ? 'adjust' : 'reconcile', quantity, key, cause };
}

/** The key of a run's finding about an entry. */
export function runKey(run: string): string {
  return `run/${run}`;
}

/** One observation serves all requests of the batch. */
function contextOf(batch: readonly ObservationRequest[]): WorkContext {
  const given = (ids: readonly (string | undefined)[]) => distinct(ids.filter((id) => id !== undefined));
  return {
    orderIds: given(batch.map(({ cause }) => cause.orderId)),
    correlationIds: given(batch.map(({ cause }) => cause.correlationId)),
    productSkus: distinct(batch.map(({ sku }) => sku)),
  };
}

/**
 * Units for sale or reserved by us: free in the ERP, and those of our own open deliveries there. Null: no
 * warehouse of the ERP feeds it.
 */
export function sellable(stock: ErpStock, warehouse: string): number | null {
  const feeding = stock.warehouses.filter((one) => one.warehouse === warehouse);
  return feeding.length === 0 ? null : feeding.reduce((sum, one) => sum + one.free + one.heldByUs, 0);
}

function seenOf(id: string, stock: ErpStock | undefined, at: Date) {
  return stock
    ? [
        {
          id,
          at,
          warehouses: stock.warehouses.map(({ code, name, onHand, free, heldByUs }) => ({
            code,
            name,
            onHand,
            free,
            heldByUs,
          })),
        },
      ]
    : [];
}

function commandOf(count: ToCount, observed: number): Command {
  return count.kind === 'adjust'
    ? { kind: 'adjust', quantity: observed, key: count.key, cause: count.cause }
    : { kind: count.kind, units: count.units, observed, key: count.key, cause: count.cause };
}
