import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { timeOrderedIdFloor } from '../../common/ids.js';
import { idTime } from '../../common/time-windows.js';
import { Listing } from '../../listings/listing.schema.js';
import { StockMovement } from '../../stock/schemas.js';
import { ChannelObservation } from '../../publishing/channel-observation.schema.js';
import { ListingPush } from '../../publishing/schemas.js';
import { idPrefix } from '../../common/params.js';
import { type TimelineItem } from './timeline-item.dto.js';
import { movementItem, observedLine, publishLine } from './timeline-items.js';

const PUSH = 'push_';
/** Sorts after every time-ordered id. */
const BEHIND = '\u007f';
/**
 * The spans in which pushes are searched, in milliseconds. Each search reads the whole index of the SKU
 * (DocumentDB does not bound a list of values by a second field), so there are few. A SKU with less than a
 * page in one span has few in the next.
 */
const SPANS_MS = [3_600_000, 86_400_000, Infinity];

/**
 * The streams of a timeline, each newest first, from an id on (included) or from its newest. All are read
 * by ranges of `_id`, which every database keeps in order.
 */
@Injectable()
export class TimelineRepository {
  private readonly movements: mongo.Collection<StockMovement>;
  private readonly pushes: mongo.Collection<ListingPush>;
  private readonly observations: mongo.Collection<ChannelObservation>;

  constructor(
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
    @InjectModel(ListingPush.name) pushes: Model<ListingPush>,
    @InjectModel(ChannelObservation.name) observations: Model<ChannelObservation>,
  ) {
    this.movements = native(movements);
    this.pushes = native(pushes);
    this.observations = native(observations);
  }

  /** The movements of one entry, by seq. */
  async moved(entry: string, from: string | undefined, limit: number): Promise<TimelineItem[]> {
    const rows = await this.movements.find({ _id: upTo(`${entry}#`, from) }, { sort: { _id: -1 }, limit }).toArray();
    return rows.map(movementItem);
  }

  /** The observed numbers of a listing. */
  async observed(listing: Pick<Listing, '_id'>, from: string | undefined, limit: number): Promise<TimelineItem[]> {
    const rows = await this.observations
      .find({ _id: upTo(`${listing._id}#`, from) }, { sort: { _id: -1 }, limit })
      .toArray();
    return rows.map(observedLine);
  }

  /**
   * The pushes to a listing: by the index on `items.sku` and `_id`, in spans of time, for a database that
   * sorts its results.
   */
  async told(
    { connection, sku }: Pick<Listing, 'connection' | 'sku'>,
    from: string | undefined,
    limit: number,
  ): Promise<TimelineItem[]> {
    const found: ListingPush[] = [];
    const newest = from === undefined ? Date.now() : idTime(from.slice(PUSH.length));
    let upper = from === undefined ? `${PUSH}${BEHIND}` : `${from}${BEHIND}`;
    for (const span of SPANS_MS) {
      const lower = `${PUSH}${Number.isFinite(span) ? timeOrderedIdFloor(new Date(newest - span)) : ''}`;
      const range = { $gte: lower, $lt: upper };
      const page = { sort: { _id: -1 as const }, limit: limit - found.length };
      found.push(...(await this.pushes.find({ 'items.sku': sku, connection, _id: range }, page).toArray()));
      if (found.length >= limit) break;
      upper = lower;
    }
    return found.map((push) => publishLine(push, sku)).filter((line) => line !== null);
  }
}

/** The ids of one stream down from its newest, or from a given one. A foreign cursor matches nothing. */
function upTo(prefix: string, from: string | undefined): { $gte: string; $lt?: string; $lte?: string } {
  const range = idPrefix(prefix);
  return from === undefined || from >= range.$lt ? range : { $gte: range.$gte, $lte: from };
}
