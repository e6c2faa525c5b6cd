import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeOrderedId } from '../../common/ids.js';
import { type ChannelStock, type PushReceipt, type StockPush } from '../contract.js';
import { TiendanubeLimitError, UnsendableStockError } from './errors.js';
import { variantsOf, type VariantRef } from './external-id.js';
import { type Variant } from './interfaces/tiendanube.interface.js';
import { BatchSize } from './stock/batch-size.js';
import { rejectionsOf, variantOutcomes, type Rejection, type VariantOutcomes } from './stock/stock-outcome.js';
import { levelsOf, MOST_VARIANTS, stockRequest, type VariantStock } from './stock/stock-request.js';
import { type Account, TiendanubeApi } from './tiendanube-api.service.js';
import { TiendanubeCatalogue } from './tiendanube-catalogue.service.js';
import { TiendanubeLocations } from './tiendanube-locations.service.js';
import { TiendanubeClientOptions } from './tiendanube.options.js';

/**
 * A number is read before it is sent, so it waits for room only this long; then it is read again once
 * there is room.
 */
const PATIENCE_MS = 2_000;
const UNKNOWN = 'Tiendanube has no variant with this SKU, as far as its catalogue was read';

/** Pushes a store's stock, and reads its numbers. */
@Injectable()
export class TiendanubeStock {
  private readonly sizes = new Map<string, BatchSize>();

  constructor(
    private readonly api: TiendanubeApi,
    private readonly catalogue: TiendanubeCatalogue,
    private readonly locations: TiendanubeLocations,
    private readonly options: TiendanubeClientOptions,
  ) {}

  /**
   * Sets absolute numbers and returns what was accepted, per variant. An interrupted push can be repeated:
   * it ends at the same numbers.
   * @throws UnsendableStockError before anything is sent
   */
  async push(items: readonly StockPush[], account: Account): Promise<PushReceipt> {
    if (items.length > MOST_VARIANTS)
      throw new UnsendableStockError(`a push takes ${MOST_VARIANTS} SKUs, not ${items.length}`);
    const deadline = performance.now() + this.options.pushBudgetMs;
    const places = await this.placesFor(items, account);
    const variants: VariantStock[] = [];
    const rejected: Rejection[] = [];
    for (const item of items) {
      const refs = await this.refsOf(item, account);
      if (refs.length === 0) rejected.push({ sku: item.sku, reason: UNKNOWN });
      const levels = levelsOf(item, places);
      variants.push(...refs.map((ref) => ({ ...ref, sku: item.sku, levels })));
    }
    // Everything is validated before anything is sent.
    for (let from = 0; from < variants.length; from += MOST_VARIANTS)
      stockRequest(variants.slice(from, from + MOST_VARIANTS));
    rejected.push(...rejectionsOf(variants, await this.send(variants, account, deadline)));
    return { ref: timeOrderedId(), outcome: { state: 'finished', rejected } };
  }

  /** The store's numbers for these SKUs; unknown and unlimited ones are left out. */
  async read(
    skus: readonly string[],
    externalIds: ReadonlyMap<string, string>,
    account: Account,
  ): Promise<readonly ChannelStock[]> {
    const refs = new Map(skus.map((sku) => [sku, variantsOf(externalIds.get(sku))]));
    const products = [...refs.values()].flat().map(({ productId }) => productId);
    const byId = new Map((await this.catalogue.variantsOf(products, account)).map((variant) => [variant.id, variant]));
    const found: ChannelStock[] = [];
    for (const sku of skus) {
      const ids = refs.get(sku) ?? [];
      const known = ids.map(({ variantId }) => byId.get(variantId)).filter((variant) => variant !== undefined);
      const variants = ids.length > 0 ? known : await this.catalogue.ofSku(sku, account);
      const shown = shownOf(sku, variants);
      if (shown) found.push(shown);
    }
    return found;
  }

  /** Locations are read only when an item does not name them. */
  private async placesFor(items: readonly StockPush[], account: Account): Promise<readonly string[]> {
    if (items.every(({ parts }) => parts && parts.length > 0)) return [];
    return (await this.locations.of(account)).map(({ id }) => id);
  }

  /** A sale may arrive before the catalogue was read: then the SKU is looked up. */
  private async refsOf({ sku, externalId }: StockPush, account: Account): Promise<readonly VariantRef[]> {
    const refs = variantsOf(externalId);
    if (refs.length > 0 || /^(variant|product):/.test(sku)) return refs;
    const found = await this.catalogue.ofSku(sku, account, true);
    return found.map(({ productId, id }) => ({ productId, variantId: id }));
  }

  /**
   * Sends call by call. When a call is too large for the limit on sizes, smaller ones follow; what is left
   * when the time is over waits.
   */
  private async send(variants: readonly VariantStock[], account: Account, deadline: number): Promise<VariantOutcomes> {
    const size = this.sizeOf(account);
    const outcomes = new Map<string, string | null>();
    for (let from = 0; from < variants.length;) {
      const some = variants.slice(from, from + size.now);
      try {
        for (const [id, outcome] of await this.call(some, account)) outcomes.set(id, outcome);
        size.noteTaken();
        from += some.length;
      } catch (error) {
        if (!(error instanceof TiendanubeLimitError) || !error.ofSize) throw error;
        size.noteTooLarge();
        if (performance.now() + error.waitMs > deadline) throw error;
        await sleep(error.waitMs);
      }
    }
    return outcomes;
  }

  private async call(variants: readonly VariantStock[], account: Account): Promise<VariantOutcomes> {
    return this.api.call(account, {
      action: 'stock.push',
      method: 'PATCH',
      path: 'products/stock-price',
      body: stockRequest(variants),
      lane: 'push',
      patienceMs: PATIENCE_MS,
      isPush: true,
      request: { items: variants.length, stock: variants.map(({ sku, levels }) => ({ sku, levels })) },
      productSkus: variants.map(({ sku }) => sku),
      take: variantOutcomes,
      summarise: (outcomes) => ({ taken: [...outcomes.values()].filter((outcome) => outcome === null).length }),
    });
  }

  private sizeOf({ id }: Account): BatchSize {
    const size = this.sizes.get(id) ?? new BatchSize(MOST_VARIANTS);
    this.sizes.set(id, size);
    return size;
  }
}

/**
 * Several variants of one SKU receive the same number; if their numbers differ, the largest counts, as it
 * could be oversold.
 */
function shownOf(sku: string, variants: readonly Variant[]): ChannelStock | null {
  const shown = variants.filter((variant): variant is Variant & { stock: number } => variant.stock !== null);
  const most = shown.reduce<(Variant & { stock: number }) | null>(
    (best, one) => (best && best.stock >= one.stock ? best : one),
    null,
  );
  if (!most) return null;
  const parts = most.levels.map(({ location, stock }) => ({ location, quantity: stock }));
  return { sku, quantity: most.stock, parts: parts.length > 0 ? parts : [{ location: '', quantity: most.stock }] };
}
