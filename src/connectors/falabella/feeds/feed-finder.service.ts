import { Injectable } from '@nestjs/common';
import { type FoundPush, type LostPush, type StockPush } from '../../contract.js';
import { FalabellaApiError } from '../errors.js';
import { FalabellaService } from '../falabella.service.js';
import { type FeedInput } from '../interfaces/falabella.interface.js';
import { pushRef, readPushRef } from '../push-ref.js';
import { type Account } from '../seller-center.service.js';
import { candidatesFor, missingFrom } from './find-feed.js';

/** The most feeds of one moment that are examined, as each costs a call. */
const MOST_LOOKED_INTO = 5;

/** Finds the feed of a push without a clear answer, by its content. */
@Injectable()
export class FeedFinder {
  constructor(private readonly api: FalabellaService) {}

  async find(items: readonly StockPush[], { sentAt, otherRefs }: LostPush, account: Account): Promise<FoundPush> {
    const others = new Set(otherRefs.map((ref) => readPushRef(ref).feedId));
    const candidates = candidatesFor(items, sentAt, others, await this.api.feedList(account));
    let unseen = candidates.length > MOST_LOOKED_INTO;
    for (const { feedId } of candidates.slice(0, MOST_LOOKED_INTO)) {
      const input = await this.inputOf(feedId, account);
      const missing = input && missingFrom(input, items);
      if (missing) return { state: 'found', ref: pushRef(feedId, missing) };
      unseen ||= input === null;
    }
    return { state: unseen ? 'unclear' : 'absent' };
  }

  /** Null when Falabella does not show the feed's content. */
  private async inputOf(feedId: string, account: Account): Promise<FeedInput | null> {
    try {
      return await this.api.feedInput(feedId, account);
    } catch (error) {
      if (error instanceof FalabellaApiError && /^sender$/i.test(error.type)) return null;
      throw error;
    }
  }
}
