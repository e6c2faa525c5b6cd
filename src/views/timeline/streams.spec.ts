import fc from 'fast-check';
import { mergeStreams, type StreamItem, type TimelineStream } from './streams.js';

const START = Date.UTC(2026, 0, 1);

/** Streams whose clocks may go back. */
const streams: fc.Arbitrary<TimelineStream<StreamItem>[]> = fc
  .array(fc.array(fc.nat(50), { maxLength: 12 }), { maxLength: 5 })
  .map((histories) =>
    histories.map((clocks, s) => ({
      name: `s${s}`,
      items: clocks.map((clock, i) => ({
        id: `s${s}#${String(clocks.length - i).padStart(3, '0')}`,
        at: new Date(START + clock),
      })),
    })),
  );

/** The rest of each stream from a seq on: what the database would return for the next page. */
function from(
  all: readonly TimelineStream<StreamItem>[],
  next: Readonly<Record<string, string>>,
  limit: number,
): TimelineStream<StreamItem>[] {
  return all
    .filter(({ name }) => next[name] !== undefined)
    .map(({ name, items }) => ({
      name,
      items: items.filter(({ id }) => id <= (next[name] ?? '')).slice(0, limit + 1),
    }));
}

describe('mergeStreams', () => {
  it('keeps the order of every stream, whatever the clocks say', () => {
    fc.assert(
      fc.property(streams, (all) => {
        const { items, next } = mergeStreams(all, 1_000);
        expect(next).toBeNull();
        expect(items).toHaveLength(all.reduce((sum, stream) => sum + stream.items.length, 0));
        for (const stream of all)
          expect(items.filter(({ id }) => id.startsWith(`${stream.name}#`))).toEqual(stream.items);
      }),
    );
  });

  it('follows the clocks when each stream does', () => {
    fc.assert(
      fc.property(streams, (all) => {
        const sorted = all.map(({ name, items }) => ({
          name,
          items: [...items].sort((a, b) => b.at.getTime() - a.at.getTime()),
        }));
        const times = mergeStreams(sorted, 1_000).items.map(({ at }) => at.getTime());
        expect(times).toEqual([...times].sort((a, b) => b - a));
      }),
    );
  });

  it('returns the same list page by page as at once, without gap or repeat', () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const whole = mergeStreams(all, 1_000).items;
        const paged: StreamItem[] = [];
        let streamsLeft: TimelineStream<StreamItem>[] = all.map(({ name, items }) => ({
          name,
          items: items.slice(0, limit + 1),
        }));
        for (;;) {
          const { items, next } = mergeStreams(streamsLeft, limit);
          paged.push(...items);
          if (!next) break;
          streamsLeft = from(all, next, limit);
        }
        expect(paged).toEqual(whole);
      }),
    );
  });
});
