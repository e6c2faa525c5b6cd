import fc from 'fast-check';
import { changedOrdersPage as pageOf, ORDERS_PER_PAGE, readCursor, type OrdersCursor } from './changed-orders.js';
import { type SellerOrder, type SellerOrderPage } from './order-answers.js';

const changedOrdersPage = (at: OrdersCursor, page: SellerOrderPage) =>
  pageOf(at, page, ({ orderId, number }) => ({ orderId, ref: number }));

const order = (orderId: string, updatedAt: number | null): SellerOrder => ({
  orderId,
  number: orderId,
  statuses: [],
  updatedAt,
  placedAt: null,
  itemsCount: null,
  warehouse: { facility: '', seller: '' },
});

/** A list of orders at Falabella that changes while it is read. */
class List {
  private clock = 1_000_000;
  constructor(
    private orders: SellerOrder[],
    private readonly direction: 'ASC' | 'DESC',
    private readonly saysTotal: boolean,
  ) {}

  touch(index: number): string {
    const touched = this.orders[index % this.orders.length];
    if (!touched) return '';
    this.orders[this.orders.indexOf(touched)] = order(touched.orderId, ++this.clock);
    return touched.orderId;
  }

  page(offset: number): SellerOrderPage {
    const sign = this.direction === 'DESC' ? -1 : 1;
    const sorted = [...this.orders].sort(
      (a, b) => sign * ((a.updatedAt ?? 0) - (b.updatedAt ?? 0) || Number(a.orderId) - Number(b.orderId)),
    );
    const orders = sorted.slice(offset, offset + ORDERS_PER_PAGE);
    return { orders, received: orders.length, total: this.saysTotal ? sorted.length : null };
  }
}

/** Reads the whole list; `meanwhile` says which orders change before each page. */
function readAll(
  list: List,
  meanwhile: readonly (readonly number[])[],
): { listed: Set<string>; touched: Set<string>; pages: number } {
  const listed = new Set<string>();
  const touched = new Set<string>();
  let pages = 0;
  for (let cursor: string | null = null; pages === 0 || cursor !== null; pages += 1) {
    if (pages > 500) throw new Error('the list has no end');
    for (const place of (pages > 0 && meanwhile[pages - 1]) || []) touched.add(list.touch(place));
    const at = readCursor(cursor);
    const page = changedOrdersPage(at, list.page(at.offset));
    for (const item of page.items) listed.add(item.orderId);
    cursor = page.nextCursor;
  }
  return { listed, touched, pages };
}

const ids = (count: number, sameTime: boolean) =>
  Array.from({ length: count }, (_, i) => order(String(i), sameTime ? 5 : i));

describe('reading the orders that changed', () => {
  it.each(['DESC', 'ASC'] as const)('lists every order once when nothing changes in between, %s', (direction) => {
    for (const count of [0, 1, 99, 100, 101, 250]) {
      const { listed } = readAll(new List(ids(count, false), direction, true), []);
      expect(listed.size).toBe(count);
    }
  });

  it('needs only the existing pages when newest first, and one more without a total', () => {
    expect(readAll(new List(ids(250, false), 'DESC', true), []).pages).toBe(3);
    expect(readAll(new List(ids(250, false), 'DESC', false), []).pages).toBe(4);
  });

  it('misses no order, whichever change during the reading and in either direction of the list', () => {
    const changes = fc.array(fc.array(fc.nat(1_000), { maxLength: 150 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 420 }),
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.boolean(),
        fc.boolean(),
        changes,
        (count, direction, sameTime, saysTotal, meanwhile) => {
          const { listed, touched } = readAll(new List(ids(count, sameTime), direction, saysTotal), meanwhile);
          expect(ids(count, false).filter(({ orderId }) => !touched.has(orderId) && !listed.has(orderId))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes a short page for a page, not for the end', () => {
    const at = readCursor(null);
    expect(
      changedOrdersPage(at, { orders: ids(3, false).reverse(), received: 3, total: null }).nextCursor,
    ).not.toBeNull();
    expect(changedOrdersPage(at, { orders: [], received: 0, total: null }).nextCursor).toBeNull();
    expect(changedOrdersPage(at, { orders: ids(3, false), received: 3, total: 3 }).nextCursor).toBeNull();
  });

  it('reads an order without a time in any case', () => {
    const [item] = changedOrdersPage(readCursor(null), { orders: [order('7', null)], received: 1, total: 1 }).items;
    expect(item).toEqual({ orderId: '7', ref: '7', updatedAt: Number.MAX_SAFE_INTEGER });
  });

  it('refuses a cursor of another list', () => {
    expect(() => readCursor('nonsense')).toThrow();
    expect(() => readCursor(Buffer.from('["a",1]').toString('base64url'))).toThrow('not a cursor');
  });
});
