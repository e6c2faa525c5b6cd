import { Inject, Injectable, Optional } from '@nestjs/common';
import { distinct } from '../common/collections.js';
import { InvalidInputError } from '../common/errors.js';
import { type LogService } from '../common/log-sink.js';
import { OrderNames } from '../common/order-names.js';
import { type PageQuery } from '../common/queries.js';
import { fromCursor, toCursor } from './log-cursor.js';
import { toLogItem, type LogItemPage } from './log-item.dto.js';
import { LogWriter } from './log-writer.service.js';
import { LogsRepository, type LogFilter } from './logs.repository.js';

/** How long a reader waits for the entries that this process has just logged. */
const SETTLE_LIMIT_MS = 500;

/** The token of the names that a log's `service` can have. */
export const LOG_SERVICES = Symbol('log services');

@Injectable()
export class LogsService {
  constructor(
    private readonly logs: LogsRepository,
    private readonly writer: LogWriter,
    @Inject(LOG_SERVICES) private readonly services: readonly LogService[],
    @Optional() private readonly names?: OrderNames,
  ) {}

  /**
   * One page. It waits for entries of this process that are being stored, so that they are included and
   * pages have no gaps while logs arrive.
   * @throws InvalidInputError for an invalid cursor, an unknown service, or a range that ends before it
   * begins
   */
  async page(filter: LogFilter, query: PageQuery, sort: 'asc' | 'desc' = 'desc'): Promise<LogItemPage> {
    if (filter.from && filter.to && filter.to < filter.from)
      throw new InvalidInputError([{ field: 'to', expected: 'must not be before from' }]);
    if (filter.service !== undefined && !this.services.includes(filter.service))
      throw new InvalidInputError([{ field: 'service', expected: `must be one of ${this.services.join(', ')}` }]);
    const after = query.cursor === undefined ? undefined : fromCursor(query.cursor);
    await this.writer.settle(SETTLE_LIMIT_MS);
    const found = await this.logs.page(filter, { sort, limit: query.limit + 1, after });
    const shown = found.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(toLogItem), nextCursor: found.length > shown.length && last ? toCursor(last._id) : null };
  }

  /** The logs of an order, by any of its names. Also finds an order that is not stored but occurs in logs. */
  async story(name: string, query: PageQuery, sort: 'asc' | 'desc'): Promise<LogItemPage> {
    const known = (await this.names?.idsOf(name)) ?? [];
    return this.page({ orderIds: distinct([name, ...known]) }, query, sort);
  }
}
