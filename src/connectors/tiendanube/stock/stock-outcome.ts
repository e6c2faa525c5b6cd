import { idOf, isNode, listOf, member } from '../json.js';
import { problemWords } from '../problem-words.js';
import { type VariantStock } from './stock-request.js';

export interface Rejection {
  readonly sku: string;
  readonly reason: string;
}

/** The outcome of each variant, by its id: null when accepted, otherwise the reason. */
export type VariantOutcomes = ReadonlyMap<string, string | null>;

/** Parses the answer to a stock push; null when it has another form. It reports success per variant only. */
export function variantOutcomes(body: unknown): VariantOutcomes | null {
  if (!Array.isArray(body)) return null;
  const outcomes = new Map<string, string | null>();
  for (const product of body) {
    for (const variant of listOf(member(product, 'variants'))) {
      const id = idOf(member(variant, 'id'));
      if (id !== '') outcomes.set(id, member(variant, 'success') === true ? null : reasonOf(variant));
    }
  }
  return outcomes;
}

/** The SKUs with a variant that was not accepted. A variant that is missing in the answer was not. */
export function rejectionsOf(sent: readonly VariantStock[], outcomes: VariantOutcomes): readonly Rejection[] {
  const rejected = new Map<string, string>();
  for (const { sku, variantId } of sent) {
    const outcome = outcomes.get(variantId);
    if (outcome === null) continue;
    rejected.set(sku, outcome ?? 'Tiendanube did not say that it took the number');
  }
  return [...rejected].map(([sku, reason]) => ({ sku, reason }));
}

function reasonOf(variant: unknown): string {
  const words = isNode(variant) ? problemWords(variant) : null;
  return words === null
    ? 'Tiendanube did not take the number (success: false)'
    : `Tiendanube did not take the number: ${words.slice(0, 200)}`;
}
