import { distinct } from '../../common/collections.js';
import { type EntriesRepository } from '../../stock/entries.repository.js';
import { type UnknownSku, withLeadingZeros } from './check-unknown-sku.js';
import { NearestSkus } from './nearest-skus.js';

const PAGE = 5_000;
/** Entries read to name near SKUs. With more, only those of the first are named. */
const MOST_READ = 200_000;

/** Looks up the SKUs of one file that an entry is missing for. */
export class KnownSkuLookup {
  private reading: Promise<NearestSkus> | null = null;

  constructor(private readonly entries: EntriesRepository) {}

  /** The unknown ones of these. A SKU that any warehouse has is known. */
  async look(skus: readonly string[]): Promise<Map<string, UnknownSku>> {
    if (skus.length === 0) return new Map();
    const candidates = distinct(skus.flatMap((sku) => [sku, ...withLeadingZeros(sku)]));
    const known = new Set((await this.entries.ofSkus(candidates)).map(({ sku }) => sku));
    const unknown = distinct(skus).filter((sku) => !known.has(sku));
    if (unknown.length === 0) return new Map();
    const nearest = await (this.reading ??= this.read());
    return new Map(
      unknown.map((sku) => {
        const withZeros = withLeadingZeros(sku).find((padded) => known.has(padded));
        return [sku, { withZeros, nearest: nearest.of(sku) }];
      }),
    );
  }

  private async read(): Promise<NearestSkus> {
    const nearest = new NearestSkus();
    let after = '';
    for (let read = 0; read < MOST_READ; read += PAGE) {
      const page = await this.entries.skusAfter(after, PAGE);
      for (const sku of page) nearest.add(sku);
      if (page.length < PAGE) break;
      after = page.at(-1) ?? after;
    }
    return nearest;
  }
}
