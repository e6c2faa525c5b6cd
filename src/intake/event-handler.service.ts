import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { AccountEvents } from './account/account-events.service.js';
import { PrivacyService } from './privacy/privacy.service.js';
import { checkpoint } from '../common/checkpoint.js';
import { distinct } from '../common/collections.js';
import { withContext } from '../common/context.js';
import { type LogStep } from '../common/log-sink.js';
import { isOpen } from '../common/mongo/mark.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type WebhookIntent, type OrderSnapshot, type OrderStatus } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { isIn } from '../orders/hold-state.js';
import { orderKey } from '../orders/order.types.js';
import { isSold, isUndecided } from '../orders/planner.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { OrdersService, type OrderOutcome } from '../orders/orders.service.js';
import { onTopOf } from '../orders/same-order.js';
import { WarehousesService } from '../connections/warehouses/warehouses.service.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { entryId } from '../stock/entry-id.js';
import { ChannelObservations } from '../publishing/channel-observations.repository.js';
import { CatalogueService } from '../publishing/catalogue.service.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { StockObserver, UncountableError } from '../fulfilment/stock-observer.service.js';
import {
  driftDetail,
  reasonDetail,
  returnedDetail,
  uncountableDetail,
  unmappedDetail,
} from '../alerts/alert-details.js';
import { WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { RecentReads } from './recent-reads.js';
import { type WebhookEvent } from '../webhook-events/webhook-event.schema.js';

type HintOf<Kind extends WebhookIntent['kind']> = Extract<WebhookIntent, { kind: Kind }>;

/** A platform may announce an order before it can be fetched: it is retried for this long. */
const MISSING_MS = 10 * 60_000;
const MISSING_AGAIN_MS = 20_000;
const LONGEST_AGAIN_MS = 3_600_000;

const OVER: ReadonlySet<string> = new Set<OrderStatus>(['shipped', 'delivered', 'cancelled', 'returned']);

/** Handles the intent of a stored webhook. */
@Injectable()
export class EventHandler {
  private readonly reads = new RecentReads();

  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly orders: OrdersService,
    private readonly orderDocs: OrdersRepository,
    private readonly warehouses: WarehousesService,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly observations: ChannelObservations,
    private readonly entries: EntriesRepository,
    private readonly observer: StockObserver,
    private readonly alerts: AlertsService,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
    private readonly pumps: PumpWakeups,
    private readonly catalogue: CatalogueService,
    private readonly accountEvents: AccountEvents,
    private readonly privacy: PrivacyService,
  ) {}

  @JobHandler('inbox')
  async handle(eventId: string): Promise<JobOutcome> {
    const event = await this.events.find(eventId);
    if (!event || !isOpen(event.handle))
      return { action: 'webhook.handled', status: 'success', response: { open: false } };
    checkpoint('event.started');
    const correlationIds = event.correlationId === undefined ? [] : [event.correlationId];
    return withContext({ correlationIds, connection: event.connection }, async () => {
      try {
        const outcome = await this.dispatch(event);
        await this.events.recordOutcome(eventId, event.handle.requested, outcome.action);
        checkpoint('event.handled');
        return outcome;
      } catch (error) {
        const verdict = await this.failures.decide(this.askedFor(event), error, event.handle.attempts);
        await this.events.handle.postpone(
          eventId,
          event.handle.requested,
          verdict.due,
          verdict.reason,
          verdict.countsAsAttempt,
        );
        return {
          action: 'webhook.handled',
          status: 'error',
          response: { waiting: verdict.reason, nextTry: verdict.due.toISOString() },
        };
      }
    });
  }

  /** The connection whose answer was missing: the order's channel or, for stock, the ERP. */
  private askedFor({ connection, intent: hint }: WebhookEvent): string {
    if (['orderRef', 'order', 'account', 'privacy'].includes(hint.kind) || this.connections.erp(connection))
      return connection;
    return this.connections.erp()?.connection.id ?? connection;
  }

  private dispatch(event: WebhookEvent): Promise<JobOutcome> {
    switch (event.intent.kind) {
      case 'order':
        return this.orderTold(event, event.intent);
      case 'channelStock':
        return this.channelStock(event, event.intent);
      case 'erpStock':
        return this.erpStock(event, event.intent);
      case 'orderRef':
        return this.orderRef(event, event.intent);
      case 'listingRef':
        this.catalogue.soon(event.connection, event.intent.products);
        return Promise.resolve({ action: 'catalogue.asked', status: 'success', productSkus: event.intent.skus });
      case 'account':
        return this.account(event, event.intent);
      case 'privacy':
        return this.privacy.obey(event._id, event.connection, event.intent);
      case 'pushRef':
      case 'nothing':
        return Promise.resolve({ action: 'webhook.noted', status: 'success', response: { ...event.intent } });
    }
  }

  /** The platform may send the event a moment before it is true. */
  private async account(event: WebhookEvent, { what }: HintOf<'account'>): Promise<JobOutcome> {
    const { outcome, early } = await this.accountEvents.look(event.connection, what);
    if (early && ageMs(event) < MISSING_MS) await this.events.reschedule(event._id, MISSING_AGAIN_MS);
    return outcome;
  }

  /**
   * An order that was fetched from its platform before is fetched again: there a body is only a hint.
   * Confirmed or paid is taken from the body if the platform does not know it.
   */
  private async orderTold(event: WebhookEvent, hint: HintOf<'order'>): Promise<JobOutcome> {
    const bound = this.connections.channel(event.connection);
    if (!bound?.connector.fetchOrder) return this.order(event, hint);
    const known = await this.orderDocs.find(orderKey(event.connection, hint.order.orderId));
    if (known?.snapshot.ref === undefined) return this.order(event, hint);
    return this.orderRef(event, { kind: 'orderRef', orderId: known.snapshot.ref }, hint.order);
  }

  /** Fetches the order from its platform. */
  private async orderRef(
    event: WebhookEvent,
    { orderId, edited }: HintOf<'orderRef'>,
    told?: OrderSnapshot,
  ): Promise<JobOutcome> {
    const bound = this.connections.channel(event.connection);
    const read = { key: orderKey(event.connection, orderId), edited: edited ?? false };
    if (!told && this.reads.serves(read.key, event.readAfter ?? event.receivedAt, read.edited))
      return {
        action: 'order.unchanged',
        status: 'success',
        orderIds: [orderId],
        response: { result: 'read since it was told' },
      };
    const receivedAt = new Date();
    const order = await bound?.connector.fetchOrder?.(orderId, bound.connection, edited);
    if (bound?.connector.fetchOrder) this.failures.recordSuccess(event.connection);
    if (!order && told) return this.order(event, { kind: 'order', order: told });
    if (!order) {
      if (ageMs(event) < MISSING_MS) await this.events.reschedule(event._id, MISSING_AGAIN_MS);
      return { action: 'order.missing', status: 'error', orderIds: [orderId], response: { found: false } };
    }
    const { readAgainMs, attention, edit, ...snapshot } = order;
    const subject = orderKey(event.connection, snapshot.orderId);
    if (attention !== undefined)
      await this.alerts.raise('order_attention', subject, reasonDetail('order_attention', attention));
    else
      await this.alerts.closeAll(
        'order_attention',
        OVER.has(snapshot.status) ? [subject, `${subject}/edited`] : [subject],
      );
    if (edit !== undefined)
      await this.alerts.raise('order_attention', `${subject}/edited`, reasonDetail('order_attention', edit));
    const seen = { kind: 'order' as const, order: told ? onTopOf(told, snapshot) : snapshot };
    const outcome = await this.order({ ...event, receivedAt }, seen, { told: false });
    this.reads.record(read.key, { startedAt: receivedAt.getTime(), edited: read.edited });
    // The longer it is incomplete, the less often it is asked.
    if (readAgainMs !== undefined)
      await this.events.reschedule(event._id, Math.min(Math.max(readAgainMs, ageMs(event) / 2), LONGEST_AGAIN_MS));
    return outcome;
  }

  private async order(
    event: WebhookEvent,
    { order }: HintOf<'order'>,
    { told }: { told: boolean } = { told: true },
  ): Promise<JobOutcome> {
    const skus = distinct(order.lines.map((line) => line.sku));
    return withContext({ orderIds: [order.orderId], productSkus: skus }, async () => {
      const startedAt = performance.now();
      await this.listings.ensure(event.connection, skus);
      const outcome = await this.orders.observe(event.connection, order, {
        at: event.receivedAt,
        correlationId: event.correlationId,
        told,
      });
      await this.alertOn(event.connection, outcome, order.statusText);
      const id = outcome.order?._id ?? orderKey(event.connection, order.orderId);
      if (outcome.movedThere.length > 0) {
        await this.listings.noteSold(event.connection, outcome.movedThere);
        this.pumps.wake([event.connection]);
      }
      if (outcome.toDeliver) this.jobQueue.send('orders', [id]);
      const steps: LogStep[] = [
        { step: verbOf(outcome, order.status), duration: Math.round(performance.now() - startedAt) },
      ];
      return {
        action: `order.${verbOf(outcome, order.status)}`,
        status: outcome.result === 'unknown' ? 'error' : 'success',
        orderIds: [order.orderId],
        productSkus: skus,
        steps,
        response: { order: order.status, result: outcome.result },
      };
    });
  }

  private async alertOn(connection: string, outcome: OrderOutcome, statusText: string): Promise<void> {
    const id = outcome.order?._id ?? connection;
    if (outcome.result === 'unknown')
      await this.alerts.raise('unknown_status', id, {
        code: 'alerts.unknown_status.detail',
        params: { status: statusText },
      });
    else if ((outcome.order?.rev ?? 0) > 1) await this.alerts.close('unknown_status', id);
    if (outcome.unmapped.length > 0) await this.alerts.raise('needs_mapping', id, unmappedDetail(outcome.unmapped));
    else if ((outcome.order?.rev ?? 0) > 1) await this.alerts.close('needs_mapping', id);
    await this.alertUndecided(connection, outcome);
    if (outcome.returnedUnits.length > 0) {
      await this.alerts.raise('return_unresolved', id, returnedDetail(outcome.returnedUnits));
    } else if (outcome.order?.holds.some((hold) => isIn(hold, 'committed'))) {
      await this.alerts.close('return_unresolved', id);
    }
  }

  /** In shadow no order counts. Once live, an order that appears later needs a review. */
  private async alertUndecided(connection: string, { order }: OrderOutcome): Promise<void> {
    if (!order || !isUndecided(order) || !isSold(order.snapshot.status) || OVER.has(order.snapshot.status)) return;
    const account = this.connections.find(connection);
    if (account && account.publishing !== 'shadow' && !account.liveSkus)
      await this.alerts.raise('before_cutover', order._id, { code: 'alerts.before_cutover.detail' });
  }

  /** Compares a channel's number with the published one; it never changes the ledger. */
  private async channelStock(event: WebhookEvent, hint: HintOf<'channelStock'>): Promise<JobOutcome> {
    const about = { productSkus: [hint.sku] };
    const listing = await this.listings.find(event.connection, hint.sku);
    const told = listing?.published;
    if (told && hint.observedAt !== undefined && hint.observedAt < told.at.getTime()) {
      return {
        action: 'stock.compared',
        status: 'success',
        ...about,
        response: { result: 'stale', reported: hint.quantity },
      };
    }
    await this.observations.note(event.connection, [hint], 'webhook');
    const subject = `${event.connection}/${hint.sku}`;
    if (told?.quantity === hint.quantity) {
      await this.alerts.close('drift', subject);
      return {
        action: 'stock.compared',
        status: 'success',
        ...about,
        response: { result: 'equal', reported: hint.quantity },
      };
    }
    if (!listing) await this.listings.ensure(event.connection, [hint.sku]);
    await this.alerts.raise('drift', subject, driftDetail(hint.quantity, told?.quantity ?? null));
    await this.wantObserved([hint.sku]);
    await this.listings.markUnknown(
      event.connection,
      hint.sku,
      event.correlationId === undefined ? {} : { correlationId: event.correlationId },
    );
    this.pumps.wake([event.connection]);
    return {
      action: 'stock.compared',
      status: 'success',
      ...about,
      response: { result: 'drift', reported: hint.quantity, told: told?.quantity ?? null },
    };
  }

  /** The ERP reports a change: observe it. */
  private async erpStock(event: WebhookEvent, hint: HintOf<'erpStock'>): Promise<JobOutcome> {
    const erp = this.connections.erp(event.connection);
    const sku =
      hint.sku ??
      (erp && hint.productRef !== undefined ? await erp.connector.skuOf(hint.productRef, erp.connection) : null);
    if (!erp || sku === null)
      return {
        action: 'stock.observed',
        status: 'success',
        response: { result: 'no SKU', productRef: hint.productRef },
      };
    const cause = {
      type: 'observation' as const,
      ...(event.correlationId === undefined ? {} : { correlationId: event.correlationId }),
    };
    try {
      const fed = this.fed().filter((warehouse) => warehouse.erp?.connection === event.connection);
      const looks = await Promise.all(fed.map(({ _id }) => this.observer.look(sku, _id, cause)));
      const changes = looks.filter((movement) => movement !== null);
      return {
        action: 'stock.observed',
        status: 'success',
        productSkus: [sku],
        response: {
          changedBy: changes.reduce((sum, { quantityDelta }) => sum + quantityDelta, 0),
          entries: changes.map(({ warehouse, quantity }) => ({ warehouse, quantity })),
        },
      };
    } catch (error) {
      if (!(error instanceof UncountableError)) throw error;
      await this.alerts.raise('needs_mapping', sku, uncountableDetail(error.message));
      return { action: 'stock.observed', status: 'error', productSkus: [sku], response: { problem: error.problem } };
    }
  }

  /** The warehouses whose ERP is connected. */
  private fed() {
    return this.warehouses.all().filter(({ erp }) => erp && this.connections.erp(erp.connection));
  }

  private async wantObserved(skus: readonly string[]): Promise<void> {
    const wanted = this.fed().flatMap(({ _id: warehouse, erp }) =>
      skus.map((sku) => ({ sku, warehouse, master: erp?.connection ?? '' })),
    );
    await this.entries.ensure(wanted);
    const ids = wanted.map(({ sku, warehouse }) => entryId(sku, warehouse));
    await this.entries.wantObservation(ids);
    this.jobQueue.send('stock', ids);
  }
}

function ageMs({ receivedAt }: WebhookEvent): number {
  return Date.now() - receivedAt.getTime();
}

function verbOf(outcome: OrderOutcome, status: string): string {
  if (outcome.result !== 'planned') return outcome.result;
  return status === 'cancelled' ? 'released' : 'reserved';
}
