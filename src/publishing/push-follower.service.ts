import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../alerts/alert-details.js';
import { type ReasonCode } from '../words/core-words.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { leaseTimes } from '../common/lease-times.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ChannelConnector, type FoundPush, type PushOutcome } from '../connectors/contract.js';
import { listingId, ListingsRepository } from '../listings/listings.repository.js';
import { type Bound } from '../connectors/registry.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { LeasedListings } from './leased-listings.repository.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { PushesRepository } from './pushes.repository.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { type ListingPush } from './schemas.js';

/** A push within this time of a lost one could be mistaken for it. */
const AROUND_MS = 15 * 60_000;
/**
 * A lost push that arrived is found within this time after its call ended; otherwise its listings are published again. Each push before it that
 * was not found doubles the time, so that an outage does not use up the platform's limit.
 */
const FOUND_WITHIN_MS = 5_000;
/** A call without a report counts as lost this long after its limit. */
const AFTER_CALL_MS = 5_000;
/** The sweeper takes the work up this long after the job for it. */
const AFTER_JOB_MS = 5_000;
/** A pending push is followed again after a tenth of its age, within these bounds. */
const AGAIN_MS = { least: 400, most: 30_000 };

/** Follows each push until its platform has accepted or rejected the numbers. */
@Injectable()
export class PushFollower {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly pushes: PushesRepository,
    private readonly listings: ListingsRepository,
    private readonly leased: LeasedListings,
    private readonly alerts: AlertsService,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
    private readonly pumps: PumpWakeups,
  ) {}

  @JobHandler('feeds')
  async follow(pushId: string): Promise<JobOutcome> {
    const push = await this.pushes.find(pushId);
    if (!push || push.finishedAt) return { action: 'stock.follow', status: 'success', response: { open: false } };
    const bound = this.connections.channel(push.connection);
    const about = {
      connection: push.connection,
      orderIds: push.orderIds,
      correlationIds: push.correlationIds,
      productSkus: push.items.map((item) => item.sku),
    };
    if (push.state === 'unclear') return { ...about, ...(await this.settleUnclear(push, bound)) };
    const isOver = !bound || push.deadline <= new Date();
    if (isOver || (push.ref === undefined && push.state === 'sending' && !bound.connector.findPush))
      return { ...about, ...(await this.abandon(push)) };
    try {
      if (push.ref === undefined) return { ...about, ...(await this.search(push, bound)) };
      const outcome = await bound.connector.pushOutcome(push.ref, bound.connection);
      this.failures.recordSuccess(push.connection);
      if (outcome.state === 'pending') {
        await this.followLater(push);
        return { ...about, action: 'stock.follow', status: 'pending' };
      }
      await this.conclude(pushId, outcome);
      return outcome.state === 'finished'
        ? {
            ...about,
            action: 'stock.accepted',
            status: outcome.rejected.length > 0 ? 'error' : 'success',
            response: { ref: push.ref, rejected: outcome.rejected },
          }
        : { ...about, action: 'stock.refused', status: 'error', response: { ref: push.ref, reason: outcome.reason } };
    } catch (error) {
      const verdict = await this.failures.decide(push.connection, error);
      this.followAt(push, verdict.due);
      await this.pushes.follow.postpone(pushId, push.follow.requested, afterJob(verdict.due), verdict.reason);
      return {
        ...about,
        action: 'stock.follow',
        status: 'error',
        response: { error: verdict.reason, nextTry: verdict.due.toISOString() },
      };
    }
  }

  /** Records the outcome of a push, and releases its listings. */
  async conclude(pushId: string, outcome: PushOutcome): Promise<void> {
    const push = await this.pushes.find(pushId);
    if (!push || outcome.state === 'pending') return;
    if (outcome.state === 'failed') {
      await this.leased.markUnclear(pushId, new Date(Date.now() + AGAIN_MS.most), outcome.reason);
      await this.pushes.finish(pushId, 'failed', undefined, outcome.reason);
      return;
    }
    const rejected = new Map(outcome.rejected.map(({ sku, reason }) => [sku, reason]));
    const gone = await this.leased.recordOutcome(pushId, rejected);
    const accepted = push.items.filter(({ sku }) => !rejected.has(sku)).map(({ sku }) => `${push.connection}/${sku}`);
    if (accepted.length > 0) this.connections.note(push.connection, 'acceptedAt');
    for (const kind of ['drift', 'push_rejected'] as const) await this.alerts.closeAll(kind, accepted);
    for (const [sku, reason] of rejected)
      if (!gone.has(sku))
        await this.alerts.raise('push_rejected', `${push.connection}/${sku}`, reasonDetail('push_rejected', reason));
    await this.pushes.finish(
      pushId,
      'accepted',
      push.items.map((item) => (rejected.has(item.sku) ? { ...item, refused: rejected.get(item.sku) } : item)),
    );
    this.pumps.wake([push.connection]);
  }

  /** Searches the platform for a push that got no answer. If it is not there in time, its listings are published again. */
  private async search(push: ListingPush, bound: Bound<ChannelConnector>): Promise<JobOutcome> {
    const lostAt = lostAtOf(push, bound);
    // Begun by another process, it may be in flight, or its process may have died: the platform knows.
    if (this.pushes.sending.has(push._id)) return this.postpone(push, new Date(lostAt), 'reasons.not_known_sent');
    const found = await this.findAmong(push, bound);
    this.failures.recordSuccess(push.connection);
    if (found.state === 'found') {
      await this.recordFound(push, found.ref);
      this.followAt(push, new Date(Date.now() + AGAIN_MS.least));
      return { action: 'stock.found', status: 'success', response: { ref: found.ref } };
    }
    if (found.state === 'absent' && Date.now() >= lostAt) return this.abandon(push);
    const foundBy = Math.min(lostAt, await this.foundBy(push));
    if (Date.now() >= foundBy) return this.publishAgain(push, lostAt);
    const due = new Date(Math.max(Date.now() + AGAIN_MS.least, Math.min(foundBy, Date.now() + AGAIN_MS.most)));
    this.followAt(push, due);
    return this.postpone(push, afterJob(due), found.state === 'absent' ? 'reasons.not_found_yet' : 'reasons.may_be_it');
  }

  private async foundBy({ connection, answeredAt, createdAt }: ListingPush): Promise<number> {
    const unclear = await this.pushes.unclearInARow(connection);
    return (answeredAt ?? createdAt).getTime() + FOUND_WITHIN_MS * 2 ** unclear;
  }

  /** Among several lost pushes of the same SKUs, a found one could be any of them. */
  private async findAmong(push: ListingPush, { connector, connection }: Bound<ChannelConnector>): Promise<FoundPush> {
    const otherRefs = await this.pushes.refsAround(push.connection, push.createdAt, AROUND_MS);
    const found = (await connector.findPush?.(push.items, { sentAt: push.createdAt, otherRefs }, connection)) ?? {
      state: 'absent',
    };
    return found.state === 'found' && (await this.pushes.hasRival(push, AROUND_MS)) ? { state: 'unclear' } : found;
  }

  /** Sales do not wait for a push that may still turn up: its listings are published again, and it is searched once more at `searchAt`. */
  private async publishAgain(push: ListingPush, searchAt: number): Promise<JobOutcome> {
    const reason = 'no answer, and not found at the platform';
    await this.leased.markUnclear(push._id, new Date(), reason);
    await this.pushes.markUnclear(push, reason, new Date(searchAt));
    this.pumps.wake([push.connection]);
    return { action: 'stock.follow', status: 'error', response: { outcome: 'unclear' } };
  }

  /** If Redis loses the job, the sweeper finds the mark. */
  private followAt({ _id, orderIds, correlationIds }: ListingPush, at: Date): void {
    void this.jobQueue.enqueue(
      'feeds',
      [{ ids: [_id], orderIds, correlationIds }],
      Math.max(1, at.getTime() - Date.now()),
    );
  }

  /** As if its answer had come. Later changes of its listings still wait to be published. */
  private async recordFound(push: ListingPush, ref: string): Promise<void> {
    await this.pushes.markFound(push._id, ref);
    const published = push.items.flatMap(({ sku, quantity, parts, noted }) => {
      const number = { quantity, ...(parts ? { parts } : {}), at: push.createdAt, state: 'sent' as const };
      // Whether a 0 was set by hand is not known any more.
      return noted === undefined
        ? []
        : [{ id: listingId(push.connection, sku), noted, byHand: quantity === 0, published: number }];
    });
    await this.leased.markSent(push._id, published);
  }

  private async postpone(push: ListingPush, due: Date, reason: ReasonCode): Promise<JobOutcome> {
    await this.pushes.follow.postpone(push._id, push.follow.requested, due, reason);
    return { action: 'stock.follow', status: 'pending', response: { waiting: reason, nextTry: due.toISOString() } };
  }

  /** Its outcome cannot be known: absolute numbers may be published again. */
  private async abandon(push: ListingPush): Promise<JobOutcome> {
    const now = new Date();
    const bound = this.connections.channel(push.connection);
    const lostAt = new Date(lostAtOf(push, bound));
    // It may be in flight at this moment.
    if (push.state === 'sending' && lostAt > now) return this.postpone(push, lostAt, 'reasons.not_known_sent');
    const reason = 'the outcome of the last push is not known';
    await this.leased.markUnclear(push._id, now, reason);
    const wasSearched = bound?.connector.findPush !== undefined;
    if (push.deadline > now && !wasSearched) await this.pushes.markUnclear(push, reason);
    else await this.pushes.finish(push._id, 'unclear', undefined, 'no outcome');
    this.pumps.wake([push.connection]);
    return { action: 'stock.follow', status: 'error', response: { outcome: 'unclear' } };
  }

  /** An unclear push may take effect on top of later ones, so what the channel shows is unknown until its deadline. */
  private async settleUnclear(push: ListingPush, bound: Bound<ChannelConnector> | null): Promise<JobOutcome> {
    const found = bound ? await this.searchAgain(push, bound) : 'unknown';
    if (found === 'absent') {
      await this.pushes.finish(push._id, 'unclear', undefined, push.error);
      return { action: 'stock.follow', status: 'success', response: { outcome: 'unclear', republished: 0 } };
    }
    const isOver = push.deadline <= new Date();
    if (!isOver && found === 'unknown')
      return this.postpone(push, this.nextSearchAt(push, bound), 'reasons.may_take_effect');
    await this.listings.markUnknown(
      push.connection,
      push.items.map(({ sku }) => sku),
    );
    this.pumps.wake([push.connection]);
    if (!isOver) return this.postpone(push, push.deadline, 'reasons.late');
    await this.pushes.finish(push._id, 'unclear', undefined, push.error);
    return {
      action: 'stock.follow',
      status: 'success',
      response: { outcome: 'unclear', republished: push.items.length },
    };
  }

  /** Once the call must have ended, where the platform can be searched. A failed search gives no answer. */
  private async searchAgain(
    push: ListingPush,
    bound: Bound<ChannelConnector>,
  ): Promise<FoundPush['state'] | 'unknown'> {
    const lostAt = lostAtOf(push, bound);
    if (!bound.connector.findPush || push.ref !== undefined || Date.now() < lostAt) return 'unknown';
    return this.findAmong(push, bound).then(
      ({ state }) => state,
      () => 'unknown',
    );
  }

  /** When the call must have ended; after a failed search, a while later. */
  private nextSearchAt(push: ListingPush, bound: Bound<ChannelConnector> | null): Date {
    const { deadline, ref } = push;
    if (!bound?.connector.findPush || ref !== undefined) return deadline;
    const lostAt = lostAtOf(push, bound);
    return new Date(Math.min(deadline.getTime(), Math.max(lostAt, Date.now() + AGAIN_MS.most)));
  }

  private async followLater(push: ListingPush): Promise<void> {
    const age = Date.now() - push.createdAt.getTime();
    const delay = Math.min(Math.max(age / 10, AGAIN_MS.least), AGAIN_MS.most);
    this.followAt(push, new Date(Date.now() + delay));
    await this.pushes.follow.postpone(
      push._id,
      push.follow.requested,
      afterJob(new Date(Date.now() + delay)),
      'reasons.not_done' satisfies ReasonCode,
    );
  }
}

/** When a call that never reported has certainly ended. */
function lostAtOf({ createdAt }: ListingPush, bound: Bound<ChannelConnector> | null): number {
  const limit = (bound?.connector.manifest.pushLimitMs ?? Number.POSITIVE_INFINITY) + AFTER_CALL_MS;
  return createdAt.getTime() + Math.min(limit, leaseTimes.callTimeoutMs());
}

/** When the sweeper takes the work up if the job for that time is lost. */
function afterJob(at: Date): Date {
  return new Date(at.getTime() + AFTER_JOB_MS);
}
