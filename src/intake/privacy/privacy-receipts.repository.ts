import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { type TimePlace } from '../../common/cursor.js';
import { native } from '../../common/mongo/native.js';
import { newestFirst, type TimePage } from '../../common/mongo/newest-first.js';
import { PRIVACY_SCHEMA_VERSION, PrivacyReceipt } from './privacy-receipt.schema.js';

/** The result of one request. */
export type PrivacyAnswer = Pick<
  PrivacyReceipt,
  'connection' | 'asked' | 'request' | 'ordersNamed' | 'ordersKnown' | 'removed' | 'kept'
>;

@Injectable()
export class PrivacyReceiptsRepository {
  private readonly collection: mongo.Collection<PrivacyReceipt>;

  constructor(@InjectModel(PrivacyReceipt.name) model: Model<PrivacyReceipt>) {
    this.collection = native(model);
  }

  /** Stores the receipt of a request. Of a request that came again, the counts are added up. */
  async record(
    id: string,
    { connection, asked, request, ordersNamed, ordersKnown, removed, kept }: PrivacyAnswer,
  ): Promise<void> {
    const now = new Date();
    const counts = Object.fromEntries(
      Object.entries(removed).map(([collection, count]) => [`removed.${collection}`, count]),
    );
    await this.collection.updateOne(
      { _id: id },
      {
        $set: { doneAt: now, ordersNamed, ordersKnown, kept },
        $inc: { times: 1, ...counts },
        $setOnInsert: {
          connection,
          asked,
          ...(request !== undefined && { request }),
          at: now,
          schemaVersion: PRIVACY_SCHEMA_VERSION,
        },
      },
      { upsert: true },
    );
  }

  page(after: TimePlace | undefined, limit: number): Promise<TimePage<PrivacyReceipt>> {
    return newestFirst(this.collection, { timeField: 'at', filter: {}, after, limit });
  }
}
