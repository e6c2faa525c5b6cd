/** Something that happened, as one of several histories tells it. */
export interface Knot {
  readonly id: string;
  readonly at: Date;
}

/** One history in an order of its own, the newest first. Its clocks may disagree with its order: the order is right. */
export interface Strand<Item extends Knot> {
  readonly name: string;
  readonly items: readonly Item[];
}

export interface Woven<Item> {
  readonly items: readonly Item[];
  /** By strand, the id to go on from, itself included. A strand that is at its end is not in it; null: all are. */
  readonly next: Readonly<Record<string, string>> | null;
}

/**
 * One list of several histories, the newest first: each time, of what comes next in each strand, what is the newest by its clock. Within a
 * strand nothing changes places. Each strand must have one item more than `limit`, or all that it has. Pure.
 */
export function weave<Item extends Knot>(strands: readonly Strand<Item>[], limit: number): Woven<Item> {
  const reading = strands.map(({ name, items }) => ({ name, items, position: 0 }));
  const items: Item[] = [];
  while (items.length < limit) {
    const next = reading
      .filter(({ items: all, position }) => position < all.length)
      .reduce<(typeof reading)[number] | null>((best, one) => (best && timeOf(best) >= timeOf(one) ? best : one), null);
    const item = next?.items[next.position];
    if (!next || !item) break;
    items.push(item);
    next.position += 1;
  }
  const left = reading.flatMap(({ name, items: all, position }) => {
    const first = all[position];
    return first ? [[name, first.id] as const] : [];
  });
  return { items, next: left.length > 0 ? Object.fromEntries(left) : null };
}

function timeOf({ items, position }: { readonly items: readonly Knot[]; readonly position: number }): number {
  return items[position]?.at.getTime() ?? -Infinity;
}

export type StrandPlaces = Readonly<Record<string, string>>;

export function isStrandPlaces(place: unknown): place is StrandPlaces {
  return (
    typeof place === 'object' &&
    place !== null &&
    !Array.isArray(place) &&
    Object.keys(place).length > 0 &&
    Object.values(place).every((id) => typeof id === 'string')
  );
}
