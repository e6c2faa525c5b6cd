import { Injectable } from '@nestjs/common';
import { distinct } from '../../common/collections.js';
import { EntriesRepository } from '../../stock/entries.repository.js';
import { type StockEntry } from '../../stock/schemas.js';
import { KnownSkus } from '../../allocation/known-skus.service.js';

/** Which SKUs are stock: their master reported a quantity, or was not asked yet. */
@Injectable()
export class KnownStock {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly erp: KnownSkus,
  ) {}

  /** The SKUs that the ledger does not know. */
  async unknownOf(skus: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = distinct(skus);
    if (asked.length === 0) return new Set();
    const known = new Set((await this.entries.ofSkus(asked)).filter(isKnown).map((entry) => entry.sku));
    return new Set(asked.filter((sku) => !known.has(sku)));
  }

  /** The SKUs that neither the ledger nor the ERP knows. SKUs of the ERP get their stock entries. */
  async unknownAnywhere(skus: readonly string[]): Promise<ReadonlySet<string>> {
    const unknown = await this.unknownOf(skus);
    const found = await this.erp.among([...unknown]);
    return new Set([...unknown].filter((sku) => !found.has(sku)));
  }
}

function isKnown({ problem, observedAt }: StockEntry): boolean {
  return problem === undefined || observedAt !== undefined;
}
