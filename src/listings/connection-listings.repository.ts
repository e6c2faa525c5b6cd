import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Marks, requestAgain } from '../common/mongo/mark.js';
import { native, throughConflicts } from '../common/mongo/native.js';
import { ConnectionsRepository } from '../connections/connections.repository.js';
import { partsOf } from './listing-parts.js';
import { Listing } from './listing.schema.js';

const GROUP = 200;

/** Changes of all listings of a connection at once, when it is removed, restored, or was unused. */
@Injectable()
export class ConnectionListings {
  private readonly collection: mongo.Collection<Listing>;
  private readonly push: Marks<Listing>;

  constructor(
    @InjectModel(Listing.name) model: Model<Listing>,
    private readonly connections: ConnectionsRepository,
  ) {
    this.collection = native(model);
    this.push = new Marks(model, 'push');
  }

  /**
   * The connection is gone: nothing is published any more, and no change in stock finds its listings. What people decided for them stays, for the
   * day on which it comes back.
   */
  async archive(connection: string): Promise<void> {
    await this.updateAll(connection, {
      $set: { skus: [], causes: [] },
      $unset: {
        published: '',
        observed: '',
        preview: '',
        held: '',
        approved: '',
        lease: '',
        notBefore: '',
        error: '',
        refusals: '',
      },
    });
    await this.settleAll(connection);
  }

  /** Nothing is published to a connection that is gone: closes the marks that a push in flight opened. */
  async archiveIfRemoved(connection: string): Promise<void> {
    if (await this.connections.isRemoved(connection)) await this.settleAll(connection);
  }

  /** It is back: changes in stock find its listings again, and all of them are published again. */
  async restore(connection: string): Promise<void> {
    for await (const group of this.groups({ connection, skus: { $size: 0 } }, { sku: 1, parts: 1 })) {
      await this.collection.bulkWrite(
        group.map(({ _id, sku, parts }) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { skus: partsOf({ sku, ...(parts && { parts }) }).map((part) => part.sku) } },
          },
        })),
        { ordered: false },
      );
    }
    await this.republish(connection);
  }

  /** While it was away its numbers may have changed: everything is published again, whatever was published before. */
  async republish(connection: string): Promise<void> {
    await this.updateAll(connection, {
      ...requestAgain('push'),
      $unset: { published: '', notBefore: '', 'push.error': '', preview: '' },
    });
  }

  /** Updates a few at a time, with retries: so many documents are rarely free of concurrent writes at once. */
  private async updateAll(connection: string, update: object): Promise<void> {
    for await (const group of this.groups({ connection }, { _id: 1 })) {
      const these = { _id: { $in: group.map(({ _id }) => _id) } };
      await throughConflicts(() => this.collection.updateMany(these, update as mongo.UpdateFilter<Listing>));
    }
  }

  private async settleAll(connection: string): Promise<void> {
    const open = { connection, 'push.since': { $exists: true } } as mongo.Filter<Listing>;
    for await (const group of this.groups(open, { push: 1 }))
      await this.push.settleAll(group.map(({ _id, push }) => ({ id: _id, noted: push.requested })));
  }

  private async *groups(filter: mongo.Filter<Listing>, projection: mongo.Document): AsyncGenerator<Listing[]> {
    for (let after = ''; ;) {
      const group = await this.collection
        .find({ ...filter, _id: { $gt: after } } as mongo.Filter<Listing>, {
          projection,
          sort: { _id: 1 },
          limit: GROUP,
        })
        .toArray();
      const last = group.at(-1);
      if (!last) return;
      yield group;
      after = last._id;
    }
  }
}
