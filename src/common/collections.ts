/** Groups items by a key, in the order in which the keys first appear. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Each value once, in the order of first appearance. */
export function distinct<Item>(items: Iterable<Item>): Item[] {
  return [...new Set(items)];
}

/** Does some work for each item, a few items at a time. An error ends it after the batch that it arose in. */
export async function inBatches<Item>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += size)
    await Promise.all(items.slice(from, from + size).map((item) => work(item)));
}
