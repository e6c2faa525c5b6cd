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
  async observe(connection: string, snapshot: OrderSnapshot, correlationId: string | undefined): Promise<OrderOutcome> {
    const id = orderKey(connection, snapshot.orderId);
    for (;;) {
      const found = await this.repository.find(id);
      if (found && isOpen(found.record)) {
        await this.record(found);
        continue;
      }
      if (found && snapshot.version < found.snapshot.version) return { result: 'stale', order: found, toDeliver: false, returnedUnits: [] };
      if (snapshot.status === 'unknown' && found) return { result: 'unknown', order: found, toDeliver: false, returnedUnits: [] };

      const stored = await this.planAndStore(id, connection, snapshot, found, correlationId);
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
    await Promise.all(runs.map((run) => this.ledger.append(run)));
    checkpoint('plan.recorded');
    await this.repository.record.settle(order._id, order.record.wanted);
  }

  private async planAndStore(
    id: string,
    connection: string,
    snapshot: OrderSnapshot,
    found: OrderDoc | null,
    correlationId: string | undefined,
  ) {
    const switches = this.policy.switches(connection);
    const before = found ?? { rev: 0, holds: [], transfers: [] };
    const planned = plan(before, snapshot, switches, (sku) => this.policy.sourcing(sku), id);
    // Every store is a decision of its own, so that of two that were made from the same state only one is stored.
    const state = { rev: before.rev + 1, holds: planned.holds, transfers: planned.transfers };
    const order = { ...draft(id, connection, snapshot, found), ...state, snapshot };
    const toDeliver = nextErpStep(order, switches) !== null;
    const request = { id, connection, snapshot, state, toRecord: planned.toRecord, toDeliver, correlationId };
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
