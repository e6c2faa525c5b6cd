import { pipeline, Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { native } from '../../common/mongo/native.js';
import { QuantityVersions } from '../../stock/quantity-versions.service.js';
import { StockEntry } from '../../stock/schemas.js';
import { csvWriter, guarded } from '../../common/csv.js';

const COLUMNS = ['sku', 'warehouse', 'quantity', 'reserved', 'available', 'master', 'updatedAt', 'version'] as const;
const PAGE = 1_000;

/** All stock as a file. Importing an export again changes nothing. */
@Injectable()
export class StockExport {
  private readonly logger = new Logger('Export');
  private readonly entries: mongo.Collection<StockEntry>;

  constructor(
    @InjectModel(StockEntry.name) model: Model<StockEntry>,
    private readonly versions: QuantityVersions,
  ) {
    this.entries = native(model);
  }

  /** CSV with a header line, by warehouse and SKU; read while it is sent. `warehouse`: only this one. */
  csv(warehouse: string | undefined): Readable {
    const csv = csvWriter(COLUMNS);
    pipeline(Readable.from(this.rows(warehouse)), csv, (error) => {
      if (error) this.logger.warn(`an export broke off: ${error.message}`);
    });
    return csv;
  }

  /** Reads page by page, so that no cursor stays open while the receiver is slow. */
  private async *rows(warehouse: string | undefined): AsyncGenerator<(string | number)[]> {
    // Ids with the prefix `warehouse/` end before `warehouse0`, as `0` follows `/`.
    const end = warehouse === undefined ? {} : { $lt: `${warehouse}0` };
    for (let after = warehouse === undefined ? '' : `${warehouse}/`; ;) {
      const page = await this.entries
        .find({ _id: { $gt: after, ...end } }, { sort: { _id: 1 }, limit: PAGE })
        .toArray();
      const versions = await this.versions.of(page.map(({ _id, seq }) => ({ entry: _id, seq })));
      yield* page.map((entry) => [...rowOf(entry), versions.get(entry._id) ?? 0]);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last._id;
    }
  }
}

function rowOf({ sku, warehouse, quantity, reserved, available, master, updatedAt }: StockEntry): (string | number)[] {
  return [guarded(sku), guarded(warehouse), quantity, reserved, available, guarded(master), updatedAt.toISOString()];
}
