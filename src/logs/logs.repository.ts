import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, type Model, type QueryFilter } from 'mongoose';
import { timeOrderedIdFloor } from '../common/ids.js';
import { type LogService, type LogStatus } from '../common/log-sink.js';
import { Log } from './schemas/log.schema.js';

/** What a log must match. Times are when the entry was written, which is when the logged work ended. */
export interface LogFilter {
  readonly service?: LogService;
  readonly action?: string;
  readonly status?: LogStatus;
  readonly orderId?: string;
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
  /** Id of the last entry that was seen. */
  readonly after?: string;
}

const SERVICES: readonly LogService[] = ['falabella', 'odoo', 'tiendanube', 'orchestrator', 'api'];
const STATUSES: readonly LogStatus[] = ['success', 'error', 'pending'];
const DUPLICATE_KEY = 11000;

@Injectable()
export class LogsRepository {
  constructor(@InjectModel(Log.name) private readonly logs: Model<Log>) {}

  /**
   * Stores a group. An entry that is there already counts as stored: the answer to an earlier attempt was lost.
   * @returns how many the database will never take
   * @throws MongoError when the group should be tried again
   */
  async insertGroup(group: readonly Log[]): Promise<number> {
    try {
      await this.stored().insertMany(group, { ordered: false, writeConcern: { w: 1 } });
      return 0;
    } catch (error) {
      if (error instanceof mongo.MongoBulkWriteError) return refusals(error);
      if (error instanceof mongo.MongoError && !(error instanceof mongo.MongoInvalidArgumentError)) throw error;
      return group.length;
    }
  }

  /** The driver's own collection: Mongoose would copy and check every document, and these are of our own making. */
  private stored(): mongo.Collection<Log> {
    return this.logs.db.getClient().db(this.logs.db.name).collection<Log>(this.logs.collection.name);
  }

  async page(filter: LogFilter, page: LogPage): Promise<Log[]> {
    return this.logs
      .find(toQuery(filter, page))
      .sort({ _id: page.sort === 'asc' ? 1 : -1 })
      .limit(page.limit)
      .lean<Log[]>()
      .exec();
  }
}

function refusals(error: mongo.MongoBulkWriteError): number {
  const writeErrors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return writeErrors.filter(({ code }) => code !== DUPLICATE_KEY).length;
}

/** The query of a page. Exported for its test. */
export function toQuery(filter: LogFilter, page: LogPage): QueryFilter<Log> {
  const query: Record<string, unknown> = {};
  if (filter.orderId !== undefined) query.orderIds = filter.orderId;
  if (filter.productSku !== undefined) query.productSkus = filter.productSku;
  if (filter.correlationId !== undefined) query.correlationIds = filter.correlationId;
  for (const name of ['service', 'action', 'status', 'connection'] as const) if (filter[name] !== undefined) query[name] = filter[name];
  nameEveryStatus(query);
  const id: Record<string, string> = {};
  if (filter.from) id.$gte = timeOrderedIdFloor(filter.from);
  if (filter.to) id.$lt = timeOrderedIdFloor(filter.to);
  if (page.after !== undefined) narrow(id, page.sort === 'asc' ? '$gt' : '$lt', page.after);
  if (Object.keys(id).length > 0) query._id = id;
  return query;
}

/**
 * An index with the status (or the service) in front of `_id` gives an ordered page only where that is named; naming every one
 * of the few lets the database merge that many ordered scans instead of sorting everything that matches.
 */
function nameEveryStatus(query: Record<string, unknown>): void {
  const narrowAlready = 'orderIds' in query || 'productSkus' in query || 'correlationIds' in query;
  if (narrowAlready) return;
  if (query.status === undefined && ('service' in query || 'action' in query || 'connection' in query)) query.status = { $in: STATUSES };
  if (query.status !== undefined && !('service' in query) && !('action' in query) && !('connection' in query))
    query.service = { $in: SERVICES };
}

/** The cursor lies within the range already, so it only ever narrows it. */
function narrow(id: Record<string, string>, operator: '$gt' | '$lt', after: string): void {
  const present = id[operator];
  if (present === undefined || operator === '$gt' || after < present) id[operator] = after;
}
