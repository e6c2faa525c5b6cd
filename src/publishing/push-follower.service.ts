import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { leaseTimes } from '../common/lease-times.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type ChannelConnector, type FoundPush, type PushOutcome } from '../connectors/contract.js';
import { listingId, ListingsRepository } from '../listings/listings.repository.js';
import { type Bound } from '../connectors/registry.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { PushesRepository } from './pushes.repository.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { type ListingPush } from './schemas.js';

/** A push this close to a lost one could be mistaken for it. */
const AROUND_MS = 15 * 60_000;
/**
 * A lost push that arrived is found within this time after its call ended; otherwise it is published
 * again. Each earlier one that was not found doubles the time, so that an outage does not use up the
 * platform's limit.
 */
const SHOWN_WITHIN_MS = 5_000;
/** How much later than a job the sweeper wakes the same work. */
const AFTER_JOB_MS = 5_000;
/** A platform is asked again after a tenth of the time that has passed, within these bounds. */
const AGAIN_MS = { least: 400, most: 30_000 };

/** Follows each push until its platform has accepted or refused the numbers. */
@Injectable()
export class PushFollower {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly pushes: PushesRepository,
    private readonly listings: ListingsRepository,
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
    if (push.state === 'unclear') return { ...about, ...(await this.settleDoubtful(push, bound)) };
    const isOver = !bound || push.deadline <= new Date();
    if (isOver || (push.ref === undefined && push.state === 'sending' && !bound.connector.findPush))
      return { ...about, ...(await this.abandon(push)) };
    try {
      if (push.ref === undefined) return { ...about, ...(await this.lookFor(push, bound)) };
      const outcome = await bound.connector.pushOutcome(push.ref, bound.connection);
      this.failures.recordSuccess(push.connection);
      if (outcome.state === 'pending') {
        await this.again(push);
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
      this.lookAgainAt(push, verdict.due);
      await this.pushes.follow.postpone(pushId, push.follow.requested, afterJob(verdict.due), verdict.reason);
      return {
        ...about,
        action: 'stock.follow',
        status: 'error',
        response: { error: verdict.reason, nextTry: verdict.due.toISOString() },
      };
    }
  }

  /** Stores the outcome of a push, and ends its leases. */
  async conclude(pushId: string, outcome: PushOutcome): Promise<void> {
    const push = await this.pushes.find(pushId);
    if (!push || outcome.state === 'pending') return;
    if (outcome.state === 'failed') {
      await this.listings.noteUnclear(pushId, new Date(Date.now() + AGAIN_MS.most), outcome.reason);
      await this.pushes.finish(pushId, 'failed', undefined, outcome.reason);
      return;
    }
    const refused = new Map(outcome.rejected.map(({ sku, reason }) => [sku, reason]));
    await this.listings.noteOutcome(pushId, refused);
    const taken = push.items.filter(({ sku }) => !refused.has(sku)).map(({ sku }) => `${push.connection}/${sku}`);
    if (taken.length > 0) this.connections.note(push.connection, 'acceptedAt');
    for (const kind of ['drift', 'push_rejected'] as const) await this.alerts.closeAll(kind, taken);
    for (const [sku, reason] of refused)
      await this.alerts.raise('push_rejected', `${push.connection}/${sku}`, reasonDetail('push_rejected', reason));
    await this.pushes.finish(
      pushId,
      'accepted',
      push.items.map((item) => (refused.has(item.sku) ? { ...item, refused: refused.get(item.sku) } : item)),
    );
    this.pumps.wake([push.connection]);
  }

  /**
   * Searches the platform for a push without an answer. If it is not found in time, its numbers are
   * published again.
   */
  private async lookFor(push: ListingPush, bound: Bound<ChannelConnector>): Promise<JobOutcome> {
    const lostAt = push.createdAt.getTime() + leaseTimes.callTimeoutMs();
    if (push.state === 'sending' && Date.now() < lostAt)
      return this.notYet(push, new Date(lostAt), 'not known to be sent yet');
    const found = await this.findAmong(push, bound);
    this.failures.recordSuccess(push.connection);
    if (found.state === 'found') {
      await this.noteFound(push, found.ref);
      this.lookAgainAt(push, new Date(Date.now() + AGAIN_MS.least));
      return { action: 'stock.found', status: 'success', response: { ref: found.ref } };
    }
    if (found.state === 'absent' && Date.now() >= lostAt) return this.abandon(push);
    const shownAt = push.state === 'lost' ? Math.min(lostAt, await this.shownAt(push)) : lostAt;
    if (Date.now() >= shownAt) return this.tellMeanwhile(push, lostAt);
    const due = new Date(Math.max(Date.now() + AGAIN_MS.least, Math.min(shownAt, Date.now() + AGAIN_MS.most)));
    this.lookAgainAt(push, due);
    return this.notYet(
      push,
      afterJob(due),
      found.state === 'absent' ? 'not found there yet' : 'something there may be it',
    );
  }

  private async shownAt({ connection, answeredAt, createdAt }: ListingPush): Promise<number> {
    const doubtful = await this.pushes.doubtfulInARow(connection);
    return (answeredAt ?? createdAt).getTime() + SHOWN_WITHIN_MS * 2 ** doubtful;
  }

  /** Several lost pushes of the same SKUs cannot be distinguished. */
  private async findAmong(push: ListingPush, { connector, connection }: Bound<ChannelConnector>): Promise<FoundPush> {
    const otherRefs = await this.pushes.refsAround(push.connection, push.createdAt, AROUND_MS);
    const found = (await connector.findPush?.(push.items, { sentAt: push.createdAt, otherRefs }, connection)) ?? {
      state: 'absent',
    };
    return found.state === 'found' && (await this.pushes.hasRival(push, AROUND_MS)) ? { state: 'unclear' } : found;
  }

