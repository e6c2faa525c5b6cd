import { Injectable } from '@nestjs/common';
import { publishingOf, type Connection } from '../../connectors/contract.js';
import { type Listing } from '../../listings/listing.schema.js';
import { TargetNumbers } from '../target-numbers.service.js';
import { firstFrom, isTooMany } from './brake-rule.js';
import { BrakedListings } from './braked-listings.repository.js';
import { BrakeStates, type HeldChange } from './brake-states.service.js';
import { Counts } from './counts.js';
import { weighListing, type ListingChange } from './listing-rule.js';

/** While nothing is held, this process reviews a channel at most this often, in milliseconds. */
const LOOK_MS = 1_000;
/** A held listing is weighed again after this time even without a change, in milliseconds. */
const STALE_MS = 30_000;

/**
 * Holds changes that would set to 0, or change by more than half, too many listings of a channel at once,
 * until a person approves; all other listings continue. Many small steps count as one: changes published
 * in the last hour count together with those that wait.
 */
@Injectable()
export class ChannelBrake {
  private readonly calmUntil = new Map<string, number>();
  private readonly counts = new Counts();

  constructor(
    private readonly listings: BrakedListings,
    private readonly states: BrakeStates,
    private readonly targets: TargetNumbers,
  ) {}

  /** Releases what no longer needs to be held: its number is an ordinary one again, or too few are left. */
  async review(connection: Connection): Promise<void> {
    const { id } = connection;
    const now = new Date();
    if ((this.calmUntil.get(id) ?? 0) > now.getTime()) return;
    const held = await this.listings.held(id);
    const left = held.length === 0 ? [] : await this.stillHeld(connection, held, now);
    if (left.length > 0) return;
    await this.states.end(id, await this.states.of(id, now));
    this.calmUntil.set(id, now.getTime() + LOOK_MS);
  }

  /**
   * Which of these changes, by listing id, must wait. `others`: what waits as well and is not in this push. Changes that may go on count with those
   * of the next hour.
   */
  async judge(
    connection: Connection,
    changes: readonly ListingChange[],
    others: () => Promise<readonly ListingChange[]>,
  ): Promise<ReadonlySet<string>> {
    const now = new Date();
    const weighed = changes.map((change) => ({ change, weight: weighListing(connection, change, now) }));
    await this.listings.forgetLargeChanges(
      weighed.filter(({ weight }) => weight === 'returned').map(({ change }) => change.listing._id),
    );
    const large = weighed.filter(({ weight }) => weight === 'large').map(({ change }) => change);
    if (large.length === 0) return new Set();
    const held = await this.holdWhereTooMany(connection, [...large, ...largeOf(connection, await others(), now)], now);
    if (!held) await this.recordLargeChanges(large, now);
    return new Set(held ? large.map(({ listing }) => listing._id) : []);
  }

  /** Judges changes that are not sent yet. Unlike `judge`, it does not count those that may be published. */
  async holdBack(connection: Connection, waiting: readonly ListingChange[]): Promise<ReadonlySet<string>> {
    const now = new Date();
    const large = largeOf(connection, waiting, now);
    const held = large.length > 0 && (await this.holdWhereTooMany(connection, large, now));
    return new Set(held ? large.map(({ listing }) => listing._id) : []);
  }

  /** A person approved what is held now: it is published once, whatever its number is then. Returns how many. */
  async approve(connection: string, actor: string, reason: string): Promise<number> {
    const before = await this.states.of(connection);
    const count = await this.listings.approve(connection);
    await this.states.recordApproval(connection, actor, reason, count);
    await this.states.end(connection, before);
    return count;
  }

  /** The number of listings that the share is computed from. */
  of(connection: Connection): Promise<number> {
    const { id, liveSkus } = connection;
    return this.counts.of(`${id} ${liveSkus?.size ?? ''}`, () => this.listings.count(id, liveSkus));
  }

  /** Gives back what stays held, with the current numbers. */
  private async stillHeld(connection: Connection, held: readonly Listing[], now: Date): Promise<readonly Listing[]> {
    const looked = held.filter((listing) => isToBeWeighed(listing, now));
    const changes = looked.length === 0 ? [] : await this.changesOf(connection, looked);
    const large = new Set(largeOf(connection, changes, now).map(({ listing }) => listing._id));
    const freed = looked.filter(({ _id }) => !large.has(_id)).map(({ _id }) => _id);
    await this.listings.free(freed);
    const gone = new Set(freed);
    const left = held.filter(({ _id }) => !gone.has(_id));
    if (left.length === 0) return [];
    const stored = await this.states.of(connection.id, now);
    const ids = new Set([
      ...(await this.listings.largeChangesSince(connection.id, stored.since)),
      ...left.map(({ _id }) => _id),
    ]);
    const of = await this.of(connection);
    if (isTooMany(ids.size, of, stored.limits)) {
      await this.listings.hold(changes.filter(({ listing }) => large.has(listing._id)));
      await this.states.hold(connection.id, stored, left.length, of, left.map(shownHeld));
      return left;
    }
    await this.listings.free(left.map(({ _id }) => _id));
    return [];
  }

  private async changesOf(connection: Connection, listings: readonly Listing[]): Promise<ListingChange[]> {
    const numbers = await this.targets.of(connection, listings);
    return listings.flatMap((listing) => {
      const number = numbers.get(listing._id);
      if (number?.state !== 'number' || publishingOf(connection, listing.sku) === 'shadow') return [];
      return [{ listing, to: number.quantity }];
    });
  }

  private async holdWhereTooMany(connection: Connection, large: readonly ListingChange[], now: Date): Promise<boolean> {
    const stored = await this.states.of(connection.id, now);
    const [held, lately] = await Promise.all([
      this.listings.held(connection.id),
      this.listings.largeChangesSince(connection.id, stored.since),
    ]);
    const counted = new Set([...lately, ...held.map(({ _id }) => _id), ...large.map(({ listing }) => listing._id)]);
    if (counted.size < stored.limits.least) return false;
    const of = await this.of(connection);
    if (!isTooMany(counted.size, of, stored.limits)) return false;
    await this.listings.hold(large);
    this.calmUntil.delete(connection.id);
    const all = new Map([...held.map(shownHeld), ...large.map(shownChange)].map((one) => [one.sku, one]));
    await this.states.hold(connection.id, stored, all.size, of, [...all.values()]);
    return true;
  }

  private async recordLargeChanges(large: readonly ListingChange[], now: Date): Promise<void> {
    const passed = large.map(({ listing: { _id, last, largeChange: before } }) => ({
      id: _id,
      from: firstFrom(before, last?.quantity ?? 0, now),
    }));
    await this.listings.recordLargeChanges(passed);
  }
}

function largeOf(connection: Connection, changes: readonly ListingChange[], now: Date): ListingChange[] {
  return changes.filter((change) => weighListing(connection, change, now) === 'large');
}

/** It changed since it was held, or was not weighed for long. */
function isToBeWeighed({ held, push, approved }: Listing, now: Date): boolean {
  return !held || approved === true || held.wanted !== push.requested || now.getTime() - held.at.getTime() >= STALE_MS;
}

function shownHeld({ sku, held }: Listing): HeldChange {
  return { sku, from: held?.from ?? 0, to: held?.to ?? 0 };
}

function shownChange({ listing, to }: ListingChange): HeldChange {
  return { sku: listing.sku, from: listing.last?.quantity ?? 0, to };
}
