import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { timeOrderedId } from '../common/ids.js';
import { native } from '../common/mongo/native.js';
import { expiryOf } from '../config/retention.js';
import { listingId } from '../listings/listings.repository.js';
import { Listing } from '../listings/listing.schema.js';
import { ChannelObservation, type SeenBy } from './channel-observation.schema.js';
import { SYNC_SCHEMA_VERSION } from './schemas.js';

type Shown = Pick<Listing, '_id' | 'observed' | 'published'>;

/** The number that a channel shows; null: it stated none. */
export interface SeenNumber {
  readonly sku: string;
  readonly quantity: number | null;
}

/** The history of observed numbers: one line for each change. */
@Injectable()
export class ChannelObservations {
  private readonly collection: mongo.Collection<ChannelObservation>;
  private readonly listings: mongo.Collection<Listing>;

  constructor(
    @InjectModel(ChannelObservation.name) model: Model<ChannelObservation>,
    @InjectModel(Listing.name) listings: Model<Listing>,
  ) {
    this.collection = native(model);
    this.listings = native(listings);
  }

  /**
   * Records the numbers that a connection shows. Each change makes a line of the history. A crash in between may leave the same line twice.
   */
  async record(connection: string, seen: readonly SeenNumber[], seenBy: SeenBy, at = new Date()): Promise<void> {
    const numbers = new Map(
      seen.flatMap(({ sku, quantity }) =>
        quantity === null ? [] : [[listingId(connection, sku), { sku, quantity }] as const],
      ),
    );
    if (numbers.size === 0) return;
    const projection = { observed: 1, published: 1 };
    const rows = await this.listings.find({ _id: { $in: [...numbers.keys()] } }, { projection }).toArray();
    const before = new Map<string, Shown>(rows.map((row) => [row._id, row]));
    const changed = [...numbers].filter(([id, { quantity }]) => before.get(id)?.observed?.quantity !== quantity);
    const expireAt = expiryOf('PUSH_TTL_DAYS', at);
    if (changed.length > 0) {
      await this.collection.insertMany(
        changed.map(([id, { sku, quantity }]) =>
          lineOf({ connection, sku, quantity, seenBy, at, expireAt }, id, before.get(id)),
        ),
      );
    }
    await this.listings.bulkWrite(
      [...numbers].map(([id, { quantity }]) => ({
        updateOne: {
          filter: { _id: id, 'observed.at': { $not: { $gt: at } } },
          update: { $set: { observed: { quantity, at } } },
        },
      })),
      { ordered: false },
    );
  }
}

function lineOf(
  line: Omit<ChannelObservation, '_id' | 'before' | 'published' | 'schemaVersion'>,
  listing: string,
  known: Shown | undefined,
): ChannelObservation {
  return {
    _id: `${listing}#${timeOrderedId()}`,
    ...line,
    ...(known?.observed ? { before: known.observed.quantity } : {}),
    ...(known?.published ? { published: known.published.quantity } : {}),
    schemaVersion: SYNC_SCHEMA_VERSION,
  };
}
