import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { UnmappedAlerts } from '../allocation/unmapped-alerts.service.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { atMostAhead } from '../common/clock.js';
import { checkpoint } from '../common/checkpoint.js';
import { distinct, groupBy } from '../common/collections.js';
import { currentContext, withContext } from '../common/context.js';
import { underLease } from '../common/lease.js';
import { type LogStep } from '../common/log-sink.js';
import { isOpen, type Mark } from '../common/mongo/mark.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ErpConnector, type ErpTransfer } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { afterCount, nextErpStep, type ErpStep } from '../orders/erp-step.js';
import { deliverWith, freeFromTransfer, ship, underMaster } from '../orders/hold-state.js';
import { type Hold, type OrderDoc, type Transfer } from '../orders/order.types.js';
import { deliveryName } from '../orders/delivery-name.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { causeOf } from '../orders/order-commands.js';
import { OrdersService } from '../orders/orders.service.js';
import { fixedParts } from '../orders/planner.js';
import { OrderPolicy } from '../orders/order-policy.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { LEDGER } from '../stock/ledger.types.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { type ToCount } from './reading/to-count.js';
import { StockObserver, UncountableError } from './stock-observer.service.js';
import { SHORT } from '../stock-changes/waiting-orders.service.js';
import { reasonDetail, returnedDetail, uncountableDetail } from '../alerts/alert-details.js';
import { type ReasonCode } from '../words/core-words.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';

/** Why a delivery waits while its connection is in shadow. */
export const IN_SHADOW: ReasonCode = 'reasons.shadow';
const NEXT: Record<ErpStep['do'], string> = {
  ship: 'decided',
  count: 'counted',
  cancel: 'cancelled',
  deliver: 'delivered',
  name: 'named',
};

/** Stops the work on an order until `due`; an immediate retry would not help. */
class PostponedError extends Error {
  constructor(
    readonly due: Date,
    reason: ReasonCode,
  ) {
    super(reason);
    this.name = 'PostponedError';
  }
}

