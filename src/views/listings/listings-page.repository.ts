import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { listingId } from '../../listings/listings.repository.js';
import { Listing } from '../../listings/listing.schema.js';
import { idPrefix } from '../../common/params.js';

/** Reads listings; writes nothing. */
@Injectable()
export class ListingsPageRepository {
  private readonly collection: mongo.Collection<Listing>;

  constructor(
    @InjectModel(Listing.name) model: Model<Listing>,
    private readonly connections: ConnectionsService,
  ) {
    this.collection = native(model);
  }

  /**
   * The listings of a SKU: alone or as a part (by the index on `skus`), or under its own name whatever its
   * parts (by id).
   */
  async selling(sku: string): Promise<Listing[]> {
    const ofItsName = this.connections.channels().map(({ connection }) => listingId(connection.id, sku));
    const [made, named] = await Promise.all([
      this.collection.find({ skus: sku }).toArray(),
      this.collection.find({ _id: { $in: ofItsName } }).toArray(),
    ]);
    const all = new Map([...named, ...made].map((listing) => [listing._id, listing]));
    return [...all.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
  }

  /**
   * Up to `limit` listings of a connection with this prefix of the SKU, after the listing `afterId`. Ids
   * are connection and SKU, so that a page is a range of ids.
   */
  async page(
    connection: string,
    sku: string,
    filter: mongo.Filter<Listing>,
    afterId: string | undefined,
    limit: number,
  ): Promise<Listing[]> {
    const range = idPrefix(`${connection}/${encodeURIComponent(sku)}`);
    const beyond = afterId !== undefined && afterId >= range.$gte ? { $gt: afterId, $lt: range.$lt } : range;
    return this.collection.find({ $and: [{ _id: beyond }, filter] }, { sort: { _id: 1 }, limit }).toArray();
  }
}
