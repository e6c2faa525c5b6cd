import { Injectable } from '@nestjs/common';
import { groupBy } from '../common/collections.js';
import { checkpoint } from '../common/checkpoint.js';
import { isOpen } from '../common/mongo/mark.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { InsufficientStockError } from '../stock/ledger.types.js';
import { nextErpStep } from './erp-step.js';
import { end, releasesToRecord, reservesToRecord } from './hold-state.js';
import { entryOf, releaseOf, reserveOf, runOf } from './order-commands.js';
import { type OrderSnapshot } from './order-snapshot.js';
import { orderKey, type Hold, type OrderDoc, type OrderState, type SettledReturn } from './order.types.js';
import { OrdersRepository } from './orders.repository.js';
import { fixedParts, isCounted, isSold, isUndecided, plan, type Plan, type ReturnedUnits } from './planner.js';
import { movedWithoutUs } from './sold-there.js';
import { comesBefore } from './order-life.js';
import { isAnother, nameBeside, onTopOf } from './same-order.js';
import { OrderPolicy } from './order-policy.js';
import { type Availability } from './allocation.js';
import { type ReasonCode } from '../words/core-words.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';

/**
 * The result of observing an order. `stale`: a newer version is known, no effect. `unknown`: its status is
 * not understood, no effect. `toDeliver`: the ERP has work to do.
 */
export interface OrderOutcome {
  readonly result: 'planned' | 'unchanged' | 'stale' | 'unknown';
  readonly order: OrderDoc | null;
  readonly toDeliver: boolean;
  readonly returnedUnits: readonly ReturnedUnits[];
  /** SKUs of the channel that are not mapped: the order waits for them. */
  readonly unmapped: readonly string[];
  /** SKUs whose number the platform may have changed although nothing moved here. */
  readonly movedThere: readonly string[];
}

/** When an order was shown to us, and by which source. */
export interface Sighting {
  readonly at: Date;
  readonly correlationId?: string;
  /** The sender pushed the whole order and cannot be asked back: it counts, whenever it was placed. */
  readonly fromBody?: boolean;
}

