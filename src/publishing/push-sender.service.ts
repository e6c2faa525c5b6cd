import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { checkpoint } from '../common/checkpoint.js';
import { withContext } from '../common/context.js';
import { type ChannelConnector } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { isZeroedByHand } from './brake/listing-rule.js';
import { LeasedListings } from './leased-listings.repository.js';
import { contextOf, type PublishLine } from './publish-line.js';
import { PushFollower } from './push-follower.service.js';
import { PushPace } from './push-pace.service.js';
import { PushesRepository } from './pushes.repository.js';
import { type ListingPush } from './schemas.js';

/** How long the outcome of a push is awaited before its listings are published again, in milliseconds. Longer than any call may take. */
const OUTCOME_DEADLINE_MS = 10 * 60_000;
const FOLLOW_FIRST_MS = 300;

/** `split`: refused as a whole, and may be sent again at once in smaller pushes. `failed`: the connection decides when to try again. */
export type SendResult = 'sent' | 'split' | 'failed';

type StoredPush = Pick<ListingPush, '_id' | 'deadline'>;

/** Sends one push of leased listings, and records what the channel answered. */
@Injectable()
export class PushSender {
  constructor(
    private readonly pushes: PushesRepository,
    private readonly leased: LeasedListings,
    private readonly follower: PushFollower,
    private readonly failures: FailurePolicy,
    private readonly pace: PushPace,
    private readonly jobQueue: JobQueue,
    private readonly alerts: AlertsService,
  ) {}

  /** @param owner id of the push, which holds the leases of the listings */
  async send(bound: Bound<ChannelConnector>, owner: string, lines: readonly PublishLine[]): Promise<SendResult> {
    const push = { _id: owner, deadline: new Date(Date.now() + OUTCOME_DEADLINE_MS) };
    this.pushes.sending.add(owner);
    try {
      return (await this.record(bound, push, lines)) ? await this.call(bound, push, lines) : 'split';
    } finally {
      this.pushes.sending.delete(owner);
    }
  }

  /**
   * The push is a document before the call, so that a crash in the middle leaves something to follow. False: its listings were taken by another
   * push in the meantime.
   */
  private async record(
    { connection }: Bound<ChannelConnector>,
    push: StoredPush,
    lines: readonly PublishLine[],
  ): Promise<boolean> {
    await this.pushes.create({
      ...push,
      connection: connection.id,
      items: lines.map(({ listing, ...line }) => ({ ...numberOf(listing.sku, line), noted: listing.push.requested })),
      ...contextOf(lines),
    });
    const isHeld = await this.leased.markSending(
      push._id,
      lines.map(({ listing }) => listing._id),
      push.deadline,
    );
    checkpoint('push.recorded');
    if (isHeld) return true;
    await this.pushes.markUnmade(push._id, 'its listings were taken by another push');
    await this.leased.release(push._id);
    this.pace.halve(connection.id, lines.length);
    return false;
  }

  private async call(
    bound: Bound<ChannelConnector>,
    push: StoredPush,
    lines: readonly PublishLine[],
  ): Promise<SendResult> {
    try {
      await this.publish(bound, push._id, lines);
      return 'sent';
    } catch (error) {
      return this.fail(bound, push, lines, error);
    }
  }

  private async publish(bound: Bound<ChannelConnector>, owner: string, lines: readonly PublishLine[]): Promise<void> {
    const { connector, connection } = bound;
    const items = lines.map(({ listing: { sku, externalId }, ...line }) => ({
      ...numberOf(sku, line),
      ...(externalId === undefined ? {} : { externalId }),
    }));
    const context = contextOf(lines);
    this.pace.recordSend(connection.id);
    const receipt = await withContext(
      { ...context, productSkus: items.map((item) => item.sku), connection: connection.id },
      () => connector.pushStock(items, connection),
    );
    checkpoint('push.sent');
    this.failures.recordSuccess(connection.id);
    this.pace.grow(bound);
    await this.pushes.markSent(owner, receipt.ref);
    const at = new Date();
    await this.leased.markSent(
      owner,
      lines.map(({ listing, quantity, parts, provisional }) => ({
        id: listing._id,
        noted: listing.push.requested,
        ...(provisional ? { marked: listing.push.requested + 1 } : {}),
        byHand: isZeroedByHand(connection, listing),
        published: { quantity, ...(parts ? { parts } : {}), at, state: 'sent' as const },
      })),
    );
    checkpoint('push.noted');
    if (receipt.outcome) await this.follower.conclude(owner, receipt.outcome);
    else void this.jobQueue.enqueue('feeds', [{ ids: [owner], ...context }], FOLLOW_FIRST_MS);
  }

  private async fail(
    { connector, connection }: Bound<ChannelConnector>,
    push: StoredPush,
    lines: readonly PublishLine[],
    error: unknown,
  ): Promise<'split' | 'failed'> {
    const { action, due, reason, arrived } = await this.failures.decide(connection.id, error);
    if (action === 'wait') {
      this.pace.close(connection.id, due);
      await this.pushes.markRefused(push._id);
    } else await this.pushes.markEnded(push._id, arrived ?? true);
    const mayHaveArrived = action === 'retry' && arrived !== false;
    if (mayHaveArrived)
      await this.leased.markOvertaken(
        push._id,
        lines.map(({ listing }) => listing._id),
      );
    if (mayHaveArrived && connector.findPush) {
      // The platform is searched for it before its listings are published again.
      await this.pushes.markLost(push._id, due, reason);
      const job = { ids: [push._id], ...contextOf(lines) };
      void this.jobQueue.enqueue('feeds', [job], Math.max(1, due.getTime() - Date.now()));
      return 'failed';
    }
    if (mayHaveArrived) await this.pushes.markUnclear(push, reason);
    else await this.pushes.finish(push._id, 'failed', undefined, reason);
    if (action === 'giveUp') return this.split(connection.id, push._id, lines, reason);
    // While the connection as a whole is paused, its listings need no wait of their own.
    await this.leased.markUnclear(push._id, due, reason, action === 'pause' ? new Date() : due);
    return 'failed';
  }

  /** One listing is at fault: with half as many the others get through, and in the end it stands alone. */
  private async split(
    connection: string,
    owner: string,
    lines: readonly PublishLine[],
    reason: string,
  ): Promise<'split'> {
    const [only, another] = lines;
    if (!only || another) {
      this.pace.halve(connection, lines.length);
      await this.leased.markUnclear(owner, new Date(), reason);
      return 'split';
    }
    const { _id, sku, push } = only.listing;
    await this.leased.push.settle(_id, push.requested);
    const gone = await this.leased.recordOutcome(owner, new Map([[sku, reason]]));
    if (gone.size === 0)
      await this.alerts.raise('push_rejected', `${connection}/${sku}`, reasonDetail('push_rejected', reason));
    return 'split';
  }
}

function numberOf(sku: string, { quantity, parts }: Omit<PublishLine, 'listing'>) {
  return { sku, quantity, ...(parts ? { parts } : {}) };
}
