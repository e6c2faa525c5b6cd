import { Injectable } from '@nestjs/common';
import { pageThatFits } from '../../common/http/page-that-fits.js';
import { groupBy } from '../../common/collections.js';
import { type ChannelStock } from '../contract.js';
import { FalabellaApiError } from './errors.js';
import { FalabellaService } from './falabella.service.js';
import { type FalabellaStock } from './interfaces/falabella.interface.js';
import { sentSkusNamedIn } from './named-skus.js';
import { type Account } from './seller-center.service.js';
import { encodeRfc3986 } from './signature.js';

const UNKNOWN_SKUS = 1001;
const PAGE_SIZES = [1_000, 100, 10] as const;
/** SKUs are part of a call's address, which limits their number. */
const MOST_ASKED = 100;
const MOST_CHARACTERS = 4_000;

/** Falabella's numbers for the seller's SKUs. */
@Injectable()
export class FalabellaStockReader {
  constructor(private readonly api: FalabellaService) {}

  /** Leaves out SKUs that Falabella does not know, and stock in its own warehouses. */
  async read(skus: readonly string[], account: Account): Promise<readonly ChannelStock[]> {
    const found: ChannelStock[] = [];
    for (const asked of chunked(skus)) found.push(...(await this.readFew(asked, account)));
    return found;
  }

  /** Falabella refuses the whole call because of one unknown SKU (E1001); then the others are requested without it. */
  private async readFew(asked: readonly string[], account: Account): Promise<readonly ChannelStock[]> {
    let known = asked;
    while (known.length > 0) {
      try {
        return stockOfSkus(known, await this.lines(known, account), account.settings.warehouseIds);
      } catch (error) {
        const unknown = unknownAmong(known, error);
        if (unknown.size === 0) throw error;
        known = known.filter((sku) => !unknown.has(sku));
      }
    }
    return [];
  }

  /**
   * It is not documented whether Falabella applies the list of SKUs. Other SKUs in the answer are skipped,
   * and the list is read to its end.
   */
  private async lines(skus: readonly string[], account: Account): Promise<readonly FalabellaStock[]> {
    const lines = new Map<string, FalabellaStock>();
    const missing = new Set(skus);
    let offset = 0;
    for (;;) {
      const page = await pageThatFits(PAGE_SIZES, (limit) => this.api.getStock({ offset, limit, skus }, account));
      const before = lines.size;
      for (const line of page.lines) {
        lines.set(JSON.stringify([line.sku, line.facilityId, line.warehouseId, line.fulfilledByFalabella]), line);
        missing.delete(line.sku);
      }
      if (missing.size === 0 || lines.size === before) return [...lines.values()];
      offset += page.skus;
    }
  }
}

function unknownAmong(skus: readonly string[], error: unknown): ReadonlySet<string> {
  if (!(error instanceof FalabellaApiError) || error.code !== UNKNOWN_SKUS) return new Set();
  return new Set(sentSkusNamedIn(error.explanation, skus));
}

function stockOfSkus(
  skus: readonly string[],
  lines: readonly FalabellaStock[],
  warehouseIds: 'facility' | 'seller',
): readonly ChannelStock[] {
  const own = groupBy(
    lines.filter((line) => !line.fulfilledByFalabella),
    (line) => line.sku,
  );
  return skus.flatMap((sku) => {
    const ofSku = own.get(sku);
    if (!ofSku) return [];
    const parts = ofSku.map(({ facilityId, warehouseId, quantity }) => ({
      location: warehouseIds === 'facility' ? facilityId : warehouseId,
      quantity,
    }));
    return [{ sku, quantity: ofSku.reduce((sum, { quantity }) => sum + quantity, 0), parts }];
  });
}

function chunked(skus: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let characters = 0;
  for (const sku of new Set(skus)) {
    const length = encodeRfc3986(`"${sku}",`).length;
    const last = chunks.at(-1);
    if (last && last.length < MOST_ASKED && characters + length <= MOST_CHARACTERS) {
      last.push(sku);
      characters += length;
    } else {
      chunks.push([sku]);
      characters = length;
    }
  }
  return chunks;
}