/** Orders, planned from their current state and recorded in the ledger. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
    private readonly policy: OrderPolicy,
  ) {}

  /** Plans an order from what its platform shows, and records what is missing in the ledger. */
  observe(connection: string, snapshot: OrderSnapshot, seen: Sighting): Promise<OrderOutcome> {
    const id = orderKey(connection, snapshot.orderId);
    return this.onTop(id, async (found) => {
      if (found && isAnother(found.snapshot, snapshot))
        return this.observe(connection, { ...snapshot, orderId: nameBeside(snapshot) }, seen);
      if (found && isStale(snapshot, seen, found)) return outcome('stale', found);
      if (snapshot.status === 'unknown' && found) return outcome('unknown', found);
      return this.planOn(found, connection, found ? onTopOf(found.snapshot, snapshot) : snapshot, seen);
    });
  }

  /** Plans an order again from its stored snapshot: a SKU was mapped, or its reservation expired. */
  review(id: string): Promise<OrderOutcome> {
    return this.onTop(id, async (found) => {
      if (!found) return outcome('unchanged', null);
      return this.planOn(found, found.connection, found.snapshot, sightingOf(found));
    });
  }

  /**
   * Releases an order's reservations on a person's word. It applies until the platform shows something
   * newer. Null: there is no such order.
   */
  async release(id: string, by: { readonly reason: string; readonly actor: string }): Promise<OrderOutcome | null> {
    const released = await this.onTop(id, async (found) => {
      if (!found) return outcome('unchanged', null);
      const order = { ...found, released: { ...by, at: new Date(), version: found.snapshot.version } };
      return this.planOn(order, found.connection, found.snapshot, sightingOf(found));
    });
    return released.order ? released : null;
  }

  /**
   * Records a person's decision about an order, or about its lines, from before the cut-over. Lines that
   * already count stay as they are. Null: there is no such order.
   */
  async decide(id: string, counting: 'handled' | 'counted'): Promise<OrderOutcome | null> {
    const decided = await this.onTop(id, async (found) => {
      if (!found || !isUndecided(found)) return outcome('unchanged', found);
      return this.planOn(
        { ...found, ...decidedOn(found, counting) },
        found.connection,
        found.snapshot,
        sightingOf(found),
      );
    });
    return decided.order ? decided : null;
  }

  /** Units that were delivered and are no longer sold, and about which no person has decided yet. */
  async outstandingReturns(order: OrderDoc): Promise<readonly ReturnedUnits[]> {
    return (await this.planned(order, order.connection, order.snapshot)).returnedUnits;
  }

  /** Records what became of returned units. A key that was used before changes nothing. */
  async settleReturns(id: string, returns: readonly SettledReturn[]): Promise<OrderOutcome> {
    return this.onTop(id, async (found) => {
      if (!found) return outcome('unchanged', null);
      const order = { ...found, returns: [...(found.returns ?? []), ...(await this.stillOpen(found, returns))] };
      return this.planOn(order, found.connection, found.snapshot, sightingOf(found));
    });
  }

  /** Limits an answer to the units that are still undecided. */
  private async stillOpen(order: OrderDoc, returns: readonly SettledReturn[]): Promise<SettledReturn[]> {
    const known = new Set((order.returns ?? []).map(({ key, lineId, sku }) => `${key}\n${lineId}\n${sku}`));
    const open = new Map(
      (await this.outstandingReturns(order)).map(({ lineId, sku, units }) => [`${lineId}\n${sku}`, units]),
    );
    return returns.flatMap((one) => {
      const item = `${one.lineId}\n${one.sku}`;
      const units = known.has(`${one.key}\n${item}`) ? 0 : Math.min(one.units, open.get(item) ?? 0);
      open.set(item, (open.get(item) ?? 0) - units);
      return units > 0 ? [{ ...one, units }] : [];
    });
  }

  /**
   * Appends what the stored plan asks for. The keys make each movement happen once, however often this is
   * repeated. True: the plan releases units that were delivered before, so a person must decide about
   * them.
   */
  async record(order: OrderDoc): Promise<boolean> {
    const reserves = reservesToRecord(order);
    const releases = releasesToRecord(order);
    await this.entries.ensure(reserves);
    const guarded = reserves.filter((hold) => hold.guarded);
    const commands = [
      ...reserves.filter((hold) => !hold.guarded).map((hold) => ({ hold, command: reserveOf(order, hold) })),
      ...releases.map((hold) => ({ hold, command: releaseOf(order, hold) })),
    ];
    const runs = [...groupBy(commands, ({ hold }) => entryId(hold.sku, hold.warehouse)).values()].flatMap(runOf);
    const [movements, refused] = await Promise.all([
      Promise.all(runs.map((run) => this.ledger.append(run))).then((groups) => groups.flat()),
      this.reserveGuarded(order, guarded),
    ]);
    // The goods left before this plan was stored: the commit stands, whatever the plan asks for.
    const gone = new Set(movements.filter((movement) => movement.kind === 'commit').map((movement) => movement.key));
    if (gone.size > 0 && !(await this.noteGone(order, gone))) return false;
    if (refused.size > 0 && !(await this.planElsewhere(order, refused))) return false;
    checkpoint('plan.recorded');
    await this.repository.record.settle(order._id, order.record.requested);
    return gone.size > 0;
  }

  /**
   * Reserves units that several warehouses could serve. If the units are gone and no other warehouse has
   * them, they are reserved here all the same. If another has them, a movement of 0 units uses up the key
   * here, so that no late worker can reserve under it.
   */
  private async reserveGuarded(order: OrderDoc, holds: readonly Hold[]): Promise<Map<Hold, number>> {
    const refused = new Map<Hold, number>();
    for (const hold of holds) {
      const reserve = (units: number, guard: boolean) =>
        this.ledger.append({ ...entryOf(hold), commands: [reserveOf(order, { ...hold, units }, guard)] });
      try {
        const [made] = await reserve(hold.units, true);
        // Another worker on the same plan was refused and has used up the key.
        if (made?.reservedDelta === 0) refused.set(hold, 0);
      } catch (error) {
        if (!(error instanceof InsufficientStockError)) throw error;
        const closed = (await this.hasElsewhere(order, hold))
          ? await reserve(0, false)
          : await reserve(hold.units, false);
        if (closed[0]?.reservedDelta === 0) refused.set(hold, error.available);
      }
    }
    return refused;
  }

  private async hasElsewhere(order: OrderDoc, hold: Hold): Promise<boolean> {
    const { places } = await this.availabilityOf(order, order.connection, order.snapshot);
    return (places.get(hold.sku) ?? []).some((place) => place.warehouse !== hold.warehouse && place.available > 0);
  }

  /** Plans the refused units again. False: the order changed concurrently. */
  private async planElsewhere(order: OrderDoc, refused: ReadonlyMap<Hold, number>): Promise<boolean> {
    const keys = new Map([...refused.keys()].map((hold) => [hold.key, hold]));
    const holds = order.holds.map((hold): Hold => (keys.has(hold.key) ? end(hold, 'refused') : hold));
    const known = new Map([...refused].map(([hold, available]) => [entryId(hold.sku, hold.warehouse), available]));
    const stored = await this.planAndStore(
      { ...order, holds },
      order.connection,
      order.snapshot,
      sightingOf(order),
      known,
    );
    return stored !== null;
  }

  /** False: the order changed concurrently. */
  private async noteGone(order: OrderDoc, ends: ReadonlySet<string>): Promise<boolean> {
    const holds = order.holds.map((hold) => (ends.has(`${hold.key}/end`) ? end(hold, 'committed') : hold));
    return (await this.repository.storeErp(order, { holds })) !== null;
  }

  /**
   * Applies a decision to an order; retries when another worker updated it concurrently (optimistic
   * locking on rev). A decision returns null to ask for another attempt.
   */
  private async onTop(
    id: string,
    decide: (found: OrderDoc | null) => Promise<OrderOutcome | null>,
  ): Promise<OrderOutcome> {
    for (;;) {
      const found = await this.repository.find(id);
      if (found && isOpen(found.record)) {
        await this.record(found);
        continue;
      }
      const decided = await decide(found);
      if (decided) return decided;
    }
  }

  /** Null: the order changed concurrently. */
  private async planOn(
    found: OrderDoc | null,
    connection: string,
    snapshot: OrderSnapshot,
    seen: Sighting,
  ): Promise<OrderOutcome | null> {
    const stored = await this.planAndStore(found, connection, snapshot, seen);
    if (!stored) return null;
    checkpoint('order.planned');
    const gone = stored.toRecord && (await this.record(stored.order));
    const { toDeliver } = stored;
    // Recording may have planned refused units again, or noted an earlier commit: read the newest state.
    const order =
      gone || stored.order.holds.some((hold) => hold.guarded) ? await this.recorded(stored.order) : stored.order;
    const returnedUnits = gone ? await this.outstandingReturns(order) : stored.returnedUnits;
    const result = snapshot.status === 'unknown' ? 'unknown' : stored.toRecord || toDeliver ? 'planned' : 'unchanged';
    const movedThere = movedWithoutUs(found?.snapshot ?? null, stored.order);
    return { result, order, toDeliver, returnedUnits, unmapped: order.unmapped ?? [], movedThere };
  }

  private async recorded(order: OrderDoc): Promise<OrderDoc> {
    for (;;) {
      const now = await this.repository.find(order._id);
      if (!now || !isOpen(now.record)) return now ?? order;
      await this.record(now);
    }
  }

  private availabilityOf(order: OrderState, connection: string, snapshot: OrderSnapshot): Promise<Availability> {
    const lines = isSold(snapshot.status) && isCounted(order) ? snapshot.lines : [];
    return this.policy.availability({ connection, lines, fixed: fixedParts(order) });
  }

  /** `known`: what is available of an entry, more current than its projection. */
  private async planned(
    order: OrderState & { createdAt?: Date },
    connection: string,
    now: OrderSnapshot,
    known?: ReadonlyMap<string, number>,
  ) {
    const availability = await this.availabilityOf(order, connection, now);
    const at = new Date();
    return plan({
      order,
      now,
      switches: this.policy.switches(connection),
      availability: known ? { ...availability, places: withKnown(availability.places, known) } : availability,
      key: orderKey(connection, now.orderId),
      clock: { firstSeen: order.createdAt ?? at, at },
    });
  }

  private unseen(connection: string, snapshot: OrderSnapshot, { fromBody = false }: Sighting): OrderState {
    const counts = fromBody || this.policy.counts(connection, snapshot);
    return { rev: 0, holds: [], transfers: [], ...(counts ? {} : { counting: 'before' }) };
  }

  private async planAndStore(
    found: OrderDoc | null,
    connection: string,
    snapshot: OrderSnapshot,
    seen: Sighting,
    known?: ReadonlyMap<string, number>,
  ) {
    const id = orderKey(connection, snapshot.orderId);
    const { correlationId } = seen;
    const before = found ?? this.unseen(connection, snapshot, seen);
    const planned = await this.planned(before, connection, snapshot, known);
    const { holds, transfers, lines, unmapped, returns, released, counting, toRecord, returnedUnits } = planned;
    // Every store raises rev, so that of two decisions on the same state only one is stored.
    const state: OrderState = { rev: before.rev + 1, holds, transfers, lines, unmapped, returns, released, counting };
    const order = { ...draft(id, connection, snapshot, found), ...state, snapshot };
    const toDeliver = nextErpStep(order, this.policy.switches(connection)) !== null;
    // An unknown status gets the lowest version, so that the next reading does not look stale.
    const kept = snapshot.status === 'unknown' ? { ...snapshot, version: -1 } : snapshot;
    const review = reviewOf(planned, order.createdAt);
    const request = {
      id,
      connection,
      snapshot: kept,
      state,
      toRecord,
      toDeliver,
      review,
      correlationId,
      seenAt: seen.at,
    };
    const stored = found ? await this.repository.storePlan(request, found.rev) : await this.repository.insert(request);
    if (!stored) return null;
    const record = { ...order.record, requested: toRecord ? state.rev : order.record.requested };
    const decided = { ...order, record, seenAt: seen.at, correlationId: correlationId ?? order.correlationId };
    return { order: decided, toRecord, toDeliver, returnedUnits };
  }
}

