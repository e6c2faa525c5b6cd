import { Injectable } from '@nestjs/common';
import { publishingOf, type ChannelConnector, type DuePush, type PushPlan } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { type Listing } from '../listings/listing.schema.js';
import { ChannelBrake } from './brake/channel-brake.service.js';
import { type ListingChange } from './brake/listing-rule.js';
import { LeasedListings } from './leased-listings.repository.js';
import { isSameNumber } from './publish.js';
import { PushesRepository } from './pushes.repository.js';
import { TargetNumbers, type Target } from './target-numbers.service.js';

/** At most this many waiting listings are compared at once. */
const MAX_COMPARED = 20_000;
const DAY_MS = 24 * 3_600_000;

/** What may be published now. `publish`: listings whose number changed; `idle`: listings that turn out not to need a push. `again`: when the rest may go. */
export interface PushChoice {
  readonly publish: readonly string[];
  readonly idle: readonly string[];
  readonly again: Date | null;
  /** The platform takes nothing before `again`. */
  readonly closed: boolean;
  /** The newest push to the channel when the limit was looked at; null: none that counts. */
  readonly lastPush: string | null;
}

/** Chooses from the waiting listings what fits the platform's limit: the most urgent first. */
@Injectable()
export class PushPlanner {
  constructor(
    private readonly leased: LeasedListings,
    private readonly pushes: PushesRepository,
    private readonly targets: TargetNumbers,
    private readonly brake: ChannelBrake,
  ) {}

  /** Null: the channel takes everything at once, so there is nothing to choose. */
  async choose({ connector, connection }: Bound<ChannelConnector>): Promise<PushChoice | null> {
    if (!connector.planPush || connection.publishing === 'shadow') return null;
    const waiting = await this.leased.waiting(connection.id, MAX_COMPARED);
    if (waiting.length === 0) return { publish: [], idle: [], again: null, closed: false, lastPush: null };
    const lastPush = await this.lastPush(connection.id);
    const numbers = await this.targets.of(connection, waiting);
    const idle: string[] = [];
    const changes: (ListingChange & { listing: Listing; places?: number })[] = [];
    for (const listing of waiting) {
      const number = numbers.get(listing._id);
      // A number in shadow is only computed, so it uses up no limit.
      const isLive = publishingOf(connection, listing.sku) !== 'shadow';
      if (!isLive || number?.state !== 'number' || (listing.published && isSameNumber(listing.published, number)))
        idle.push(listing._id);
      else changes.push({ listing, to: number.quantity, ...(number.parts ? { places: number.parts.length } : {}) });
    }
    const held = await this.brake.holdBack(
      connection,
      changes.filter(({ listing }) => !isUnusableNow(numbers.get(listing._id))),
    );
    const free = changes.filter(({ listing }) => !held.has(listing._id));
    const ids = new Map(free.map(({ listing }) => [listing.sku, listing._id]));
    const due = free.map(({ listing, to, places }) => dueOf(listing, to, places));
    if (due.length === 0) return { publish: [], idle, again: null, closed: false, lastPush };
    const now = new Date();
    const history = await this.pushes.history(connection.id, new Date(now.getTime() - DAY_MS));
    const plan: PushPlan = connector.planPush(due, history, now, connection);
    const publish = plan.skus.map((sku) => ids.get(sku)).filter((id) => id !== undefined);
    return { publish, idle, again: plan.again, closed: plan.closed ?? false, lastPush };
  }

  /** The newest push to a channel of the time that its limit looks back on; null: none. */
  lastPush(connectionId: string): Promise<string | null> {
    return this.pushes.newest(connectionId, new Date(Date.now() - DAY_MS));
  }

  /** What else would be published to the channel, beside what is claimed already. */
  async alsoWaiting({ connection }: Bound<ChannelConnector>): Promise<ListingChange[]> {
    const waiting = await this.leased.waiting(connection.id, MAX_COMPARED);
    const numbers = await this.targets.of(connection, waiting);
    return waiting.flatMap((listing) => {
      const number = numbers.get(listing._id);
      return number?.state === 'number' && !number.unusable && publishingOf(connection, listing.sku) !== 'shadow'
        ? [{ listing, to: number.quantity }]
        : [];
    });
  }
}

function isUnusableNow(target: Target | undefined): boolean {
  return target?.state === 'number' && target.unusable === true;
}

function dueOf(listing: Listing, quantity: number, places?: number): DuePush {
  return {
    sku: listing.sku,
    quantity,
    published: listing.published?.quantity ?? null,
    since: listing.push.since ?? new Date(),
    sold: listing.causes.some((cause) => cause.orderId !== undefined),
    ...(places === undefined ? {} : { places }),
  };
}
