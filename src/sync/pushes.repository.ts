import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { idleMark, Marks, openMark } from '../common/mongo/mark.js';
import { ListingPush, SYNC_SCHEMA_VERSION, type PushedItem } from './schemas.js';

const KEPT_MS = 60 * 24 * 3_600_000;

@Injectable()
export class PushesRepository {
  readonly follow: Marks<ListingPush>;

  constructor(@InjectModel(ListingPush.name) private readonly model: Model<ListingPush>) {
    this.follow = new Marks(model, 'follow');
  }

  /** Before it is sent: so that a crash in the middle leaves something to look at. */
  async begin(push: Pick<ListingPush, '_id' | 'connection' | 'items' | 'orderIds' | 'correlationIds' | 'deadline'>): Promise<void> {
    await this.model.create({ ...push, state: 'sending', createdAt: new Date(), follow: openMark(), schemaVersion: SYNC_SCHEMA_VERSION });
  }

  async noteSent(id: string, ref: string): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { state: 'sent', ref } });
  }

  /** Its outcome is known, or will never be. Nothing is left to follow. */
  async finish(id: string, state: 'accepted' | 'failed' | 'unclear', items?: readonly PushedItem[], error?: string): Promise<void> {
    const found = await this.model.findById(id).lean();
    await this.model.updateOne(
      { _id: id },
      {
        $set: {
          state,
          finishedAt: new Date(),
          expireAt: new Date(Date.now() + KEPT_MS),
          follow: { ...idleMark(), wanted: found?.follow.wanted ?? 1, done: found?.follow.wanted ?? 1 },
          ...(items ? { items } : {}),
          ...(error ? { error } : {}),
        },
      },
    );
  }

  async find(id: string): Promise<ListingPush | null> {
    return this.model.findById(id).lean();
  }
}
