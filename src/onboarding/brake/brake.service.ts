import { Injectable } from '@nestjs/common';
import { currentContext } from '../../common/context.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type Listing } from '../../listings/listing.schema.js';
import { type StockEntry } from '../../stock/schemas.js';
import { BrakedEntries } from '../../fulfilment/brake/braked-entries.repository.js';
import { BrakedListings } from '../../publishing/brake/braked-listings.repository.js';
import { BrakeStates, brakeDetail } from '../../publishing/brake/brake-states.service.js';
import { ChannelBrake } from '../../publishing/brake/channel-brake.service.js';
import { ErpBrake } from '../../fulfilment/brake/erp-brake.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { type Language } from '../../words/language.js';
import { Words } from '../../words/words.js';
import { type BrakeLimitsDto, type BrakeView, type HeldItem } from './brake.dto.js';

interface Page {
  readonly items: HeldItem[];
  readonly next: string | null;
}

/** The view of a brake for the person who must decide, and that person's decision. */
@Injectable()
export class BrakeService {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly states: BrakeStates,
    private readonly listings: BrakedListings,
    private readonly entries: BrakedEntries,
    private readonly channels: ChannelBrake,
    private readonly erps: ErpBrake,
    private readonly pumps: PumpWakeups,
    private readonly words: Words,
  ) {}

  /** For an existing connection. */
  async view(
    id: string,
    after: string,
    limit: number,
    language: Language,
  ): Promise<Omit<BrakeView, 'nextCursor'> & { readonly next: string | null }> {
    const channel = this.connections.channel(id);
    const { on, limits, approved } = await this.states.of(id);
    const of = channel ? await this.channels.of(channel.connection) : await this.erps.of(id);
    const { items, next } = channel ? await this.listingPage(id, after, limit) : await this.entryPage(id, after, limit);
    return {
      connection: id,
      role: channel ? 'channel' : 'erp',
      on: on !== null,
      since: on ? on.since.toISOString() : null,
      why: on && this.words.text(brakeDetail(id, on), language),
      held: on?.held ?? 0,
      of: on?.of ?? of,
      ...limits,
      approved: approved ? { ...approved, at: approved.at.toISOString() } : null,
      items,
      next,
    };
  }

  /** What is held now is published, but not later large changes. Gives back how many. */
  async approve(id: string, reason: string): Promise<number> {
    const actor = currentContext().actor ?? 'anonymous';
    if (!this.connections.channel(id)) return this.erps.approve(id, actor, reason);
    const count = await this.channels.approve(id, actor, reason);
    this.pumps.wake([id]);
    return count;
  }

  /** Judges what is held again by the new limits. */
  async setLimits(id: string, limits: BrakeLimitsDto): Promise<void> {
    await this.states.setLimits(id, limits);
    if (this.connections.channel(id)) this.pumps.wake([id]);
    else await this.erps.review(id);
  }

  private async listingPage(id: string, after: string, limit: number): Promise<Page> {
    const found = await this.listings.heldPage(id, after, limit + 1);
    return pageOf(found, limit, listingItem);
  }

  private async entryPage(id: string, after: string, limit: number): Promise<Page> {
    const found = await this.entries.heldPage(id, after, limit + 1);
    return pageOf(found, limit, entryItem);
  }
}

function pageOf<Doc extends { readonly _id: string }>(
  found: readonly Doc[],
  limit: number,
  itemOf: (doc: Doc) => HeldItem,
): Page {
  const shown = found.slice(0, limit);
  return { items: shown.map(itemOf), next: found.length > limit ? (shown.at(-1)?._id ?? null) : null };
}

function listingItem({ sku, held, updatedAt }: Listing): HeldItem {
  return {
    sku,
    from: held?.from ?? 0,
    to: held?.to ?? 0,
    since: (held?.since ?? updatedAt).toISOString(),
    blockedBy: 'person',
  };
}

function entryItem({ sku, warehouse, quantity, held, updatedAt }: StockEntry): HeldItem {
  const since = (held?.at ?? updatedAt).toISOString();
  return {
    sku,
    warehouse,
    from: quantity,
    to: held?.quantity ?? quantity,
    since,
    blockedBy: held?.scan === undefined ? 'person' : 'scan',
  };
}