function outcome(result: OrderOutcome['result'], order: OrderDoc | null): OrderOutcome {
  return { result, order, toDeliver: false, returnedUnits: [], unmapped: [], movedThere: [] };
}

/** A new plan keeps the time and source of the last reading. */
function sightingOf(order: OrderDoc): Sighting {
  return {
    at: order.seenAt ?? order.updatedAt,
    ...(order.correlationId === undefined ? {} : { correlationId: order.correlationId }),
  };
}

function reviewOf({ unmapped = [], expiresAt }: Plan, since: Date): { due: Date; reason: ReasonCode } | null {
  const { first, longest } = RETRY_AFTER_MS.unmappedOrder;
  const waited = Date.now() - since.getTime();
  const again = unmapped.length > 0 ? new Date(Date.now() + Math.min(longest, Math.max(first, waited))) : null;
  if (expiresAt && (!again || expiresAt < again)) return { due: expiresAt, reason: 'reasons.expires' };
  return again ? { due: again, reason: 'reasons.to_map' } : null;
}

function withKnown(places: Availability['places'], known: ReadonlyMap<string, number>): Availability['places'] {
  return new Map(
    [...places].map(([sku, ofSku]) => [
      sku,
      ofSku.map((place) => ({ ...place, available: known.get(entryId(sku, place.warehouse)) ?? place.available })),
    ]),
  );
}

