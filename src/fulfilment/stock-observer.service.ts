import { Injectable } from '@nestjs/common';
import { checkpoint } from '../common/checkpoint.js';
import { distinct, groupBy } from '../common/collections.js';
import { withContext, type WorkContext } from '../common/context.js';
import { timeOrderedId } from '../common/ids.js';
import { BlockedError } from '../connectors/blocked-error.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpStock } from '../connectors/contract.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import {
  LEDGER,
  StaleObservationError,
  type Balance,
  type Cause,
  type Command,
  type Movement,
} from '../stock/ledger.types.js';
import { MovementsRepository } from '../stock/movements.repository.js';
import { StockEntry } from '../stock/schemas.js';
import { ErpBrake, type ErpChange } from './brake/erp-brake.service.js';
import { ErpReader, type ErpReading } from './reading/erp-reader.service.js';
import { UNUSABLE_AFTER_MS } from '../stock/unusable.js';
import { UnusableStock } from './unusable-stock.service.js';
import { countedAs, countedHere, type ToCount } from './reading/to-count.js';
import { elsewhere, quantityOf, seenOf, type SeenStock } from './reading/uncounted.js';

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

/** One entry that is being observed, and its tip before. */
interface EntryObservation {
  readonly id: string;
  readonly requests: readonly ObservationRequest[];
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly head: Balance;
  readonly seen: SeenStock | UncountableError;
}

/** What came of an observation. `agreed`: the ledger had it right. */
interface Written {
  readonly observation: EntryObservation;
  readonly did: 'agreed' | 'appended' | 'nothing';
  /** All its movements were appended before this observation, which differs from them. */
  readonly repeated?: boolean;
  answers: readonly (() => void)[];
}

const MAX_SKUS = 200;