/** Executes an order's steps in the ERP exactly once, and counts them. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap {
  constructor(
    private readonly orders: OrdersService,
    private readonly repository: OrdersRepository,
    private readonly policy: OrderPolicy,
    private readonly connections: ConnectionsService,
    private readonly observer: StockObserver,
    private readonly alerts: AlertsService,
    private readonly unmapped: UnmappedAlerts,
    private readonly failures: FailurePolicy,
  ) {}

  /** Deliveries that waited in shadow are made once a person has taken the connection out of it. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.connections.erps().some(({ connection }) => connection.publishing !== 'shadow'))
      await this.repository.deliver.wake(IN_SHADOW);
  }

  /** Does all due work on an order: records its plan, then the steps in the ERP one after another. */
  @JobHandler('orders')
  async work(orderKey: string): Promise<JobOutcome> {
    const found = await this.repository.find(orderKey);
    if (!found || !(isOpen(found.record) || isOpen(found.deliver) || isDue(found.review)))
      return { action: 'order.checked', status: 'success', response: { open: false } };
    const asked = currentContext().correlationIds;
    // A job of the sweeper does not carry the correlation id of the webhook.
    const correlationIds = asked.length > 0 || found.correlationId === undefined ? asked : [found.correlationId];
    return withContext(
      {
        correlationIds,
        orderIds: [found.orderId],
        productSkus: distinct(found.holds.map((hold) => hold.sku)),
        connection: found.connection,
      },
      async () => {
        const outcome = await underLease(this.repository.leases.of(orderKey), () => this.advance(orderKey));
        return outcome ?? { action: 'order.checked', status: 'pending', response: { busy: true } };
      },
    );
  }

  private async advance(orderKey: string): Promise<JobOutcome> {
    const steps: LogStep[] = [];
    const booked: Record<string, unknown> = {};
    /** The order as the last step has stored it; null: read it again. */
    let stored: OrderDoc | null = null;
    for (;;) {
      const order: OrderDoc | null = stored ?? (await this.repository.find(orderKey));
      stored = null;
      if (!order) return { action: 'order.checked', status: 'error', response: { error: 'the order is gone' } };
      if (isOpen(order.record)) {
        if (await this.orders.record(order)) await this.alertReturned(orderKey);
        continue;
      }
      if (isDue(order.review)) {
        const { order: reviewed } = await this.orders.review(orderKey);
        if (reviewed) await this.alertUnmapped(reviewed);
        continue;
      }
      const step = await this.underPresentMasters(nextErpStep(order, this.policy.switches(order.connection)));
      if (!step) {
        await this.repository.deliver.settle(orderKey, order.deliver.requested);
        if (order.deliver.error !== undefined && (order.unmapped ?? []).length === 0)
          await this.alerts.close('needs_mapping', order._id);
        checkpoint(order.snapshot.status === 'cancelled' ? 'cancel.served' : 'delivery.served');
        return outcomeOf(order, steps, booked);
      }
      if ((step.do === 'ship' || step.do === 'name') && (await this.followMasters(order, step.holds))) continue;
      const startedAt = performance.now();
      try {
        await this.refuseBlocked(step);
        stored = await this.carryOut(order, step, booked);
      } catch (error) {
        const outcome = await this.postpone(order, step, error, steps);
        if (outcome) return outcome;
        continue;
      }
      steps.push({ step: NEXT[step.do], duration: Math.round(performance.now() - startedAt) });
    }
  }

  private async alertReturned(orderKey: string): Promise<void> {
    const order = await this.repository.find(orderKey);
    const units = order ? await this.orders.outstandingReturns(order) : [];
    if (units.length > 0) await this.alerts.raise('return_unresolved', orderKey, returnedDetail(units));
  }

  /** The alert stays open while a line waits for its SKU to be mapped. */
  private async alertUnmapped({ _id, unmapped = [] }: OrderDoc): Promise<void> {
    if (unmapped.length > 0) await this.unmapped.raise(_id, unmapped);
    else await this.unmapped.close(_id);
  }

  /** Returns the order as it was stored; null: it changed concurrently, or must be read again. */
  private async carryOut(order: OrderDoc, step: ErpStep, booked: Record<string, unknown>): Promise<OrderDoc | null> {
    switch (step.do) {
      case 'ship':
        return this.ship(order, step.holds);
      case 'name':
        return this.assignName(order, step.n, step.holds);
      case 'deliver':
        return this.deliver(order, step.transfer, step.holds, booked);
      case 'cancel':
        return this.cancel(order, step.transfer, step.holds);
      case 'count':
        return this.count(order, step);
    }
  }

  /** What an ERP has done is counted without it where the ledger has become the master: that ERP may be away. */
  private async underPresentMasters(step: ErpStep | null): Promise<ErpStep | null> {
    if (step?.do !== 'count' || step.holds.every(({ master }) => master === LEDGER)) return step;
    const masters = await this.policy.masters(step.holds);
    return {
      ...step,
      holds: step.holds.map((hold) => (masters.get(hold.key) === LEDGER ? underMaster(hold, LEDGER) : hold)),
    };
  }

  /** A person may have given an entry another master: what has not begun is delivered by that one. False: none has another. */
  private async followMasters(order: OrderDoc, holds: readonly Hold[]): Promise<boolean> {
    const masters = await this.policy.masters(holds);
    const changed = holds.filter((hold) => (masters.get(hold.key) ?? hold.master) !== hold.master);
    if (changed.length === 0) return false;
    await this.repository.storeErp(order, {
      holds: order.holds.map((hold) => (changed.includes(hold) ? underMaster(hold, masters.get(hold.key)) : hold)),
    });
    return true;
  }

  private ship(order: OrderDoc, holds: readonly Hold[]): Promise<OrderDoc | null> {
    const keys = new Set(holds.map((hold) => hold.key));
    return this.repository.storeErp(order, {
      holds: order.holds.map((hold) => (keys.has(hold.key) ? ship(hold) : hold)),
    });
  }

  /** Stores the name on the order before the ERP is called with it. */
  private async assignName(order: OrderDoc, n: number, holds: readonly Hold[]): Promise<OrderDoc | null> {
    const { connection } = this.erp(holds);
    if (connection.publishing === 'shadow') throw new PostponedError(inMs(RETRY_AFTER_MS.closedErp), IN_SHADOW);
    const name = deliveryName(connection.installation, order.connection, order.orderId, n);
    const keys = new Set(holds.map((hold) => hold.key));
    const stored = await this.repository.storeErp(order, {
      holds: order.holds.map((hold) => (keys.has(hold.key) ? deliverWith(hold, n) : hold)),
      transfers: [...order.transfers, { n, name, state: 'named' }],
    });
    checkpoint('delivery.named');
    return stored;
  }

  private async deliver(
    order: OrderDoc,
    transfer: Transfer,
    holds: readonly Hold[],
    booked: Record<string, unknown>,
  ): Promise<OrderDoc | null> {
    const { connector, connection } = this.erp(holds);
    checkpoint('delivery.begun');
    const result = await connector.transfer(erpTransfer(order, transfer, holds), connection);
    this.failures.recordSuccess(connection.id);
    checkpoint('delivery.booked');
    switch (result.state) {
      case 'done': {
        booked.reference = result.reference;
        if (result.detail !== undefined)
          await this.alerts.raise('delivery_partial', order._id, reasonDetail('delivery_partial', result.detail));
        const stored = await this.setTransfer(order, transfer, { state: 'done', reference: result.reference });
        checkpoint('delivery.noted');
        await this.closeShort(order);
        return stored && this.count(stored, { do: 'count', end: 'commit', holds, transfer });
      }
      case 'cancelled':
        return this.setTransfer(order, transfer, { state: 'cancelled' });
      case 'short':
        await this.alerts.raise('delivery_short', order._id, reasonDetail('delivery_short', result.detail));
        throw new PostponedError(inMs(RETRY_AFTER_MS.shortDelivery), SHORT);
      case 'conflict':
        await this.alerts.raise('delivery_conflict', order._id, reasonDetail('delivery_conflict', result.detail));
        return this.setTransfer(order, transfer, { state: 'conflict' });
    }
  }

  private async cancel(order: OrderDoc, transfer: Transfer, holds: readonly Hold[]): Promise<OrderDoc | null> {
    const { connector, connection } = this.erp(holds);
    checkpoint('cancel.begun');
    const { state } = await connector.cancelTransfer(erpTransfer(order, transfer, holds), connection);
    this.failures.recordSuccess(connection.id);
    checkpoint('cancel.agreed');
    const stored = await this.setTransfer(order, transfer, { state });
    await this.closeShort(order);
    return stored;
  }

  /** Only a delivery that was postponed can have been short. */
  private async closeShort(order: OrderDoc): Promise<void> {
    if (order.deliver.error !== undefined) await this.alerts.close('delivery_short', order._id);
  }

  /** Ends reservations with what the ERP has done, or in the ledger where it is the master. */
  private async count(order: OrderDoc, step: Extract<ErpStep, { do: 'count' }>): Promise<OrderDoc | null> {
    const items = step.holds.map((hold): ToCount => ({
      sku: hold.sku,
      warehouse: hold.warehouse,
      kind: step.end,
      units: hold.units,
      key: `${hold.key}/end`,
      cause: causeOf(order),
    }));
    const own = items.filter((_, position) => step.holds[position]?.master === LEDGER);
    await Promise.all([this.observer.count(items.filter((item) => !own.includes(item))), this.observer.countHere(own)]);
    if (step.end === 'release') checkpoint('release.appended');
    const { connection, snapshot } = order;
    const availability = await this.policy.availability({
      connection,
      lines: snapshot.lines,
      fixed: fixedParts(order),
    });
    const after = afterCount(order, step, this.policy.switches(connection), availability, new Date());
    // Before it is stored: a crash in between must not lose the alert. If the order changes at this moment, the alert is raised in vain.
    if (after.returnedUnits.length > 0)
      await this.alerts.raise('return_unresolved', order._id, returnedDetail(after.returnedUnits));
    const stored = await this.repository.storeErp(order, after);
    checkpoint('delivery.counted');
    return stored;
  }

  /** A cancelled transfer frees its holds. */
  private setTransfer(
    order: OrderDoc,
    transfer: Transfer,
    change: Pick<Transfer, 'state' | 'reference'>,
  ): Promise<OrderDoc | null> {
    return this.repository.storeErp(order, {
      transfers: order.transfers.map((t) => (t.n === transfer.n ? { ...t, ...change } : t)),
      holds:
        change.state === 'cancelled'
          ? order.holds.map((hold) => (hold.transfer === transfer.n ? freeFromTransfer(hold) : hold))
          : order.holds,
    });
  }

  /** Postpones the order. Null: it changed concurrently, and its next step may succeed. */
  private async postpone(
    order: OrderDoc,
    step: ErpStep,
    error: unknown,
    steps: readonly LogStep[],
  ): Promise<JobOutcome | null> {
    const reason = errorText(error);
    const erp = erpIdOf(step.holds) ?? LEDGER;
    const verdict =
      error instanceof PostponedError
        ? { due: error.due, reason, countsAsAttempt: false }
        : await this.failures.decide(erp, error, order.deliver.attempts);
    if (error instanceof UncountableError || ('action' in verdict && verdict.action === 'giveUp'))
      await this.alerts.raise('needs_mapping', order._id, uncountableDetail(reason));
    const { requested } = order.deliver;
    if (
      !(await this.repository.deliver.postpone(
        order._id,
        requested,
        verdict.due,
        verdict.reason,
        verdict.countsAsAttempt,
      ))
    ) {
      const changed = await this.repository.find(order._id);
      if (changed && changed.deliver.requested > requested) return null;
    }
    const waiting = error instanceof PostponedError;
    return {
      action: `order.${step.do}`,
      status: waiting ? 'pending' : 'error',
      steps,
      response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() },
    };
  }

  /** @throws PostponedError while the ERP asked to wait, or its connection is paused */
  private async refuseBlocked({ holds }: ErpStep): Promise<void> {
    const erp = erpIdOf(holds);
    const until = erp === undefined ? null : await this.connections.blockedUntil(erp);
    if (until === 'paused') throw new PostponedError(inMs(RETRY_AFTER_MS.pausedErp), 'reasons.paused');
    if (until !== null)
      throw new PostponedError(atMostAhead(until, RETRY_AFTER_MS.silentConnection), 'reasons.erp_asked');
  }

  /** The ERP that is the master of these holds: all of one delivery have the same. */
  private erp(holds: readonly Hold[]): Bound<ErpConnector> {
    const erp = this.connections.erp(erpIdOf(holds));
    if (!erp) throw new PostponedError(inMs(RETRY_AFTER_MS.closedErp), 'reasons.no_erp');
    return erp;
  }
}