/** An order with a person's decision about whether it counts. */
function decidedOn(
  { counting, lines = [] }: OrderDoc,
  decision: 'handled' | 'counted',
): Pick<OrderState, 'counting' | 'lines'> {
  const open = lines.filter((line) => line.notLive);
  const rest = lines.filter((line) => !line.notLive);
  return {
    ...(counting === 'before' ? { counting: decision } : {}),
    // A line that counts from now on is planned like a new one. The other lines keep their decision to
    // move nothing.
    lines: decision === 'counted' ? rest : [...rest, ...open.map(({ lineId, parts }) => ({ lineId, parts }))],
  };
}

/** Of two readings with the same version, the one that arrived later is newer; a sender that cannot be asked back may send them in any order. */
function isStale(snapshot: OrderSnapshot, seen: Sighting, found: OrderDoc): boolean {
  const { version } = found.snapshot;
  if (snapshot.version !== version) return snapshot.version < version;
  return seen.fromBody ? comesBefore(snapshot, found.snapshot) : seen.at < (found.seenAt ?? seen.at);
}

function draft(id: string, connection: string, snapshot: OrderSnapshot, found: OrderDoc | null): OrderDoc {
  if (found) return found;
  const now = new Date();
  const idle = { requested: 0, processed: 0 };
  return {
    _id: id,
    connection,
    orderId: snapshot.orderId,
    rev: 0,
    holds: [],
    transfers: [],
    snapshot,
    record: idle,
    deliver: idle,
    createdAt: now,
    updatedAt: now,
    schemaVersion: 1,
  };
}
