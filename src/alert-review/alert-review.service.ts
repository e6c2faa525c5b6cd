import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '../common/periodic-task.js';
import { type Alert } from '../alerts/alert.schema.js';
import { AlertsRepository } from '../alerts/alerts.repository.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { listingId, ListingsRepository } from '../listings/listings.repository.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { OrdersService } from '../orders/orders.service.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { isCauseGone, REVIEWED_KINDS, type AlertFacts } from './alert-causes.js';
import { DeadWorkReview } from './dead-work-review.service.js';
import { KnownSkus } from '../allocation/known-skus.service.js';

const EVERY_MS = 30_000;
/** How often the ERP is asked about SKUs that the ledger does not have. */
const ASK_EVERY_MS = 10 * 60_000;
const PAGE = 200;

/**
 * Reviews open alerts periodically, and closes those whose cause is gone. So no alert stays open because
 * the process that should close it died, or because its cause disappeared unnoticed.
 */
@Injectable()
export class AlertReview implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task = new PeriodicTask(() => this.review().then(() => undefined), {
    everyMs: EVERY_MS,
    logger: new Logger('AlertReview'),
    failure: 'the alerts were not reviewed',
    byWorkersOnly: true,
  });
  private askedAt = 0;

  constructor(
    private readonly alerts: AlertsService,
    private readonly open: AlertsRepository,
    private readonly orders: OrdersRepository,
    private readonly planner: OrdersService,
    private readonly listings: ListingsRepository,
    private readonly entries: EntriesRepository,
    private readonly known: KnownSkus,
    private readonly givenUp: DeadWorkReview,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** One round over all open alerts. Gives back the number of closed ones. */
  async review(): Promise<number> {
    await this.givenUp.review();
    let closed = 0;
    for (let after = ''; ;) {
      const page = await this.open.openOf(REVIEWED_KINDS, after, PAGE);
      const last = page.at(-1);
      if (!last || this.task.stopped) return closed;
      const facts = await this.factsOf(page);
      for (const alert of page.filter((one) => isCauseGone(one, facts))) {
        await this.alerts.closeSeen(alert);
        closed += 1;
      }
      after = last._id;
    }
  }

  private async factsOf(alerts: readonly Alert[]): Promise<AlertFacts> {
    const subjects = alerts.map((alert) => alert.subject);
    const orders = new Map((await this.orders.findAll(subjects)).map((order) => [order._id, order]));
    const unknown = alerts
      .filter(({ kind, subject }) => kind === 'needs_mapping' && !orders.has(subject))
      .map((alert) => alert.subject);
    const asked = alerts
      .filter(({ kind }) => kind === 'return_unresolved')
      .flatMap(({ subject }) => orders.get(subject) ?? []);
    const returns = await Promise.all(
      asked.map(async (order) => ((await this.planner.outstandingReturns(order)).length > 0 ? [order._id] : [])),
    );
    return {
      orders,
      listings: await this.listingsOf(
        alerts.filter(({ kind }) => kind === 'push_rejected' || kind === 'drift').map((alert) => alert.subject),
      ),
      counted: await this.counted(unknown),
      withReturns: new Set(returns.flat()),
    };
  }

  /** Some subjects contain the plain SKU, others its form in an id. */
  private async listingsOf(subjects: readonly string[]) {
    const byId = new Map(
      subjects.flatMap((subject) => [[subject, subject] as const, [idOf(subject), subject] as const]),
    );
    const found = await this.listings.byIds([...byId.keys()]);
    return new Map(found.map((listing) => [byId.get(listing._id) ?? listing._id, listing]));
  }

  private async counted(skus: readonly string[]): Promise<Set<string>> {
    if (skus.length === 0) return new Set();
    const seen = (await this.entries.ofSkus(skus)).filter(
      (entry) => entry.observedAt !== undefined && entry.problem === undefined,
    );
    const counted = new Set(seen.map((entry) => entry.sku));
    if (Date.now() - this.askedAt < ASK_EVERY_MS) return counted;
    this.askedAt = Date.now();
    for (const sku of await this.known.among(skus.filter((one) => !counted.has(one)))) counted.add(sku);
    return counted;
  }
}

function idOf(subject: string): string {
  const slash = subject.indexOf('/');
  return listingId(subject.slice(0, slash), subject.slice(slash + 1));
}