function erpIdOf(holds: readonly Hold[]): string | undefined {
  return holds.find((hold) => hold.master !== LEDGER)?.master;
}

function erpTransfer(order: OrderDoc, transfer: Transfer, holds: readonly Hold[]): ErpTransfer {
  return {
    name: transfer.name,
    origin: order.number ?? order.orderId,
    direction: 'out',
    warehouse: holds[0]?.warehouse ?? 'main',
    lines: [...groupBy(holds, (hold) => hold.sku)].map(([sku, ofSku]) => ({
      sku,
      quantity: ofSku.reduce((sum, hold) => sum + hold.units, 0),
    })),
    ifShort: 'wait',
  };
}

function outcomeOf(order: OrderDoc, steps: readonly LogStep[], booked: Readonly<Record<string, unknown>>): JobOutcome {
  const did = (step: string) => steps.some((one) => one.step === step);
  const action = did('delivered')
    ? 'order.delivered'
    : did('cancelled') || order.snapshot.status === 'cancelled'
      ? 'order.cancelled'
      : 'order.checked';
  return { action, status: 'success', steps, response: { order: order.snapshot.status, ...booked } };
}

function isDue(review: Mark | undefined): boolean {
  return review !== undefined && isOpen(review) && (review.since ?? new Date(0)) <= new Date();
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}
