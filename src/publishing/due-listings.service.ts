import { Injectable } from '@nestjs/common';
import { leaseTimes } from '../common/lease-times.js';
import { publishingOf, type ChannelConnector } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { type Listing } from '../listings/listing.schema.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { LeasedListings } from './leased-listings.repository.js';
import { isSameNumber } from './publish.js';
import { type PublishLine } from './publish-line.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { PushPace } from './push-pace.service.js';
import { PushPlanner, type PushChoice } from './push-planner.service.js';
import { TargetNumbers } from './target-numbers.service.js';

/** A provisional number is read again after this time, in milliseconds. */
const PROVISIONAL_MS = 1_000;

/** Listings that one push has leased. */
export interface Claim {
  readonly listings: readonly Listing[];
  /** What the planner chose of those that wait; null: the channel takes everything at once. */
  readonly choice: PushChoice | null;
}

/** Leases listings for a push, and reads the numbers that they should show now. */
@Injectable()
export class DueListings {
  constructor(
    private readonly leased: LeasedListings,
    private readonly targets: TargetNumbers,
    private readonly planner: PushPlanner,
    private readonly brake: ChannelBrake,
    private readonly pace: PushPace,
    private readonly wakeups: PumpWakeups,
  ) {}

  /** Null: the channel takes everything at once, so there is nothing to choose. */
  async choose(bound: Bound<ChannelConnector>): Promise<PushChoice | null> {
    await this.brake.review(bound.connection);
    return this.planner.choose(bound);
  }

  /** Whether no push was begun since it was chosen: the limit has as much room as it had then. */
  async isCurrent(connectionId: string, { lastPush }: PushChoice): Promise<boolean> {
    return (await this.planner.lastPush(connectionId)) === lastPush;
  }

  /** @param owner id of the push that leases them */
  async claim(bound: Bound<ChannelConnector>, owner: string, choice: PushChoice | null): Promise<Claim> {
    const until = new Date(Date.now() + leaseTimes.claimMs());
    const size = this.pace.sizeOf(bound);
    if (!choice) return { listings: await this.leased.claim(bound.connection.id, owner, until, size), choice };
    const chosen = [...choice.publish.slice(0, size), ...choice.idle];
    const places = new Map(chosen.map((id, place) => [id, place]));
    const claimed = await this.leased.claimThese(chosen, owner, until);
    return { listings: claimed.sort((a, b) => (places.get(a._id) ?? 0) - (places.get(b._id) ?? 0)), choice };
  }

  /** Releases everything that a push has leased: it is not sent. */
  giveBack(owner: string): Promise<void> {
    return this.leased.release(owner);
  }

  /** The claimed listings that must be published, with their numbers. The others are released. */
  async due(bound: Bound<ChannelConnector>, owner: string, claim: Claim): Promise<readonly PublishLine[]> {
    const lines = await this.linesOf(bound, claim.listings);
    const previews = lines.filter((line) => publishingOf(bound.connection, line.listing.sku) === 'shadow');
    await this.leased.recordPreview(
      owner,
      previews.map(({ listing, quantity, parts }) => ({ ...markOf(listing), quantity, ...(parts ? { parts } : {}) })),
    );
    const live = lines.filter((line) => publishingOf(bound.connection, line.listing.sku) !== 'shadow');
    const due = live.filter((line) => !line.listing.published || !isSameNumber(line.listing.published, line));
    const kept = new Set([...due, ...previews].map((line) => line.listing._id));
    await this.leased.settleUnchanged(owner, claim.listings.filter((listing) => !kept.has(listing._id)).map(markOf));
    return this.withinChoice(owner, claim.choice, await this.withoutHeld(bound, owner, due, claim.listings.length));
  }

  private async linesOf({ connection }: Bound<ChannelConnector>, claimed: readonly Listing[]): Promise<PublishLine[]> {
    const targets = await this.targets.of(connection, claimed);
    const lines = claimed.flatMap((listing): PublishLine[] => {
      const target = targets.get(listing._id);
      if (target?.state !== 'number') return [];
      const { quantity, parts, provisional, unusable } = target;
      return [
        {
          listing,
          quantity,
          ...(parts ? { parts } : {}),
          ...(provisional ? { provisional } : {}),
          ...(unusable ? { unusable } : {}),
        },
      ];
    });
    const provisional = lines.filter((line) => line.provisional).map((line) => line.listing._id);
    if (provisional.length > 0) {
      // No later change may open their marks, so they are opened again here: before the send, so that a crash loses nothing.
      await this.leased.reschedule(provisional, PROVISIONAL_MS);
      this.wakeups.wakeAt(connection.id, new Date(Date.now() + PROVISIONAL_MS));
    }
    return lines;
  }

  /** Releases what the brake holds. After a full claim more listings of the kind may wait. What cannot be used is not kept on sale. */
  private async withoutHeld(
    bound: Bound<ChannelConnector>,
    owner: string,
    due: readonly PublishLine[],
    claimed: number,
  ): Promise<readonly PublishLine[]> {
    const changes = due.filter(({ unusable }) => !unusable).map(({ listing, quantity }) => ({ listing, to: quantity }));
    const mayBeMore = !bound.connector.planPush && claimed >= this.pace.sizeOf(bound);
    const held = await this.brake.judge(bound.connection, changes, async () =>
      mayBeMore ? this.planner.alsoWaiting(bound) : [],
    );
    return this.keep(owner, due, (id) => !held.has(id));
  }

  /** Releases what became due after the planner chose: it waits for its own turn. */
  private async withinChoice(
    owner: string,
    choice: PushChoice | null,
    due: readonly PublishLine[],
  ): Promise<readonly PublishLine[]> {
    if (!choice) return due;
    const chosen = new Set(choice.publish);
    return this.keep(owner, due, (id) => chosen.has(id));
  }

  private async keep(owner: string, due: readonly PublishLine[], isKept: (id: string) => boolean) {
    const others = due.map((line) => line.listing._id).filter((id) => !isKept(id));
    if (others.length > 0) await this.leased.release(owner, others);
    return due.filter((line) => isKept(line.listing._id));
  }
}

function markOf({ _id, push }: Listing): { id: string; noted: number } {
  return { id: _id, noted: push.requested };
}
