import { Injectable } from '@nestjs/common';
import { groupBy } from '../../common/collections.js';
import { isOpen } from '../../common/mongo/mark.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type Listing } from '../../listings/listing.schema.js';
import { TargetNumbers, type Target } from '../../publishing/target-numbers.service.js';
import { isReasonCode } from '../../words/core-words.js';
import { type Language } from '../../words/language.js';
import { Words } from '../../words/words.js';
import { type ListingItem } from './listing-item.dto.js';

/** Listings for people: target, published, accepted and observed number of each. */
@Injectable()
export class ListingViews {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly wanted: TargetNumbers,
    private readonly words: Words,
  ) {}

  /** In the order given. */
  async of(listings: readonly Listing[], language: Language): Promise<ListingItem[]> {
    const wanted = new Map<string, Target>();
    for (const [id, ofConnection] of groupBy(listings, (listing) => listing.connection)) {
      const connection = this.connections.find(id);
      if (!connection) continue;
      for (const [listing, one] of await this.wanted.of(connection, ofConnection)) wanted.set(listing, one);
    }
    return listings.map((listing) => ({
      ...itemOf(listing, wanted.get(listing._id)),
      waiting: this.waiting(listing, language),
    }));
  }

  private waiting({ push }: Listing, language: Language): ListingItem['waiting'] {
    if (!isOpen(push)) return null;
    const { error } = push;
    return {
      since: push.since ?? null,
      nextTry: push.due ?? null,
      error: error === undefined ? null : this.words.reason(error, language),
      code: error !== undefined && isReasonCode(error) ? error : null,
    };
  }
}

function itemOf(listing: Listing, wanted: Target | undefined): Omit<ListingItem, 'waiting'> {
  const { _id, connection, sku, externalId, parts, rules, published: told, observed: shown, preview, error } = listing;
  return {
    id: _id,
    connection,
    sku,
    externalId: externalId ?? null,
    rules: { buffer: rules.buffer, cap: rules.cap, notForSale: rules.notForSale },
    parts: parts?.map((part) => ({ sku: part.sku, quantity: part.quantity })) ?? null,
    wanted:
      wanted?.state === 'number'
        ? { quantity: wanted.quantity, places: wanted.parts ? [...wanted.parts] : null }
        : null,
    wantedState: wanted?.state ?? 'off',
    published: told
      ? { quantity: told.quantity, places: told.parts ? [...told.parts] : null, state: told.state, at: told.at }
      : null,
    accepted: told?.state === 'accepted',
    observed: shown ? { quantity: shown.quantity, at: shown.at } : null,
    preview: preview ? { quantity: preview.quantity, at: preview.at } : null,
    error: error ?? null,
  };
}
