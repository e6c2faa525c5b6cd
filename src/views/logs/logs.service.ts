import { Inject, Injectable } from '@nestjs/common';
import { distinct } from '../../common/collections.js';
import { InvalidInputError } from '../../common/errors.js';
import { type LogService } from '../../common/log-sink.js';
import { type PageQuery } from '../../common/queries.js';
import { fromCursor, toCursor } from './log-cursor.js';
import { toLogItem, type LogItemPage } from './log-item.dto.js';
import { LogWriter } from '../../logs/log-writer.service.js';
import { LOG_SERVICES } from '../../logs/logs.module.js';
import { LogsRepository, type LogFilter } from '../../logs/logs.repository.js';
import { OrdersRepository } from '../../orders/orders.repository.js';

/** How long a reader waits for the entries that this process has just logged. */
const SETTLE_LIMIT_MS = 500;

@Injectable()
export class LogsService {
  constructor(
    private readonly logs: LogsRepository,
    private readonly writer: LogWriter,
    @Inject(LOG_SERVICES) private readonly services: readonly LogService[],
    private readonly orders: OrdersRepository,
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

  /** What happened to an order, by its internal id, its platform's id, or the number that a shopper sees. Also of an order that is not stored. */
  async story(name: string, query: PageQuery, sort: 'asc' | 'desc'): Promise<LogItemPage> {
    const known = await this.orders.named(name);
    return this.page({ orderIds: distinct([name, ...known.map(({ orderId }) => orderId)]) }, query, sort);
  }
}
