import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { Batcher } from '../common/batcher.js';
import { type TimePlace } from '../common/cursor.js';
import { heldBy, LeaseField } from '../common/mongo/lease-field.js';
import { Marks } from '../common/mongo/mark.js';
import { isDuplicateKey, native } from '../common/mongo/native.js';
import { newestFirst, type TimePage } from '../common/mongo/newest-first.js';
import { type AlertDetail } from './alert-details.js';
import { ALERT_KINDS, type AlertKind } from './alert-kinds.js';
import {
  alertId,
  closeWrites,
  closingAt,
  fieldsOfDetail,
  openingOf,
  openWrites,
  type AlertReport,
} from './alert-writes.js';
import { Alert, type NotifiedAlert } from './alert.schema.js';

/** When two processes open the same alert at once, one inserts it, and the other finds it at the next attempt. */
const TRIES = 3;

export interface AlertFilter {
  readonly kind?: AlertKind | undefined;
  readonly state: 'open' | 'closed' | 'all';
  /** Opened at this time or later. */
  readonly since?: Date | undefined;
}

@Injectable()
export class AlertsRepository {
  readonly notify: Marks<Alert>;
  /** Of one notice to the webhook. */
  readonly leases: LeaseField<Alert>;
  private readonly collection: mongo.Collection<Alert>;
  /** Most closings concern alerts that were never open. Looked up in groups, they cost almost nothing. */
  private readonly standing = new Batcher<string, boolean>((ids) => this.areOpen(ids), {
    maxItems: 500,
    waitMs: 5,
    inFlight: 1,
  });

  constructor(@InjectModel(Alert.name) model: Model<Alert>) {
    this.collection = native(model);
    this.leases = new LeaseField(this.collection);
    this.notify = new Marks(model, 'notify');
  }

  /** True: it was not open before. `tell`: the alert webhook must receive the opening. */
  async raise(kind: AlertKind, subject: string, detail: AlertDetail, tell: boolean): Promise<boolean> {
    const _id = alertId(kind, subject);
    return this.again(async () => {
      const again = await this.collection.updateOne(
        { _id, closedAt: { $exists: false } },
        { $set: fieldsOfDetail(detail), $inc: { times: 1 } },
      );
      if (again.matchedCount > 0) return false;
      await this.collection.updateOne(
        { _id, closedAt: { $exists: true } },
        openingOf({ kind, subject, detail, at: new Date() }, tell),
        {
          upsert: true,
        },
      );
      return true;
    });
  }

  /**
   * Opens and closes in one group. Reports about one subject may come in any order: the highest version
   * counts. Gives back those that open an alert for the first time.
   */
  async follow(reports: readonly AlertReport[], tell: { opening: boolean; closing: boolean }): Promise<AlertReport[]> {
    if (reports.length === 0) return [];
    const writes = reports.flatMap((report) =>
      report.open ? openWrites(report, tell.opening) : closeWrites(report, tell.closing),
    );
    const upserted = await this.again(
      async () => (await this.collection.bulkWrite(writes, { ordered: true })).upsertedIds,
    );
    const fresh = new Set(Object.values(upserted).map(String));
    return reports.filter((report) => report.open && fresh.has(alertId(report.kind, report.subject)));
  }

  /** `tell`: the alert webhook must receive the closing if it received the opening. */
  async closeAll(ids: readonly string[], tell: boolean, filter: mongo.Filter<Alert> = {}): Promise<void> {
    const areOpen = await Promise.all(ids.map((id) => this.standing.add(id)));
    const standing = ids.filter((_, position) => areOpen[position]);
    if (standing.length === 0) return;
    const open = { _id: { $in: standing }, closedAt: { $exists: false }, ...filter };
    if (tell) await this.collection.updateMany({ ...open, notify: { $exists: true } }, closingAt(new Date(), true));
    await this.collection.updateMany(open, closingAt(new Date(), false));
  }

  async page(filter: AlertFilter, after: TimePlace | undefined, limit: number): Promise<TimePage<Alert>> {
    const { kind, state, since } = filter;
    const closedAt = { open: { closedAt: { $exists: false } }, closed: { closedAt: { $exists: true } }, all: {} }[
      state
    ];
    return newestFirst(this.collection, {
      timeField: 'openedAt',
      filter: { opening: { $gt: 0 }, ...(kind === undefined ? {} : { kind }), ...closedAt },
      since,
      after,
      limit,
      selective: state === 'open',
    });
  }

  /** The open ones of some kinds, in the order of their ids, after `afterId`. */
  async openOf(kinds: readonly AlertKind[], afterId: string, limit: number): Promise<Alert[]> {
    return this.collection
      .find(
        { closedAt: { $exists: false }, kind: { $in: [...kinds] }, _id: { $gt: afterId } },
        { sort: { _id: 1 }, limit },
      )
      .toArray();
  }

  /** An alert that was ever open. */
  async find(id: string): Promise<Alert | null> {
    return this.collection.findOne({ _id: id, opening: { $gt: 0 } });
  }

  /** The open alerts about a subject, of any kind. */
  async openAbout(subject: string): Promise<Alert[]> {
    const ids = ALERT_KINDS.map((kind) => alertId(kind, subject));
    return this.collection.find({ _id: { $in: ids }, closedAt: { $exists: false } }).toArray();
  }

  /** Leases those of the given alerts that must be posted and are not being posted, for one notice. */
  claim(ids: readonly string[], owner: string, until: Date): Promise<Alert[]> {
    return this.leases.claim(ids, owner, until, { filter: { 'notify.since': { $exists: true } } });
  }

  /** The webhook has accepted it. */
  async noteTold(owner: string, id: string, told: NotifiedAlert): Promise<void> {
    await this.collection.updateOne({ _id: id, ...heldBy(owner) }, { $set: { told } });
  }

  private async areOpen(ids: readonly string[]): Promise<boolean[]> {
    const open = { _id: { $in: [...new Set(ids)] }, closedAt: { $exists: false } };
    const found = new Set(
      (await this.collection.find(open, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
    );
    return ids.map((id) => found.has(id));
  }

  private async again<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (error) {
        if (!isDuplicateKey(error) || tries === TRIES) throw error;
      }
    }
  }
}
