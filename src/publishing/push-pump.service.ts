import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { checkpoint } from '../common/checkpoint.js';
import { distinct } from '../common/collections.js';
import { withContext } from '../common/context.js';
import { underLease } from '../common/lease.js';
import { leaseTimes } from '../common/lease-times.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { publishingOf, type ChannelConnector } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { type Bound } from '../connectors/registry.js';
import { ConnectionListings } from '../listings/connection-listings.repository.js';
import { type Listing } from '../listings/listing.schema.js';
import { JobQueue } from '../queues/job-queue.service.js';
import { JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { isZeroedByHand } from './brake/listing-rule.js';
import { isSameNumber, type PublishedNumber } from './publish.js';
import { PushFollower } from './push-follower.service.js';
import { PushPlanner, type PushChoice } from './push-planner.service.js';
import { pushId, PushesRepository } from './pushes.repository.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';
import { type ListingPush } from './schemas.js';
import { TargetNumbers } from './target-numbers.service.js';

/** How long a push's outcome is awaited, in milliseconds, before a repeat. Longer than any call may take. */
const OUTCOME_DEADLINE_MS = 10 * 60_000;
const FOLLOW_FIRST_MS = 300;
/** How soon a provisional number is reviewed. */
const PROVISIONAL_MS = 1_000;
/** Another process pushes to the channel now. */
const BUSY_AGAIN_MS = 500;
/** The largest difference between machines' clocks. */
const EARLY_MS = 1_000;

interface Claimed extends PublishedNumber {
  readonly listing: Listing;
  /** It may not last: its mark was opened once more before it is sent. */
  readonly provisional?: true;
}

/** Pushes numbers to channels. A number is read when it is sent, so that all changes until then travel together. */
@Injectable()
export class PushPump {
  private readonly running = new Map<string, { again: boolean }>();
  private readonly lastSent = new Map<string, number>();
  /** Until when a channel accepts no push, however urgent. */
  private readonly closed = new Map<string, Date>();
  /** The size of a channel's pushes after it refused a larger one as a whole. */
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly whole: ConnectionListings,
    private readonly wanted: TargetNumbers,
    private readonly planner: PushPlanner,
    private readonly brake: ChannelBrake,
    private readonly pushes: PushesRepository,
    private readonly follower: PushFollower,
    private readonly failures: FailurePolicy,
    private readonly jobQueue: JobQueue,
    private readonly alerts: AlertsService,
  ) {}

  /** Publishes everything that waits for a channel. One pump per channel; a running one starts another round. */
  @JobHandler('pushes')
  async pump(connectionId: string): Promise<JobOutcome> {
    const bound = this.connections.channel(connectionId);
    const running = this.running.get(connectionId);
    if (!bound || running) {
      if (running) running.again = true;
      if (!bound) await this.whole.archiveIfRemoved(connectionId);
      return { action: 'stock.push', status: 'success', connection: connectionId, response: { published: 0 } };
    }
    const closedUntil = this.closedUntil(connectionId);
    if (closedUntil) return outcomeOf(connectionId, [], { waiting: closedUntil.toISOString() });
    const state = { again: false };
    this.running.set(connectionId, state);
    try {
      // Only one process at a time may use a limit; without one, the listings' own leases are enough.
      if (!bound.connector.planPush) return await this.rounds(bound, state);
      const outcome = await underLease(this.leasesOf(connectionId), () => this.rounds(bound, state));
      if (outcome) return outcome;
      void this.jobQueue.enqueue('pushes', [{ ids: [connectionId] }], BUSY_AGAIN_MS);
      return {
        action: 'stock.push',
        status: 'success',
        connection: connectionId,
        response: { published: 0, busy: true },
      };
    } finally {
      this.running.delete(connectionId);
    }
  }

  /** Null: a push is allowed. */
  private closedUntil(connectionId: string): Date | null {
    const until = this.closed.get(connectionId);
    const left = (until?.getTime() ?? 0) - Date.now();
    if (!until || left <= 0) return null;
    // This may be the job for that time, arriving early.
    if (left < EARLY_MS) this.lookAgainAt(connectionId, until);
    return until;
  }

  private leasesOf(connectionId: string) {
    return {
      claim: (owner: string, until: Date) => this.connections.claim(connectionId, 'push', owner, until),
      unclaim: (owner: string) => this.connections.unclaim(connectionId, 'push', owner),
    };
  }

  private async rounds(first: Bound<ChannelConnector>, state: { again: boolean }): Promise<JobOutcome> {
    const { id } = first.connection;
    const published: Claimed[] = [];
    for (;;) {
      const bound = this.connections.channel(id) ?? first;
      state.again = false;
      const blocked = await this.connections.blockedUntil(id);
      if (blocked)
        return outcomeOf(id, published, {
          waiting: blocked === 'paused' ? 'reasons.paused' : blocked.toISOString(),
        });
      const room = await this.roomOf(bound);
      if (room) return outcomeOf(id, published, { waiting: room.toISOString() });
      await this.pace(bound);
      await this.brake.review(bound.connection);
      const owner = pushId();
      const choice = await this.planner.choose(bound);
      const claimed = await this.claim(bound, owner, choice);
      if (claimed.length === 0 && state.again && !choice?.closed) continue;
      if (claimed.length === 0) {
        if (choice?.again) this.lookAgainAt(id, choice.again);
        if (choice?.again && choice.closed) this.closed.set(id, choice.again);
        return outcomeOf(id, published, choice?.again ? { waiting: choice.again.toISOString() } : undefined);
      }
      checkpoint('push.claimed');
      // Uses the newest decision: an older one must not decide what is published.
      const current = this.connections.channel(id) ?? bound;
      const due = await this.within(owner, choice, await this.due(current, owner, claimed));
      if (due.length === 0) continue;
      const result = await this.tell(current, owner, due);
      if (result === 'failed') return outcomeOf(id, published, { failed: due.length });
      if (result === 'published') published.push(...due);
    }
  }

  /** Null: now. Until then no number is read, so that all changes share one push. */
  private async roomOf({ connector, connection }: Bound<ChannelConnector>): Promise<Date | null> {
    if (!connector.pushRoom || connection.publishing === 'shadow') return null;
    const room = await connector.pushRoom(connection);
    if (room) this.lookAgainAt(connection.id, room);
    return room;
  }

  private async claim(bound: Bound<ChannelConnector>, owner: string, choice: PushChoice | null): Promise<Listing[]> {
    const until = new Date(Date.now() + leaseTimes.callTimeoutMs());
    const size = this.sizeOf(bound);
    if (!choice) return this.listings.claim(bound.connection.id, owner, until, size);
    const wanted = [...choice.tell.slice(0, size), ...choice.idle];
    const places = new Map(wanted.map((id, place) => [id, place]));
    const claimed = await this.listings.claimThese(wanted, owner, until);
    return claimed.sort((a, b) => (places.get(a._id) ?? 0) - (places.get(b._id) ?? 0));
  }

  /** Listings that became due after the planning wait for their own turn. */
  private async within(owner: string, choice: PushChoice | null, due: readonly Claimed[]): Promise<readonly Claimed[]> {
    if (!choice) return due;
    const chosen = new Set(choice.tell);
    const later = due.filter(({ listing }) => !chosen.has(listing._id)).map(({ listing }) => listing._id);
    if (later.length > 0) await this.listings.release(owner, later);
    return due.filter(({ listing }) => chosen.has(listing._id));
  }

  /**
   * Reopens the marks of provisional numbers, from which an uncounted sale was subtracted: nothing else
   * would, if the sale is counted already or void. This happens before they are sent, so that a crash in
   * between loses nothing.
   */
  private async lookAgainSoon(connection: string, listings: readonly string[]): Promise<void> {
    if (listings.length === 0) return;
    await this.listings.reschedule(listings, PROVISIONAL_MS);
    this.lookAgainAt(connection, new Date(Date.now() + PROVISIONAL_MS));
  }

  /** If Redis loses it, the sweeper asks again. */
  private lookAgainAt(connection: string, at: Date): void {
    void this.jobQueue.enqueue('pushes', [{ ids: [connection] }], Math.max(1, at.getTime() - Date.now()));
  }

  /** Lets sales within a short time share one push. */
  private async pace({ connection }: Bound<ChannelConnector>): Promise<void> {
    const interval = (connection.settings as { pushIntervalMs?: number }).pushIntervalMs ?? 0;
    const wait = (this.lastSent.get(connection.id) ?? 0) + interval - Date.now();
    if (wait > 0) await sleep(wait);
  }

  /** The numbers of the claimed listings. Those already published, or whose stock is unknown, are released. */
  private async due(
    bound: Bound<ChannelConnector>,
    owner: string,
    claimed: readonly Listing[],
  ): Promise<readonly Claimed[]> {
    const { connection } = bound;
    const wanted = await this.wanted.of(connection, claimed);
    const numbers: Claimed[] = claimed.flatMap((listing) => {
      const number = wanted.get(listing._id);
      if (number?.state !== 'number') return [];
      const { quantity, parts, provisional } = number;
      return [{ listing, quantity, ...(parts ? { parts } : {}), ...(provisional ? { provisional } : {}) }];
    });
    await this.lookAgainSoon(
      connection.id,
      numbers.filter((one) => one.provisional).map((one) => one.listing._id),
    );
    const noted = (listing: Listing) => ({ id: listing._id, noted: listing.push.requested });
    const shown = numbers.filter((one) => publishingOf(connection, one.listing.sku) === 'shadow');
    await this.listings.notePreview(
      owner,
      shown.map(({ listing, quantity, parts }) => ({ ...noted(listing), quantity, ...(parts ? { parts } : {}) })),
    );
    const live = numbers.filter((one) => publishingOf(connection, one.listing.sku) !== 'shadow');
    const due = live.filter((one) => one.listing.published === undefined || !isSameNumber(one.listing.published, one));
    const going = new Set([...due, ...shown].map((one) => one.listing._id));
    const rest = claimed.filter((listing) => !going.has(listing._id));
    if (rest.length > 0) await this.listings.noteUnchanged(owner, rest.map(noted));
    return this.unlessHeld(bound, owner, due, claimed.length);
  }

  /** Releases listings that the brake holds. If the claim was as large as a push, more of the kind may wait. */
  private async unlessHeld(bound: Bound<ChannelConnector>, owner: string, due: readonly Claimed[], claimed: number) {
    const changes = due.map(({ listing, quantity }) => ({ listing, to: quantity }));
    const mayBeMore = !bound.connector.planPush && claimed >= this.sizeOf(bound);
    const held = await this.brake.judge(bound.connection, changes, async () =>
      mayBeMore ? this.planner.alsoWaiting(bound) : [],
    );
    if (held.size > 0) await this.listings.release(owner, [...held]);
    return due.filter(({ listing }) => !held.has(listing._id));
  }

  /** Sends one push. `failed`: the channel did not accept it, and the connection decides when to retry. */
  private async tell(
    bound: Bound<ChannelConnector>,
    owner: string,
    due: readonly Claimed[],
  ): Promise<'published' | 'split' | 'failed'> {
    const { connector, connection } = bound;
    const items = due.map(({ listing, quantity, parts }) => ({
      sku: listing.sku,
      quantity,
      ...(parts ? { parts } : {}),
    }));
    const context = contextOf(due);
    const push = { _id: owner, deadline: new Date(Date.now() + OUTCOME_DEADLINE_MS) };
    await this.pushes.begin({
      ...push,
      connection: connection.id,
      items: items.map((item, position) => ({ ...item, noted: due[position]?.listing.push.requested })),
      orderIds: context.orderIds,
      correlationIds: context.correlationIds,
    });
    await this.listings.markSending(
      owner,
      due.map(({ listing }) => listing._id),
      new Date(Date.now() + OUTCOME_DEADLINE_MS),
    );
    checkpoint('push.recorded');
    try {
      this.lastSent.set(connection.id, Date.now());
      const receipt = await withContext(
        { ...context, productSkus: items.map((item) => item.sku), connection: connection.id },
        () =>
          connector.pushStock(
            items.map((item, position) => ({ ...item, ...externalIdOf(due[position]) })),
            connection,
          ),
      );
      checkpoint('push.sent');
      this.failures.recordSuccess(connection.id);
      this.sizes.set(connection.id, this.sizeOf(bound) * 2);
      await this.pushes.noteSent(owner, receipt.ref);
      const at = new Date();
      await this.listings.markSent(
        owner,
        due.map(({ listing, quantity, parts, provisional }) => ({
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
      return 'published';
    } catch (error) {
      return this.failed(bound, push, due, error);
    }
  }

  /** `split`: the pump may continue at once, with smaller pushes. */
  private async failed(
    { connector, connection }: Bound<ChannelConnector>,
    push: Pick<ListingPush, '_id' | 'deadline'>,
    due: readonly Claimed[],
    error: unknown,
  ): Promise<'split' | 'failed'> {
    const owner = push._id;
    const verdict = await this.failures.decide(connection.id, error);
    if (verdict.action === 'wait') {
      this.closed.set(connection.id, verdict.due);
      this.lookAgainAt(connection.id, verdict.due);
      await this.pushes.noteRefused(owner);
    } else await this.pushes.noteEnded(owner, verdict.arrived ?? true);
    if (verdict.action === 'retry' && verdict.arrived !== false && connector.findPush) {
      // It may have arrived: the platform is searched for it before it is repeated.
      await this.pushes.noteLost(owner, verdict.due, verdict.reason);
      void this.jobQueue.enqueue(
        'feeds',
        [{ ids: [owner], ...contextOf(due) }],
        Math.max(1, verdict.due.getTime() - Date.now()),
      );
      return 'failed';
    }
    if (verdict.action === 'retry' && verdict.arrived !== false) await this.pushes.noteDoubtful(push, verdict.reason);
    else await this.pushes.finish(owner, 'failed', undefined, verdict.reason);
    const [only, another] = due;
    if (verdict.action !== 'giveUp' || !only) {
      // If the whole connection is paused, its listings are free as soon as it is resumed.
      await this.listings.noteUnclear(
        owner,
        verdict.due,
        verdict.reason,
        verdict.action === 'pause' ? new Date() : verdict.due,
      );
      return 'failed';
    }
    if (another) {
      // One of them is at fault: halving the batch lets the others through and finally isolates it.
      this.sizes.set(connection.id, Math.ceil(due.length / 2));
      await this.listings.noteUnclear(owner, new Date(), verdict.reason);
      return 'split';
    }
    await this.listings.push.settle(only.listing._id, only.listing.push.requested);
    await this.listings.noteOutcome(owner, new Map([[only.listing.sku, verdict.reason]]));
    await this.alerts.raise(
      'push_rejected',
      `${connection.id}/${only.listing.sku}`,
      reasonDetail('push_rejected', verdict.reason),
    );
    return 'split';
  }

  private sizeOf({ connector, connection }: Bound<ChannelConnector>): number {
    const most = connector.manifest.pushBatchSize;
    return Math.min(most, this.sizes.get(connection.id) ?? most);
  }
}

function externalIdOf(claimed: Claimed | undefined): { externalId?: string } {
  const externalId = claimed?.listing.externalId;
  return externalId === undefined ? {} : { externalId };
}

function contextOf(due: readonly Claimed[]): { orderIds: string[]; correlationIds: string[] } {
  const causes = due.flatMap(({ listing }) => listing.causes);
  return {
    orderIds: distinct(causes.map((cause) => cause.orderId).filter((id) => id !== undefined)),
    correlationIds: distinct(causes.map((cause) => cause.correlationId).filter((id) => id !== undefined)),
  };
}

function outcomeOf(
  connection: string,
  published: readonly Claimed[],
  trouble?: Readonly<Record<string, unknown>>,
): JobOutcome {
  return {
    action: published.length > 0 ? 'stock.pushed' : 'stock.push',
    status: trouble ? 'pending' : 'success',
    connection,
    productSkus: distinct(published.map(({ listing }) => listing.sku)),
    ...contextOf(published),
    response: {
      published: published.length,
      numbers: published.slice(0, 20).map(({ listing, quantity }) => ({ sku: listing.sku, quantity })),
      ...trouble,
    },
  };
}
