import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { StockEntry } from '../../stock/schemas.js';
import { idPrefix } from '../../common/params.js';

export interface EntryFilter {
  /** The prefix of the SKU. */
  readonly sku?: string | undefined;
  /** Entries with fewer available units than this. */
  readonly below?: number | undefined;
  readonly changedSince?: Date | undefined;
}

/**
 * Pages of stock entries. An entry's id is its warehouse and its SKU: read warehouse by warehouse as
 * ranges of ids, a page comes in order from the one index that every database keeps in order.
 */
@Injectable()
export class EntriesPageRepository {
  private readonly collection: mongo.Collection<StockEntry>;

  constructor(@InjectModel(StockEntry.name) model: Model<StockEntry>) {
    this.collection = native(model);
  }

  /** Up to `limit` entries of these warehouses, in their order and by SKU, after the entry `afterId`. */
  async page(
    warehouses: readonly string[],
    filter: EntryFilter,
    afterId: string | undefined,
    limit: number,
  ): Promise<StockEntry[]> {
    const found: StockEntry[] = [];
    const from = afterId === undefined ? 0 : Math.max(0, warehouses.indexOf(warehouseOf(afterId)));
    for (const warehouse of warehouses.slice(from)) {
      if (found.length >= limit) break;
      const range = idPrefix(`${warehouse}/${encodeURIComponent(filter.sku ?? '')}`);
      const beyond =
        afterId !== undefined && warehouseOf(afterId) === warehouse && afterId >= range.$gte
          ? { $gt: afterId, $lt: range.$lt }
          : range;
      found.push(...(await this.read(beyond, filter, limit - found.length)));
    }
    return found;
  }

  private read(
    range: mongo.Filter<StockEntry>['_id'],
    { below, changedSince }: EntryFilter,
    limit: number,
  ): Promise<StockEntry[]> {
    return this.collection
      .find(
        {
          _id: range,
          ...(below === undefined ? {} : { available: { $lt: below } }),
          ...(changedSince === undefined ? {} : { updatedAt: { $gte: changedSince } }),
        } as mongo.Filter<StockEntry>,
        { sort: { _id: 1 }, limit },
      )
      .toArray();
  }
}

function warehouseOf(entryId: string): string {
  return entryId.slice(0, entryId.indexOf('/'));
}
