/** The id of a stock entry: `warehouse/SKU`. The SKU is percent-encoded, so that it cannot contain the separator. */
export function entryId(sku: string, warehouse: string): string {
  return `${warehouse}/${encodeURIComponent(sku)}`;
}

const SEQ_DIGITS = 12;

/** The id of a movement: its entry and its seq in the entry's chain, counted from 1. Ids of one entry sort by seq. */
export function movementId(entry: string, seq: number): string {
  return `${entry}#${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

/** The last id that a movement of the entry can have. */
export function lastMovementId(entry: string): string {
  return `${entry}#${'9'.repeat(SEQ_DIGITS)}`;
}

/** A name for one command that is unique in the whole ledger. */
export function keyOf(entry: string, key: string): string {
  return `${entry}\n${key}`;
}
