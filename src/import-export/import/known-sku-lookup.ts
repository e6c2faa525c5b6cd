import { distinct } from '../../common/collections.js';
import { type EntriesRepository } from '../../stock/entries.repository.js';
import { type UnknownSku, withLeadingZeros } from './check-unknown-sku.js';
import { type NearSkus } from '../../stock/near-skus.service.js';
import { type NearestSkus } from '../../stock/nearest-skus.js';

/** Looks up the SKUs of one file that an entry is missing for. */
export class KnownSkuLookup {
  private reading: Promise<NearestSkus> | null = null;

  constructor(
    private readonly entries: EntriesRepository,
    private readonly near: NearSkus,
  ) {}

  /** The unknown ones of these. A SKU that any warehouse has is known. */
  async look(skus: readonly string[]): Promise<Map<string, UnknownSku>> {
    if (skus.length === 0) return new Map();
    const candidates = distinct(skus.flatMap((sku) => [sku, ...withLeadingZeros(sku)]));
    const known = new Set((await this.entries.ofSkus(candidates)).map(({ sku }) => sku));
    const unknown = distinct(skus).filter((sku) => !known.has(sku));
    if (unknown.length === 0) return new Map();
    const nearest = await (this.reading ??= this.near.read());
    return new Map(
      unknown.map((sku) => {
        const withZeros = withLeadingZeros(sku).find((padded) => known.has(padded));
        return [sku, { withZeros, nearest: nearest.of(sku) }];
      }),
    );
  }
}
