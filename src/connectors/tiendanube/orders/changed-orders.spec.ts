import fc from 'fast-check';
import {
  firstPlace,
  nextPlace,
  PER_PAGE,
  readPlace,
  writePlace,
  type ListedPage,
  type OrdersPlace,
} from './changed-orders.js';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;

interface Row {
  readonly id: number;
  updatedAt: number;
}

/** A list of orders at Tiendanube that changes while it is read. */
class List {
  private clock = NOW;
  constructor(
    private readonly rows: Row[],
    private readonly options: { sort: 'id' | 'updated'; down: boolean; perPage: number; saysLast: boolean },
  ) {}

  /** Changes an order, which leaves every span that ended before now. */
  touch(place: number): number | undefined {
    const row = this.rows[place % this.rows.length];
    if (row) row.updatedAt = this.clock += 1_000;
    return row?.id;
  }

  page({ from, to, page }: OrdersPlace): { ids: number[]; listed: ListedPage | 'tooMany' } {
    const { sort, down, perPage, saysLast } = this.options;
    const key = (row: Row) => (sort === 'id' ? row.id : row.updatedAt * 1e4 + row.id);
    const found = this.rows
      .filter(({ updatedAt }) => updatedAt >= from && updatedAt <= to)
      .sort((a, b) => (down ? key(b) - key(a) : key(a) - key(b)));
    if ((page - 1) * perPage >= 10_000) return { ids: [], listed: 'tooMany' };
    const ids = found.slice((page - 1) * perPage, page * perPage).map(({ id }) => id);
    const last = Math.max(1, Math.ceil(Math.min(found.length, 10_000) / perPage));
    return { ids, listed: { received: ids.length, total: found.length, last: saysLast && page < last ? last : null } };
  }
}

/** Reads the whole list; `meanwhile` says which orders change before each page. */
function readAll(list: List, since: number, meanwhile: readonly (readonly number[])[] = []) {
  const seen = new Set<number>();
  const touched = new Set<number>();
  let pages = 0;
  for (let at: OrdersPlace | null = firstPlace(since, NOW); at !== null; pages += 1) {
    if (pages > 3_000) throw new Error('the list has no end');
    for (const place of meanwhile[pages - 1] ?? []) touched.add(list.touch(place) ?? 0);
    const again = readPlace(writePlace(at));
    const { ids, listed } = list.page(again);
    for (const id of ids) seen.add(id);
    at = nextPlace(again, listed);
  }
  return { seen, touched, pages };
}

const orders = (count: number, at = (i: number) => NOW - HOUR + i): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: i + 1, updatedAt: at(i) }));
const newest = { sort: 'id', down: true, perPage: PER_PAGE, saysLast: true } as const;

describe('reading the orders that changed', () => {
  it.each([
    [0, 1],
    [1, 1],
    [200, 1],
    [201, 3],
    [450, 4],
  ])('lists %i orders in %i calls when nothing changes in between', (count, calls) => {
    const { seen, pages } = readAll(new List(orders(count), newest), NOW - 2 * HOUR);
    expect([seen.size, pages]).toEqual([count, calls]);
  });

  it('misses no unchanged order, whichever change during the reading, however the list is sorted and cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 420 }),
        fc.constantFrom('id' as const, 'updated' as const),
        fc.boolean(),
        fc.constantFrom(PER_PAGE, 50),
        fc.boolean(),
        fc.array(fc.array(fc.nat(1_000), { maxLength: 120 }), { maxLength: 8 }),
        (count, sort, down, perPage, saysLast, meanwhile) => {
          const { seen, touched } = readAll(
            new List(orders(count), { sort, down, perPage, saysLast }),
            NOW - 2 * HOUR,
            meanwhile,
          );
          expect(orders(count).filter(({ id }) => !touched.has(id) && !seen.has(id))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('halves the span when a query has more than the maximum', () => {
    const many = orders(23_456, (i) => NOW - HOUR + Math.floor((i * HOUR) / 23_456));
    expect(readAll(new List(many, newest), NOW - HOUR).seen.size).toBe(23_456);
  });

  it('ends when more than the maximum changed within one second', () => {
    const { seen } = readAll(
      new List(
        orders(10_500, () => NOW - HOUR),
        newest,
      ),
      NOW - 2 * HOUR,
    );
    expect(seen.size).toBeGreaterThanOrEqual(10_000);
  });

  it('refuses a cursor of another list', () => {
    expect(() => readPlace('nonsense')).toThrow();
    expect(() => readPlace(Buffer.from('["a",1]').toString('base64url'))).toThrow('not a cursor');
  });
});