/** Reads the ERP and writes what it observed into the ledger. One observation at a time; it serves all requests from before it began. */
@Injectable()
export class StockObserver {
  private waiting: ObservationRequest[] = [];
  private running = false;

  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly reader: ErpReader,
    private readonly ledger: LedgerService,
    private readonly movements: MovementsRepository,
    private readonly entries: EntriesRepository,
    private readonly brake: ErpBrake,
    private readonly unusable: UnusableStock,
  ) {}

  /** Counts each with the quantity that the ERP holds now, or here where the ledger has become the master. Returns their movements, in the same order. */
  async count(items: readonly ToCount[]): Promise<Movement[]> {
    const movements = await Promise.all(items.map((item) => this.request(item.sku, item.warehouse, item, item.cause)));
    return movements.filter((movement) => movement !== null);
  }

  /** Ends reservations in the ledger. If an ERP has become the master in the meantime, it is observed again. */
  async countHere(items: readonly ToCount[]): Promise<void> {
    await Promise.all(
      items.map((item) =>
        this.ledger.append({ sku: item.sku, warehouse: item.warehouse, master: LEDGER, commands: [countedHere(item)] }),
      ),
    );
    const fed = items.filter(({ warehouse }) => this.warehouses.find(warehouse)?.erp);
    if (fed.length > 0) await this.entries.wantObservation(fed.map(({ sku, warehouse }) => entryId(sku, warehouse)));
  }

  /**
   * Observes a SKU and records any difference. Null: there was none, or the brake holds it. `scan`: it is part of a full scan, whose large
   * changes are judged together when it ends.
   */
  observe(sku: string, warehouse: string, cause: Cause, scan?: string): Promise<Movement | null> {
    return this.request(sku, warehouse, null, cause, scan);
  }

  private request(
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
      await Promise.all([...byErp].map(([erp, requests]) => this.observeOrReject(erp, requests)));
    }
    this.running = false;
  }

  /** The ERP that is the master of a warehouse; of an unmapped one, the first. */
  private erpOf(warehouse: string): string | undefined {
    return this.warehouses.find(warehouse)?.erp?.connection ?? this.connections.erp()?.connection.id;
  }

  private async observeOrReject(erp: string, requests: readonly ObservationRequest[]): Promise<void> {
    try {
      await withContext(contextOf(requests), () => this.observeBatch(erp, requests));
    } catch (error) {
      for (const request of requests) request.reject(error);
    }
  }

  private take(): ObservationRequest[] {
    const skus = new Set(distinct(this.waiting.map((request) => request.sku)).slice(0, MAX_SKUS));
    const batch = this.waiting.filter((request) => skus.has(request.sku));
    this.waiting = this.waiting.filter((request) => !skus.has(request.sku));
    return batch;
  }

  private async observeBatch(erpId: string, batch: readonly ObservationRequest[]): Promise<void> {
    const erp = this.connections.erp(erpId);
    if (!erp) throw new Error(erpId === '' ? 'there is no ERP to observe' : `the ERP ${erpId} is not connected`);
    const blocked = await this.connections.blockedUntil(erp.connection.id);
    if (blocked) throw new BlockedError(erp.connection.id, blocked);
    const master = erp.connection.id;
    const places = groupBy(batch, (request) => entryId(request.sku, request.warehouse));
    const ids = [...places.keys()];
    const entries = new Map((await this.entries.byIds(ids)).map((entry) => [entry._id, entry]));
    const reading = await this.reader.read(erp, batch);
    const stock = [...reading.seen.values()].map((one) => one.stock);
    const at = new Date();
    await this.ensureEntries(stock, master);
    for (const entry of await this.entries.byIds(ids.filter((id) => !entries.has(id)))) entries.set(entry._id, entry);
    await this.entries.noteSeen(
      ids.flatMap((id) => seenOf(id, reading.seen.get(places.get(id)?.[0]?.sku ?? '')?.stock, at)),
    );
    const observations = [...places].map(([id, requests]) => observationOf(id, requests, master, reading));
    const toJudge = observations.map((observation) => judged(observation, entries.get(observation.id)));
    const held = await this.brake.judge(
      master,
      toJudge.filter((observation) => observation !== null),
    );
    const written = await Promise.all(
      observations.map(async (observation): Promise<Written> => {
        const { id, requests, seen } = observation;
        // The ERP's number does not count where another is the master.
        if ((entries.get(id)?.master ?? master) !== master) return this.countElsewhere(observation);
        if (held.has(id))
          return { observation, did: 'nothing', answers: requests.map((request) => () => request.resolve(null)) };
        if (!(seen instanceof UncountableError))
          return { observation, ...(await this.write(observation, seen, entries.get(id))) };
        await this.entries.noteProblem(id, master, seen.problem, UNUSABLE_AFTER_MS);
        const entry = entries.get(id);
        if (entry) await this.unusable.note(entry, seen.message);
        for (const request of requests) request.reject(seen);
        return { observation, did: 'nothing', answers: [] };
      }),
    );
    await this.confirm(
      written.filter(({ did }) => did === 'agreed'),
      at,
    );
    await this.observeAgainWhereOverlapped(
      written.filter(({ did }) => did === 'appended'),
      entries,
    );
    const those = (what: Written['did']) =>
      written.filter(({ did }) => did === what).flatMap(({ observation }) => entries.get(observation.id) ?? []);
    await this.brake.settled(master, { written: those('appended'), agreed: those('agreed') });
    await this.unusable.resume([...those('appended'), ...those('agreed')].filter((entry) => entry.problemSince));
    for (const { answers } of written) for (const answer of answers) answer();
  }

  /**
   * Records that these agreed, and then checks that nothing else was written concurrently. Of two processes that observe the same entry, each
   * records its observation before it checks for the other, so that at least one of them sees the other.
   */
  private async confirm(agreed: readonly Written[], at: Date): Promise<void> {
    const ids = agreed.map(({ observation }) => observation.id);
    if (ids.length === 0) return;
    await this.entries.noteObserved(ids, at);
    const heads = await this.movements.heads(ids);
    for (const one of agreed) {
      const { id, head, requests } = one.observation;
      const moved = (heads.get(id)?.seq ?? 0) > head.seq && (await this.movements.changedSince(id, head.seq));
      if (!moved) continue;
      this.waiting.push(...requests);
      one.answers = [];
    }
  }

  /** Another process found the ledger right while this one wrote something else: one of the two was too late, so the entry is observed again. */
  private async observeAgainWhereOverlapped(
    appended: readonly Written[],
    before: ReadonlyMap<string, StockEntry>,
  ): Promise<void> {
    if (appended.length === 0) return;
    const counts = await this.entries.looks(appended.map(({ observation }) => observation.id));
    const overlapped = appended.filter(
      ({ observation, repeated }) =>
        repeated || (counts.get(observation.id) ?? 0) !== (before.get(observation.id)?.observations ?? 0),
    );
    if (overlapped.length === 0) return;
    // Marked as well: this process may end before it observes again.
    await this.entries.wantObservation(overlapped.map(({ observation }) => observation.id));
    for (const { observation } of overlapped)
      this.observe(observation.sku, observation.warehouse, { type: 'observation' }).catch(() => undefined);
  }

  /** A person shipped it from another warehouse, or took it back there: that one is observed once this end stands. */
  private async observeElsewhere(
    seen: SeenStock,
    { sku, warehouse }: EntryObservation,
    ended: ReadonlySet<string>,
  ): Promise<void> {
    const others = elsewhere(seen, warehouse, ended);
    if (others.length === 0) return;
    await this.entries.wantObservation(others.map((other) => entryId(sku, other)));
    for (const other of others) this.observe(sku, other, { type: 'observation' }).catch(() => undefined);
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

  /** What was begun under the ERP is counted where the ledger has become the master. */
  private async countElsewhere(observation: EntryObservation): Promise<Written> {
    const { sku, warehouse, requests } = observation;
    const counts = requests.map(({ count }) => count).filter((count) => count !== null);
    if (counts.length === 0)
      return {
        observation,
        did: 'nothing',
        answers: requests.map(
          ({ resolve }) =>
            () =>
              resolve(null),
        ),
      };
    const made = await this.ledger.append({ sku, warehouse, master: LEDGER, commands: counts.map(countedHere) });
    // If another ERP is the master now, it is observed next.
    await this.entries.wantObservation([observation.id]);
    const byKey = new Map(made.map((movement) => [movement.key, movement]));
    const answers = requests.map(
      (request) => () => request.resolve(request.count ? (byKey.get(request.count.key) ?? null) : null),
    );
    return { observation, did: 'nothing', answers };
  }

  /** Writes one entry's observation; an entry that changed concurrently is observed again. */
  private async write(
    observation: EntryObservation,
    seen: SeenStock,
    entry: StockEntry | undefined,
  ): Promise<Omit<Written, 'observation'>> {
    const { requests, sku, warehouse, master, head } = observation;
    const counts = requests.filter((request) => request.count !== null);
    // Each end takes its own units from what is left to count.
    const ended = new Set<string>();
    const commands: Command[] = counts.map(({ count }) =>
      countedAs(count as ToCount, quantityIn(seen, warehouse, ended.add((count as ToCount).key))),
    );
    const observed = quantityIn(seen, warehouse, ended);
    const first = entry?.observedAt === undefined;
    if (counts.length === 0 && (first || observed !== head.quantity))
      commands.push(setting(observation, observed, first));
    try {
      const movements = await this.ledger.append({ sku, warehouse, master, commands, observedFrom: head.seq });
      if (counts.length > 0) checkpoint('commit.appended');
      const byKey = new Map(movements.map((movement) => [movement.key, movement]));
      const answers = requests.map(
        (request) => () => request.resolve((request.count ? byKey.get(request.count.key) : movements[0]) ?? null),
      );
      if (movements.length === 0) return { did: 'agreed', answers };
      // A movement from before does not hold what was observed now.
      const repeated = movements.every((movement) => movement.seq <= head.seq) && observed !== head.quantity;
      await this.observeElsewhere(seen, observation, ended);
      return { did: 'appended', repeated, answers };
    } catch (error) {
      if (error instanceof StaleObservationError) this.waiting.push(...requests);
      else for (const request of requests) request.reject(error);
      return { did: 'nothing', answers: [] };
    }
  }
}

