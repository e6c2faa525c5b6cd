import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../common/mongo/native.js';
import { Listing } from '../listings/listing.schema.js';

/** Queries of listings that only reconcile runs need. Writes nothing. */
@Injectable()
export class ListingReads {
  private readonly collection: mongo.Collection<Listing>;

  constructor(@InjectModel(Listing.name) model: Model<Listing>) {
    this.collection = native(model);
  }

  /** The stock SKUs among these that a connection sells, alone or as a part: by the index on `skus`. */
  async soldAmong(connection: string, skus: readonly string[]): Promise<Set<string>> {
    const found = await this.collection
      .find({ skus: { $in: [...skus] }, connection }, { projection: { skus: 1 } })
      .toArray();
    return new Set(found.flatMap((listing) => listing.skus));
  }

  /**
   * Whether a listing with a sale waits to be published since a time within this span: by the index on
   * `push.since`.
   */
  async saleWaits(connection: string, from: Date, to: Date): Promise<boolean> {
    const waiting = {
      connection,
      'push.since': { $gte: from, $lt: to },
      'causes.orderId': { $exists: true },
    } as mongo.Filter<Listing>;
    return (await this.collection.findOne(waiting, { projection: { _id: 1 } })) !== null;
  }
}
