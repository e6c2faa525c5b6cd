import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, type Model } from 'mongoose';
import { type LogService, type LogStatus } from '../common/log-sink.js';
import { LogKindsRepository } from './log-kinds.repository.js';
import { Log } from './schemas/log.schema.js';
import { growingRanges, idRange, idTime, type IdRange, type IdSpan } from '../common/time-windows.js';

/** The conditions on a log. Times are those of writing, which is when the logged work ended. */
export interface LogFilter {
  readonly service?: LogService;
  readonly action?: string;
  readonly status?: LogStatus;
  readonly orderId?: string;
  /** Matches any of these. */
  readonly orderIds?: readonly string[];
  readonly productSku?: string;
  readonly connection?: string;
  readonly correlationId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
}

export interface LogPage {
  readonly sort: 'asc' | 'desc';
  readonly limit: number;
  /** The id of the last entry of the page before. */
  readonly after?: string;
}

const DUPLICATE_KEY = 11000;

@Injectable()
export class LogsRepository {
  constructor(
    @InjectModel(Log.name) private readonly logs: Model<Log>,
    private readonly kinds: LogKindsRepository,
  ) {}

  /**
   * Stores a group. An entry that exists already counts as stored: the answer to an earlier attempt was
   * lost.
   * @returns how many the database will never accept
   * @throws MongoError when the group should be retried
   */
  async insertGroup(group: readonly Log[]): Promise<number> {
    try {
      await this.kinds.remember(group);
      await this.stored().insertMany(group, { ordered: false, writeConcern: { w: 1 } });
      return 0;
    } catch (error) {
      if (error instanceof mongo.MongoBulkWriteError) return refusals(error);
      if (error instanceof mongo.MongoError && !(error instanceof mongo.MongoInvalidArgumentError)) throw error;
      return group.length;
    }
  }

  /**
   * The driver's own collection: Mongoose would copy and validate every document, which our own documents
   * do not need.
   */
  private stored(): mongo.Collection<Log> {
    return this.logs.db.getClient().db(this.logs.db.name).collection<Log>(this.logs.collection.name);
  }

  /** Deletes the logs of a removed connection. Gives back their number. */
  async forget(connection: string): Promise<number> {
    const kinds = await this.kinds.matching({ connection });
    if (kinds.length === 0) return 0;
    return (await this.stored().deleteMany({ kind: { $in: kinds } })).deletedCount;
  }

  /**
   * Keeps only action, time and duration of the logs about these orders of a connection. Gives back the
   * number of changed logs.
   */
  async blank(connection: string, orderIds: readonly string[]): Promise<number> {
    if (orderIds.length === 0) return 0;
    const withBodies = {
      orderIds: { $in: [...orderIds] },
      connection,
      $or: [{ request: { $exists: true } }, { response: { $exists: true } }],
    };
    return (await this.stored().updateMany(withBodies, { $unset: { request: '', response: '' } })).modifiedCount;
  }

  async page(filter: LogFilter, page: LogPage): Promise<Log[]> {
    const span: IdSpan = { from: filter.from, to: filter.to, after: page.after, sort: page.sort };
    const query = await this.toQuery(filter);
    if (!query) return [];
    // Few logs share an order or correlation id; without any filter `_id` itself gives the order.
    const oneRead =
      filter.orderId !== undefined ||
      filter.orderIds !== undefined ||
      filter.correlationId !== undefined ||
      Object.keys(query).length === 0;
    if (oneRead) return this.read(query, idRange(span), page);
    const found: Log[] = [];
    for (const range of growingRanges(span, await this.start(page.sort))) {
      found.push(...(await this.read(query, range, { ...page, limit: page.limit - found.length })));
      if (found.length >= page.limit) break;
    }
    return found;
  }

  private async read(query: Record<string, unknown>, range: IdRange, { sort, limit }: LogPage): Promise<Log[]> {
    const bounded = Object.keys(range).length > 0 ? { ...query, _id: range } : query;
    return this.logs
      .find(bounded)
      .sort({ _id: sort === 'asc' ? 1 : -1 })
      .limit(limit)
      .lean<Log[]>()
      .exec();
  }

  /** Null: no log can match. */
  private async toQuery(filter: LogFilter): Promise<Record<string, unknown> | null> {
    const { orderId, orderIds, productSku, correlationId, service, action, status, connection } = filter;
    const ids = given({ orderIds: oneOf(orderIds) ?? orderId, productSkus: productSku, correlationIds: correlationId });
    const properties = given({ service, action, status, connection });
    if (Object.keys(properties).length === 0) return ids;
    if (Object.keys(ids).length > 0) return { ...ids, ...properties };
    const kinds = await this.kinds.matching(properties);
    return kinds.length === 0 ? null : { kind: { $in: kinds } };
  }

  /** The time at which reading begins: now for the newest log; that of the oldest log must be looked up. */
  private async start(sort: 'asc' | 'desc'): Promise<Date> {
    if (sort === 'desc') return new Date();
    const oldest = await this.logs.findOne().sort({ _id: 1 }).select('_id').lean<Pick<Log, '_id'>>().exec();
    return oldest ? new Date(idTime(oldest._id)) : new Date();
  }
}

function given<T extends Record<string, unknown>>(properties: T): Partial<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Queries a single value without `$in`: every database then reads its index in order. */
function oneOf(values: readonly string[] | undefined): unknown {
  return values && values.length > 1 ? { $in: [...values] } : values?.[0];
}

function refusals(error: mongo.MongoBulkWriteError): number {
  const writeErrors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return writeErrors.filter(({ code }) => code !== DUPLICATE_KEY).length;
}