function observationOf(
  id: string,
  requests: readonly ObservationRequest[],
  master: string,
  { tips, seen, problems }: ErpReading,
): EntryObservation {
  const { sku, warehouse } = requests[0] as ObservationRequest;
  const head = tips.get(id) ?? { seq: 0, quantity: 0, reserved: 0 };
  return { id, requests, sku, warehouse, master, head, seen: countable() };

  function countable(): SeenStock | UncountableError {
    const wrong = problems.get(sku);
    const one = seen.get(sku);
    if (wrong || !one)
      return new UncountableError(sku, wrong?.problem ?? 'unknown', wrong?.detail ?? `${sku} was not answered for`);
    return quantityOf(one, warehouse) === null
      ? new UncountableError(sku, 'noWarehouse', `no warehouse of ${master} feeds ${warehouse}`)
      : one;
  }
}

/** Of an entry that is known to be fed. */
function quantityIn(seen: SeenStock, warehouse: string, counted?: ReadonlySet<string>): number {
  return quantityOf(seen, warehouse, counted) ?? 0;
}

/** What the brake has to judge. Null: a first observation, a count of our own, or a person's request for this very SKU. */
function judged(
  { requests, master, head, seen, warehouse }: EntryObservation,
  entry: StockEntry | undefined,
): ErpChange | null {
  if (seen instanceof UncountableError || entry?.observedAt === undefined || entry.master !== master) return null;
  if (requests.some(({ count, cause }) => count !== null || cause.type === 'command')) return null;
  const scans = requests.map(({ scan }) => scan);
  const to = quantityIn(seen, warehouse);
  return { entry, from: head.quantity, to, scan: scans.includes(undefined) ? undefined : scans[0] };
}

/** If only a run requested it, the run found it: once, however often its step is repeated. */
function setting({ requests, master }: EntryObservation, quantity: number, first: boolean): Command {
  const asked = (requests.find((request) => request.cause.runId === undefined) ?? requests[0])?.cause;
  const cause = { ...asked, type: 'observation' as const, connection: master };
  const key = asked?.runId === undefined ? `observed/${timeOrderedId()}` : runKey(asked.runId);
  return { kind: first ? 'sync_in' : asked?.runId === undefined ? 'adjust' : 'reconcile', quantity, key, cause };
}

/** The key of a run's finding about an entry. */
export function runKey(run: string): string {
  return `run/${run}`;
}

/** The context of all requests that one observation serves. */
function contextOf(batch: readonly ObservationRequest[]): WorkContext {
  const given = (ids: readonly (string | undefined)[]) => distinct(ids.filter((id) => id !== undefined));
  return {
    orderIds: given(batch.map(({ cause }) => cause.orderId)),
    correlationIds: given(batch.map(({ cause }) => cause.correlationId)),
    productSkus: distinct(batch.map(({ sku }) => sku)),
  };
}
