import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../common/mongo/native.js';
import { Listing } from '../listings/listing.schema.js';

/** Questions about listings that only a look at everything has. Nothing is written here. */
@Injectable()
export class ListingReads {
  private readonly collection: mongo.Collection<Listing>;

  constructor(@InjectModel(Listing.name) model: Model<Listing>) {
    this.collection = native(model);
  }

  /** Those of these stock SKUs that a connection sells, alone or as a part: by the index on `skus`. */
  async soldAmong(connection: string, skus: readonly string[]): Promise<Set<string>> {
    const found = await this.collection
      .find({ skus: { $in: [...skus] }, connection }, { projection: { skus: 1 } })
      .toArray();
    return new Set(found.flatMap((listing) => listing.skus));
  }

  /** Whether a listing that something was sold of waits to be told since a time within this span: by the index on `push.since`. */
  async saleWaits(connection: string, from: Date, to: Date): Promise<boolean> {
    const waiting = {
      connection,
      'push.since': { $gte: from, $lt: to },
      'causes.orderId': { $exists: true },
    } as mongo.Filter<Listing>;
    return (await this.collection.findOne(waiting, { projection: { _id: 1 } })) !== null;
  }
}
