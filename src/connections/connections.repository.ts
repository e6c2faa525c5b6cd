import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type UpdateQuery } from 'mongoose';
import { type Lease } from '../common/lease.js';
import { LeaseField } from '../common/mongo/lease-field.js';
import { isDuplicateKey, native } from '../common/mongo/native.js';
import { type Publishing } from '../connectors/contract.js';
import { type Sealed } from './sealed.js';
import { CONNECTORS_SCHEMA_VERSION, ConnectionState } from './connection.schema.js';
import { RETRY_AFTER_MS, SILENCE_OVER_MS } from '../config/retry-delays.js';
import { CLOCK_SKEW_MS } from '../common/clock.js';

/** Work that one process at a time does for a connection. */
export type ConnectionLease = 'poll' | 'push' | 'hooks' | 'credentials' | 'catalogue';

/** Reads and writes the collection `connections`. The brake's part of it is in `ConnectionBrakes`. */
@Injectable()
export class ConnectionsRepository {
  private readonly leases = new Map<ConnectionLease, LeaseField<ConnectionState>>();

  constructor(@InjectModel(ConnectionState.name) private readonly states: Model<ConnectionState>) {}

  /** All connections, also those that are removed. */
  all(): Promise<ConnectionState[]> {
    return this.states.find({ schemaVersion: { $exists: true } }).lean<ConnectionState[]>();
  }

  find(id: string): Promise<ConnectionState | null> {
    return this.states.findById(id).lean<ConnectionState>().exec();
  }

  async isRemoved(id: string): Promise<boolean> {
    return (await this.find(id))?.removedAt !== undefined;
  }

  /** @throws MongoServerError (duplicate key) for an id that was ever used */
  async insert(state: Omit<ConnectionState, 'schemaVersion'>): Promise<void> {
    await this.states.create({ ...state, schemaVersion: CONNECTORS_SCHEMA_VERSION });
  }

  /** Inserts the connection of the environment where it is absent, and ends its pause: its credentials may be new. */
  async upsertFromEnvironment(id: string, connector: string, publishing: Publishing): Promise<void> {
    const upsert = () =>
      this.states.updateOne(
        { _id: id },
        {
          $set: { connector, origin: 'environment', schemaVersion: CONNECTORS_SCHEMA_VERSION },
          $setOnInsert: { publishing, createdAt: new Date() },
          $unset: { paused: '', removedAt: '' },
        },
        { upsert: true },
      );
    try {
      await upsert();
    } catch (error) {
      // Another process inserted it at the same moment.
      if (!isDuplicateKey(error)) throw error;
      await upsert();
    }
  }

  async update(id: string, update: UpdateQuery<ConnectionState>): Promise<void> {
    await this.states.updateOne({ _id: id }, update);
  }

  /** Those whose credentials another key than this one seals. */
  notSealedWith(keyId: string): Promise<ConnectionState[]> {
    return this.states.find({ 'secrets.keyId': { $exists: true, $ne: keyId } }).lean<ConnectionState[]>();
  }

  /** Does nothing where the credentials were replaced since `before` was read. */
  async replaceSecrets(id: string, before: Sealed, secrets: Sealed): Promise<void> {
    await this.states.updateOne({ _id: id, 'secrets.nonce': before.nonce }, { $set: { secrets } });
  }

  /** Stores new credentials, which end its pause. Does nothing where they were replaced since `before` was read. */
  async replaceCredentials(
    id: string,
    before: Sealed,
    credentials: Pick<ConnectionState, 'settings' | 'secrets'>,
  ): Promise<void> {
    await this.states.updateOne(
      { _id: id, 'secrets.nonce': before.nonce },
      { $set: { ...credentials, renewedAt: new Date() }, $unset: { paused: '' } },
    );
  }

  async setWaitUntil(id: string, until: Date): Promise<void> {
    const waitSetAt = new Date();
    const ahead = (ms: number) => ({ $gt: new Date(waitSetAt.getTime() + ms + CLOCK_SKEW_MS) });
    await this.states.updateOne(
      {
        _id: id,
        $or: [
          { silentSince: { $exists: false } },
          { silentSince: ahead(0) },
          { waitUntil: { $lt: new Date(waitSetAt.getTime() - SILENCE_OVER_MS) } },
        ],
      },
      { $set: { silentSince: waitSetAt } },
    );
    const wrong = { _id: id, $or: [{ waitSetAt: ahead(0) }, { waitUntil: ahead(RETRY_AFTER_MS.longestSilence) }] };
    const replaced = await this.states.updateOne(wrong, { $set: { waitUntil: until, waitSetAt } });
    if (replaced.matchedCount === 0)
      await this.states.updateOne({ _id: id }, { $max: { waitUntil: until }, $set: { waitSetAt } });
  }

  /**
   * Returns whether the connection exists.
   * @param renewedAt pauses only while the credentials are those of that time; null: those that it began with
   * @param final until it has new credentials: it is not tried again with these
   */
  async pause(id: string, reason: string, renewedAt?: Date | null, final = false): Promise<boolean> {
    const same = renewedAt === undefined ? {} : { renewedAt: renewedAt ?? { $exists: false } };
    const paused = { reason, at: new Date(), ...(final && { final }) };
    const before = await this.states
      .findOneAndUpdate({ _id: id, removedAt: { $exists: false }, ...same }, { $set: { paused } })
      .lean<ConnectionState>();
    return before !== null;
  }

  /** Ends its pause and its silence. Returns since when it was paused; undefined: it was not. */
  async unpause(id: string): Promise<Date | undefined> {
    const before = await this.states
      .findByIdAndUpdate(id, { $unset: { paused: '', silentSince: '' } })
      .lean<ConnectionState>();
    return before?.paused?.at;
  }

  lease(id: string, work: ConnectionLease): Lease {
    let leases = this.leases.get(work);
    if (!leases) this.leases.set(work, (leases = new LeaseField(native(this.states), `leases.${work}`)));
    return leases.of(id);
  }

  /** The time from which the next poll asks for changed orders; `first` where there was no poll yet. */
  async polledSince(id: string, first: Date): Promise<Date> {
    await this.states.updateOne({ _id: id, polledSince: { $exists: false } }, { $set: { polledSince: first } });
    return (await this.find(id))?.polledSince ?? first;
  }

  async notePolled(id: string, since: Date): Promise<void> {
    await this.states.updateOne({ _id: id }, { $max: { polledSince: since }, $set: { polledAt: new Date() } });
  }

  /** Does nothing for a connection that is removed. */
  async noteHooks(id: string, address: string, refused: readonly string[]): Promise<void> {
    const hooks = { address, at: new Date(), refused: [...refused] };
    await this.states.updateOne({ _id: id, removedAt: { $exists: false } }, { $set: { hooks } });
  }

  async noteTime(id: string, field: 'heardAt' | 'acceptedAt' | 'catalogueReadAt', at: Date): Promise<void> {
    await this.states.updateOne({ _id: id }, { $max: { [field]: at } });
  }
}
