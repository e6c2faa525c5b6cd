import { Injectable } from '@nestjs/common';
import { groupBy } from '../common/collections.js';
import { checkpoint } from '../common/checkpoint.js';
import { isOpen } from '../common/mongo/mark.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { LedgerService } from '../stock/ledger.service.js';
import { type Cause, type Command, type Run } from '../stock/ledger.types.js';
import { nextErpStep } from './erp-step.js';
import { type OrderSnapshot } from './order-snapshot.js';
import { orderKey, type Hold, type OrderDoc } from './order.types.js';
import { OrdersRepository } from './orders.repository.js';
import { plan } from './planner.js';
import { OrderPolicy } from './sourcing.js';

/**
 * What became of a look at an order. `stale`: something newer is known, no effect. `unknown`: its status is not understood, no effect.
 * `toDeliver`: the ERP has something to do.
 */
export interface OrderOutcome {
  readonly result: 'planned' | 'unchanged' | 'stale' | 'unknown';
  readonly order: OrderDoc | null;
  readonly toDeliver: boolean;
  readonly returnedUnits: readonly { readonly sku: string; readonly units: number }[];
}

/** When and by what an order was shown to us. */
export interface Sighting {
  readonly at: Date;
  readonly correlationId?: string;
}

/** Orders, planned from how they are now and recorded in the ledger. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly ledger: LedgerService,
    private readonly entries: EntriesRepository,
    private readonly policy: OrderPolicy,
  ) {}

  /** Takes note of an order as its platform shows it, and records what is missing for it. */
  async observe(connection: string, snapshot: OrderSnapshot, seen: Sighting): Promise<OrderOutcome> {
    const id = orderKey(connection, snapshot.orderId);
    for (;;) {
      const found = await this.repository.find(id);
      if (found && isOpen(found.record)) {
        await this.record(found);
        continue;
      }
      if (found && isStale(snapshot, seen, found)) return { result: 'stale', order: found, toDeliver: false, returnedUnits: [] };
      if (snapshot.status === 'unknown' && found) return { result: 'unknown', order: found, toDeliver: false, returnedUnits: [] };

      const stored = await this.planAndStore(id, connection, snapshot, found, seen);
      if (!stored) continue;
      checkpoint('order.planned');
      if (stored.toRecord) await this.record(stored.order);
      const result = snapshot.status === 'unknown' ? 'unknown' : stored.toRecord || stored.toDeliver ? 'planned' : 'unchanged';
      return { result, order: stored.order, toDeliver: stored.toDeliver, returnedUnits: stored.returnedUnits };
    }
  }

  /** Appends what the stored plan asks for. However often it is repeated, the keys make it happen once. */
  async record(order: OrderDoc): Promise<void> {
    const reserves = order.holds.filter((hold) => hold.rev > order.record.done);
    const releases = order.holds.filter((hold) => (hold.releaseRev ?? 0) > order.record.done);
    await this.entries.ensure(reserves);
    const commands = [
      ...reserves.map((hold) => ({ hold, command: reserveOf(order, hold) })),
      ...releases.map((hold) => ({ hold, command: releaseOf(order, hold) })),
    ];
    const runs = [...groupBy(commands, ({ hold }) => entryId(hold.sku, hold.warehouse)).values()].flatMap(runOf);
    const movements = (await Promise.all(runs.map((run) => this.ledger.append(run)))).flat();
    // An end that was counted as a delivery before this plan was stored: the goods are gone, whatever the plan wants.
    const gone = new Set(movements.filter((movement) => movement.kind === 'commit').map((movement) => movement.key));
    if (gone.size > 0 && !(await this.noteGone(order, gone))) return;
    checkpoint('plan.recorded');
    await this.repository.record.settle(order._id, order.record.wanted);
  }

  /** False: the order changed meanwhile. */
  private async noteGone(order: OrderDoc, ends: ReadonlySet<string>): Promise<boolean> {
    const holds = order.holds.map((hold): Hold => {
      if (!ends.has(`${hold.key}/end`)) return hold;
      const kept: Omit<Hold, 'releaseRev'> & { releaseRev?: number } = { ...hold };
      delete kept.releaseRev;
      return { ...kept, ended: 'committed' };
    });
    return (await this.repository.storeErp(order, { holds })) !== null;
  }

  private async planAndStore(id: string, connection: string, snapshot: OrderSnapshot, found: OrderDoc | null, seen: Sighting) {
    const { correlationId } = seen;
    const switches = this.policy.switches(connection);
    const before = found ?? { rev: 0, holds: [], transfers: [] };
    const planned = plan(before, snapshot, switches, (sku) => this.policy.sourcing(sku), id);
    // Every store is a decision of its own, so that of two that were made from the same state only one is stored.
    const state = { rev: before.rev + 1, holds: planned.holds, transfers: planned.transfers };
    const order = { ...draft(id, connection, snapshot, found), ...state, snapshot };
    const toDeliver = nextErpStep(order, switches) !== null;
    // What is not understood must not make what comes next look old.
    const kept = snapshot.status === 'unknown' ? { ...snapshot, version: -1 } : snapshot;
    const request = { id, connection, snapshot: kept, state, toRecord: planned.toRecord, toDeliver, correlationId, seenAt: seen.at };
    const stored = found ? await this.repository.storePlan(request, found.rev) : await this.repository.insert(request);
    if (!stored) return null;
    const record = { ...order.record, wanted: planned.toRecord ? planned.rev : order.record.wanted };
    return {
      order: { ...order, record, correlationId: correlationId ?? order.correlationId },
      toRecord: planned.toRecord,
      toDeliver,
      returnedUnits: planned.returnedUnits,
    };
  }
}

/** Of two with the same version the one that arrived later is newer. */
function isStale(snapshot: OrderSnapshot, seen: Sighting, found: OrderDoc): boolean {
  const { version } = found.snapshot;
  return snapshot.version < version || (snapshot.version === version && seen.at < (found.seenAt ?? seen.at));
}

/** The commands of one entry. */
function runOf(group: readonly { hold: Hold; command: Command }[]): Run[] {
  return group
    .slice(0, 1)
    .map(({ hold: { sku, warehouse, master } }) => ({ sku, warehouse, master, commands: group.map((one) => one.command) }));
}

/** Who a movement of this order is due to. */
export function causeOf(order: OrderDoc): Cause {
  return {
    type: 'order',
    connection: order.connection,
    orderId: order.orderId,
    ...(order.correlationId === undefined ? {} : { correlationId: order.correlationId }),
  };
}

function reserveOf(order: OrderDoc, hold: Hold): Command {
  return { kind: 'reserve', units: hold.units, key: hold.key, cause: causeOf(order) };
}

function releaseOf(order: OrderDoc, hold: Hold): Command {
  return { kind: 'release', units: hold.units, key: `${hold.key}/end`, cause: causeOf(order) };
}

function draft(id: string, connection: string, snapshot: OrderSnapshot, found: OrderDoc | null): OrderDoc {
  if (found) return found;
  const now = new Date();
  const idle = { wanted: 0, done: 0 };
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
