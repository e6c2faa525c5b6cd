import fc from 'fast-check';
import { timeOrderedIdFloor } from './ids.js';
import { growingRanges, idRange, type IdRange, type IdSpan } from './time-windows.js';

const NOW = Date.UTC(2026, 0, 1);
const MONTH_MS = 31 * 86_400_000;

const within = (id: string, { $gte, $gt, $lt }: IdRange) =>
  ($gte === undefined || id >= $gte) && ($gt === undefined || id > $gt) && ($lt === undefined || id < $lt);

const time = fc.integer({ min: NOW - 2 * MONTH_MS, max: NOW + 1000 });
const logId = fc
  .tuple(time, fc.nat(9999))
  .map(([ms, n]) => timeOrderedIdFloor(new Date(ms)) + String(n).padStart(16, '0'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const span: fc.Arbitrary<IdSpan> = fc.record({
  from: maybe(time.map((ms) => new Date(ms))),
  to: maybe(time.map((ms) => new Date(ms))),
  after: maybe(logId),
  sort: fc.constantFrom('asc' as const, 'desc' as const),
});

describe('growingRanges', () => {
  it('covers every log of the span once and no other, nearest first', () => {
    fc.assert(
      fc.property(span, fc.array(logId, { maxLength: 60 }), (wanted, ids) => {
        const start = new Date(
          wanted.sort === 'asc' ? Math.min(NOW, ...ids.map((id) => parseInt(id.slice(0, 9), 36))) : NOW,
        );
        const ranges = [...growingRanges(wanted, start)];
        const order = (a: string, b: string) => (wanted.sort === 'asc' ? 1 : -1) * (a < b ? -1 : a > b ? 1 : 0);
        const read = ranges.flatMap((range) => ids.filter((id) => within(id, range)).sort(order));
        expect(read).toEqual(ids.filter((id) => within(id, idRange(wanted))).sort(order));
      }),
    );
  });

  it('takes at most a dozen ranges for years of logs', () => {
    expect([...growingRanges({ sort: 'desc' }, new Date(NOW))].length).toBeLessThanOrEqual(12);
  });

  it('begins narrow, so that a page of a frequent kind does not read thousands', () => {
    const [first] = growingRanges({ sort: 'desc' }, new Date(NOW));
    expect(first).toEqual({ $gte: timeOrderedIdFloor(new Date(NOW - 100)) });
  });
});
