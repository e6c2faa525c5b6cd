/** An event of one of several streams. */
export interface StreamItem {
  readonly id: string;
  readonly at: Date;
}

/** One stream in its own order, newest first. Its clocks may disagree with its order: the order is right. */
export interface TimelineStream<Item extends StreamItem> {
  readonly name: string;
  readonly items: readonly Item[];
}

export interface MergedPage<Item> {
  readonly items: readonly Item[];
  /** The id to continue from, including it, by stream. A finished stream is absent; null: all are finished. */
  readonly next: Readonly<Record<string, string>> | null;
}

/**
 * Merges several streams into one list, newest first: each step takes the newest of the streams' next
 * items by clock. Within a stream the order is kept. Each stream must have one item more than `limit`, or
 * all of its items. Pure.
 */
export function mergeStreams<Item extends StreamItem>(
  streams: readonly TimelineStream<Item>[],
  limit: number,
): MergedPage<Item> {
  const reading = streams.map(({ name, items }) => ({ name, items, position: 0 }));
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

function timeOf({ items, position }: { readonly items: readonly StreamItem[]; readonly position: number }): number {
  return items[position]?.at.getTime() ?? -Infinity;
}

export type StreamCursors = Readonly<Record<string, string>>;

export function isStreamCursors(cursor: unknown): cursor is StreamCursors {
  return (
    typeof cursor === 'object' &&
    cursor !== null &&
    !Array.isArray(cursor) &&
    Object.keys(cursor).length > 0 &&
    Object.values(cursor).every((id) => typeof id === 'string')
  );
}
