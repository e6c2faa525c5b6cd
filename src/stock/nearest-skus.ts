/** The most SKUs that are named as near. */
const MOST_NAMED = 3;
/** In shorter texts one character is too much of them. */
const SHORTEST_FOR_A_TYPO = 4;
/** Comparisons of all searches in one index together: a fraction of a second. */
const MOST_COMPARISONS = 2_000_000;

/** A SKU without what people and spreadsheets change: letter case, blanks, invisible characters, leading zeros. */
export function foldSku(sku: string): string {
  const visible = sku.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '');
  return visible.toLowerCase().replace(/^0+(?=.)/, '');
}

/** Whether two texts are equal, or one character is changed, added or missing. */
export function differByOneAtMost(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  let end = 0;
  while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end += 1;
  return start + end >= long.length - 1;
}

/** Finds the known SKUs that another one may be meant to be. */
export class NearestSkus {
  private readonly byFold = new Map<string, string[]>();
  private readonly foldsByLength = new Map<number, string[]>();
  private comparisons = 0;

  add(known: string): void {
    const fold = foldSku(known);
    const same = this.byFold.get(fold);
    if (same) {
      if (same.length < MOST_NAMED && !same.includes(known)) same.push(known);
      return;
    }
    this.byFold.set(fold, [known]);
    const folds = this.foldsByLength.get(fold.length);
    if (folds) folds.push(fold);
    else this.foldsByLength.set(fold.length, [fold]);
  }

  /**
   * Those that differ by letter case, blanks or leading zeros, else those that differ by one character, too.
   * The latter are looked for until the comparisons are used up.
   */
  of(sku: string): readonly string[] {
    const fold = foldSku(sku);
    const same = this.byFold.get(fold);
    if (same) return same.filter((known) => known !== sku);
    if (fold.length < SHORTEST_FOR_A_TYPO) return [];
    const found: string[] = [];
    for (const length of [fold.length, fold.length - 1, fold.length + 1])
      for (const known of this.foldsByLength.get(length) ?? []) {
        if (this.comparisons >= MOST_COMPARISONS || found.length >= MOST_NAMED) return found.slice(0, MOST_NAMED);
        this.comparisons += 1;
        if (differByOneAtMost(fold, known)) found.push(...(this.byFold.get(known) ?? []));
      }
    return found.slice(0, MOST_NAMED);
  }
}