  /**
   * Shoppers must not wait for a push that may still appear: its numbers are published again, and it is
   * searched for once more when it must have arrived.
   */
  private async tellMeanwhile(push: ListingPush, lookAgainAt: number): Promise<JobOutcome> {
    const reason = 'no answer, and not found at the platform';
    await this.listings.noteUnclear(push._id, new Date(), reason);
    await this.pushes.noteDoubtful(push, reason, new Date(lookAgainAt));
    this.pumps.wake([push.connection]);
    return { action: 'stock.follow', status: 'error', response: { outcome: 'unclear' } };
  }

  /** If Redis loses it, the sweeper looks, too. */
  private lookAgainAt({ _id, orderIds, correlationIds }: ListingPush, at: Date): void {
    void this.jobQueue.enqueue(
      'feeds',
      [{ ids: [_id], orderIds, correlationIds }],
      Math.max(1, at.getTime() - Date.now()),
    );
  }

  /** As if its answer had arrived. Changes since its numbers were read remain to be published. */
  private async noteFound(push: ListingPush, ref: string): Promise<void> {
    await this.pushes.noteFound(push._id, ref);
    const told = push.items.flatMap(({ sku, quantity, parts, noted }) => {
      const number = { quantity, ...(parts ? { parts } : {}), at: push.createdAt, state: 'sent' as const };
      // A 0 may have been set by hand, which is no longer known.
      return noted === undefined
        ? []
        : [{ id: listingId(push.connection, sku), noted, byHand: quantity === 0, published: number }];
    });
    await this.listings.markSent(push._id, told);
  }

  private async notYet(push: ListingPush, due: Date, reason: string): Promise<JobOutcome> {
    await this.pushes.follow.postpone(push._id, push.follow.requested, due, reason);
    return { action: 'stock.follow', status: 'pending', response: { waiting: reason, nextTry: due.toISOString() } };
  }

  /** It was never known to be sent, or cannot be followed: absolute numbers may simply be published again. */
  private async abandon(push: ListingPush): Promise<JobOutcome> {
    const now = new Date();
    const lostAt = new Date(push.createdAt.getTime() + leaseTimes.callTimeoutMs());
    // It may be in flight at this moment.
    if (push.state === 'sending' && lostAt > now) return this.notYet(push, lostAt, 'not known to be sent yet');
    const reason = 'the outcome of the last push is not known';
    await this.listings.noteUnclear(push._id, now, reason);
    const wasLookedFor = this.connections.channel(push.connection)?.connector.findPush !== undefined;
    if (push.deadline > now && !wasLookedFor) await this.pushes.noteDoubtful(push, reason);
    else await this.pushes.finish(push._id, 'unclear', undefined, 'no outcome');
    this.pumps.wake([push.connection]);
    return { action: 'stock.follow', status: 'error', response: { outcome: 'unclear' } };
  }

  /**
   * A push may have arrived late, after newer numbers: the channel's number is unknown, whatever was
   * observed in between.
   */
  private async settleDoubtful(push: ListingPush, bound: Bound<ChannelConnector> | null): Promise<JobOutcome> {
    const seen = bound ? await this.lookOnceMore(push, bound) : 'unknown';
    if (seen === 'absent') {
      await this.pushes.finish(push._id, 'unclear', undefined, push.error);
      return { action: 'stock.follow', status: 'success', response: { outcome: 'unclear', toldOnceMore: 0 } };
    }
    const isOver = push.deadline <= new Date();
    if (!isOver && seen === 'unknown') return this.notYet(push, this.nextLook(push, bound), 'it may still take effect');
    await this.listings.noteSold(
      push.connection,
      push.items.map(({ sku }) => sku),
    );
    this.pumps.wake([push.connection]);
    if (!isOver) return this.notYet(push, push.deadline, 'it came late, and may take effect late');
    await this.pushes.finish(push._id, 'unclear', undefined, push.error);
    return {
      action: 'stock.follow',
      status: 'success',
      response: { outcome: 'unclear', toldOnceMore: push.items.length },
    };
  }

  /**
   * Searches once more, if the platform can be searched and had the time that a call may take. A failed
   * search proves nothing.
   */
  private async lookOnceMore(
    push: ListingPush,
    bound: Bound<ChannelConnector>,
  ): Promise<FoundPush['state'] | 'unknown'> {
    const lostAt = push.createdAt.getTime() + leaseTimes.callTimeoutMs();
    if (!bound.connector.findPush || push.ref !== undefined || Date.now() < lostAt) return 'unknown';
    return this.findAmong(push, bound).then(
      ({ state }) => state,
      () => 'unknown',
    );
  }

  /** It is searched for when it must have arrived, and again after failures. */
  private nextLook({ createdAt, deadline, ref }: ListingPush, bound: Bound<ChannelConnector> | null): Date {
    if (!bound?.connector.findPush || ref !== undefined) return deadline;
    const lostAt = createdAt.getTime() + leaseTimes.callTimeoutMs();
    return new Date(Math.min(deadline.getTime(), Math.max(lostAt, Date.now() + AGAIN_MS.most)));
  }

  private async again(push: ListingPush): Promise<void> {
    const age = Date.now() - push.createdAt.getTime();
    const delay = Math.min(Math.max(age / 10, AGAIN_MS.least), AGAIN_MS.most);
    this.lookAgainAt(push, new Date(Date.now() + delay));
    await this.pushes.follow.postpone(
      push._id,
      push.follow.requested,
      afterJob(new Date(Date.now() + delay)),
      'the platform is not done',
    );
  }
}

/** When the sweeper wakes the work, if the job for that time is lost. */
function afterJob(at: Date): Date {
  return new Date(at.getTime() + AFTER_JOB_MS);
}
