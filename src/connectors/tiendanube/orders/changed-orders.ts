/** The most of one page. */
export const PER_PAGE = 200;
/** The most results of a query; beyond it Tiendanube answers with an error, and the span is halved. */
const MOST_OF_QUERY = 10_000;
/** The resolution of times: a shorter span cannot be queried. */
const GRAIN_MS = 1_000;

/**
 * The position in the reading of changed orders: a page in the span from `from` to `to`, with everything
 * up to `end` still to come. `entering`: the number of pages of the span is not known yet.
 */
export interface OrdersPlace {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly page: number;
  readonly entering: boolean;
}

/** The paging information of one page. */
export interface ListedPage {
  readonly received: number;
  readonly total: number | null;
  /** Its last page, from the `Link` header; null if absent. */
  readonly last: number | null;
}

/** @throws Error for a cursor that `writePlace` did not make */
export function readPlace(cursor: string): OrdersPlace {
  const [from, to, end, page, entering] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
  if (![from, to, end, page].every((one) => Number.isSafeInteger(one)) || (entering !== 0 && entering !== 1))
    throw new Error('not a cursor of this list');
  return { from: Number(from), to: Number(to), end: Number(end), page: Number(page), entering: entering === 1 };
}

export function writePlace({ from, to, end, page, entering }: OrdersPlace): string {
  return Buffer.from(JSON.stringify([from, to, end, page, entering ? 1 : 0])).toString('base64url');
}

/**
 * The first position. The span ends at a fixed time: an order that changes later leaves the list, and none
 * enters it.
 */
export function firstPlace(since: number, now: number): OrdersPlace {
  return { from: since, to: Math.max(now, since), end: Math.max(now, since), page: 1, entering: true };
}

/**
 * The position after a page; null: everything was read. An order that changes during the reading leaves
 * the list, and those behind it move forward. So the pages of a span are read from last to first, where
 * such a move shows an order twice and hides none. `tooMany` replaces a page when Tiendanube refused the
 * query for its length.
 */
export function nextPlace(at: OrdersPlace, page: ListedPage | 'tooMany'): OrdersPlace | null {
  if (at.entering) {
    const total = page === 'tooMany' ? Infinity : (page.total ?? 0);
    if (total > MOST_OF_QUERY && at.to - at.from > GRAIN_MS) return { ...at, to: middleOf(at) };
    const pages = page === 'tooMany' ? Math.ceil(MOST_OF_QUERY / PER_PAGE) : pagesOf(page);
    return pages > 1 ? { ...at, page: pages, entering: false } : afterStretch(at);
  }
  return at.page > 1 ? { ...at, page: at.page - 1 } : afterStretch(at);
}

/** The next span begins where this one ended. Both ends are included, so an order on the border is listed twice. */
function afterStretch({ to, end }: OrdersPlace): OrdersPlace | null {
  return to >= end ? null : { from: to, to: end, end, page: 1, entering: true };
}

function middleOf({ from, to }: OrdersPlace): number {
  return Math.max(from + GRAIN_MS, Math.floor((from + to) / 2 / GRAIN_MS) * GRAIN_MS);
}

/** From the `Link` header; without it from the total, as a page may be shorter than requested. */
function pagesOf({ received, total, last }: ListedPage): number {
  if (last !== null) return last;
  return received === 0 ? 1 : Math.ceil((total ?? received) / received);
}
