import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { StockEntry, StockMovement } from '../../stock/schemas.js';
import { idPrefix } from '../../common/params.js';

/** All stock entries of a warehouse: their ids begin with its code. */
@Injectable()
export class WarehouseEntriesRepository {
  private readonly entries: mongo.Collection<StockEntry>;
  private readonly movements: mongo.Collection<StockMovement>;

  constructor(
    @InjectModel(StockEntry.name) entries: Model<StockEntry>,
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
  ) {
    this.entries = native(entries);
    this.movements = native(movements);
  }

  async everMoved(warehouse: string): Promise<boolean> {
    return (await this.movements.findOne(ofWarehouse<StockMovement>(warehouse), { projection: { _id: 1 } })) !== null;
  }

  /**
   * Up to `limit` SKUs that an ERP masters in any warehouse, in the order of entries, after the entry
   * `afterId`; with the last entry's id.
   */
  async skusOf(
    master: string,
    afterId: string,
    limit: number,
  ): Promise<{ readonly skus: readonly string[]; readonly last: string | null }> {
    const rows = await this.entries
      .find({ _id: { $gt: afterId }, master }, { projection: { sku: 1 }, sort: { _id: 1 }, limit })
      .toArray();
    return { skus: rows.map((row) => row.sku), last: rows.at(-1)?._id ?? null };
  }
}

function ofWarehouse<Doc extends { _id: string }>(warehouse: string): mongo.Filter<Doc> {
  return { _id: idPrefix(`${warehouse}/`) } as mongo.Filter<Doc>;
}
