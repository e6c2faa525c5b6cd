/** The most of one page. */
export const PER_PAGE = 200;
/** A query gives no more than this, and an error beyond: then its time is cut in two. */
const MOST_OF_QUERY = 10_000;
/** Times are written to the second: a shorter stretch cannot be asked for. */
const GRAIN_MS = 1_000;

/**
 * Where the reading of changed orders stands: in the stretch of time from `from` to `to`, at a page, with everything up to `end` still to come.
 * `entering`: how many pages the stretch has is not known yet.
 */
export interface OrdersPlace {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly page: number;
  readonly entering: boolean;
}

/** What one page of the list said of itself. */
export interface ListedPage {
  readonly received: number;
  readonly total: number | null;
  /** Its last page by the `Link` header; null where it is not given. */
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

/** The place to begin at. All of it is up to a time that stands: what changes later leaves the list, and nothing comes into it. */
export function firstPlace(since: number, now: number): OrdersPlace {
  return { from: since, to: Math.max(now, since), end: Math.max(now, since), page: 1, entering: true };
}

/**
 * The place after a page was read; null: everything was read. An order that changes meanwhile leaves the list, and those behind it move forward:
 * so the pages of a stretch are read from the last to the first, where such a move shows an order twice and hides none. `tooMany` in place of a
 * page: Tiendanube refused the query for its length.
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

/** The next stretch begins where this one ended: both ends count, so what lies on the border is listed twice. */
function afterStretch({ to, end }: OrdersPlace): OrdersPlace | null {
  return to >= end ? null : { from: to, to: end, end, page: 1, entering: true };
}

function middleOf({ from, to }: OrdersPlace): number {
  return Math.max(from + GRAIN_MS, Math.floor((from + to) / 2 / GRAIN_MS) * GRAIN_MS);
}

/** By the `Link` header; without it by the total, where a page may have been cut shorter than it was asked for. */
function pagesOf({ received, total, last }: ListedPage): number {
  if (last !== null) return last;
  return received === 0 ? 1 : Math.ceil((total ?? received) / received);
}
