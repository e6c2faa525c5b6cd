import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { growingRanges, type IdRange } from '../../common/time-windows.js';
import { Listing } from '../../connectors/schemas.js';
import { StockMovement } from '../../stock/schemas.js';
import { ChannelObservation } from '../../sync/channel-observation.schema.js';
import { ListingPush } from '../../sync/schemas.js';
import { idPrefix } from '../params.js';
import { type TimelineItem } from './timeline-item.dto.js';
import { movementItem, observedLine, toldLine } from './timeline-items.js';

const PUSH = 'push_';
/** Sorts behind everything that a time-ordered id has in its place. */
const BEHIND = '\u007f';

/**
 * The histories that a timeline is made of, each newest first, from an id on (itself included) or from its newest. All of them are read by
 * ranges of `_id`, which every database has in order.
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

  /** What moved in one entry, by place. */
  async moved(entry: string, from: string | undefined, limit: number): Promise<TimelineItem[]> {
    const rows = await this.movements.find({ _id: upTo(`${entry}#`, from) }, { sort: { _id: -1 }, limit }).toArray();
    return rows.map(movementItem);
  }

  /** What a listing was seen to show. */
  async observed(listing: Pick<Listing, '_id'>, from: string | undefined, limit: number): Promise<TimelineItem[]> {
    const rows = await this.observations.find({ _id: upTo(`${listing._id}#`, from) }, { sort: { _id: -1 }, limit }).toArray();
    return rows.map(observedLine);
  }

  /** What a listing's channel was told of it: by the index on `items.sku` and `_id`, in ranges that grow, for a database that sorts what it finds. */
  async told({ connection, sku }: Pick<Listing, 'connection' | 'sku'>, from: string | undefined, limit: number): Promise<TimelineItem[]> {
    const found: ListingPush[] = [];
    const after = from === undefined ? undefined : `${from.slice(PUSH.length)}${BEHIND}`;
    for (const range of growingRanges({ sort: 'desc', ...(after === undefined ? {} : { after }) }, new Date())) {
      const rows = await this.pushes
        .find({ 'items.sku': sku, connection, _id: ofPush(range) }, { sort: { _id: -1 }, limit: limit - found.length })
        .toArray();
      found.push(...rows);
      if (found.length >= limit) break;
    }
    return found.map((push) => toldLine(push, sku)).filter((line) => line !== null);
  }
}

/** The ids of one history down from its newest, or from one of them on. A cursor of another making leads nowhere. */
function upTo(prefix: string, from: string | undefined): { $gte: string; $lt?: string; $lte?: string } {
  const range = idPrefix(prefix);
  return from === undefined || from >= range.$lt ? range : { $gte: range.$gte, $lte: from };
}

function ofPush(range: IdRange): IdRange {
  const { $gte = '', $lt = BEHIND } = range;
  return { $gte: `${PUSH}${$gte}`, $lt: `${PUSH}${$lt}` };
}
