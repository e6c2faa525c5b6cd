import { type ChangedOrder, type Page } from '../../contract.js';
import { orderStatus } from '../order-status.js';
import { type SellerOrder, type SellerOrderPage } from './order-answers.js';

/** The documented maximum; it is always sent. */
export const ORDERS_PER_PAGE = 100;
/** In a list that is not newest first, each page begins this many orders before the end of the page before. */
const SHARED = 5;
/** How many steps back are made to find an order after the list has shifted. */
const MOST_STEPS_BACK = 50;
const RECENT_MS = 48 * 3_600_000;
const OVER: ReadonlySet<string> = new Set(['shipped', 'delivered', 'cancelled', 'returned']);

/**
 * Where a page begins and, for a list that is not newest first, the orders (with their times) that it must
 * share with the page before.
 */
export interface OrdersCursor {
  readonly offset: number;
  readonly shared: readonly string[];
  readonly stepsBack: number;
}

/** @throws Error for a cursor that `writeCursor` did not make */
export function readCursor(cursor: string | null): OrdersCursor {
  if (cursor === null) return { offset: 0, shared: [], stepsBack: 0 };
  const [offset, stepsBack, ...shared] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [
    number,
    number,
    ...string[],
  ];
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(stepsBack))
    throw new Error('not a cursor of this list');
  return { offset, stepsBack, shared };
}

export function writeCursor({ offset, stepsBack, shared }: OrdersCursor): string {
  return Buffer.from(JSON.stringify([offset, stepsBack, ...shared])).toString('base64url');
}

/**
 * One page of changed orders, and the start of the next. The list shifts while it is read, because a
 * changed order moves to its newest end. Newest first, as we request it, the others move back: an order
 * may come twice, and none is missed. If Falabella ignores the direction, the others move forward: then
 * pages overlap, and a page without an overlap means that the list has moved further, so a step back is
 * made.
 */
export function changedOrdersPage(
  at: OrdersCursor,
  page: SellerOrderPage,
  named: (order: SellerOrder) => Pick<ChangedOrder, 'orderId' | 'ref'>,
): Page<ChangedOrder> {
  const items = page.orders.map((order): ChangedOrder => {
    const { orderId, ref } = named(order);
    return {
      orderId,
      ref,
      updatedAt: order.updatedAt ?? Number.MAX_SAFE_INTEGER,
      ...(isLongOver(order) && { over: true }),
    };
  });
  const next = nextPlace(at, page);
  return { items, nextCursor: next === null ? null : writeCursor(next) };
}

/** Every unit of it has left or will never leave, and it was placed more than two days ago, in any time zone. */
function isLongOver({ statuses, placedAt }: SellerOrder): boolean {
  return statuses.length > 0 && statuses.every(isOver) && placedAt !== null && placedAt < Date.now() - RECENT_MS;
}

function isOver(status: string): boolean {
  return OVER.has(orderStatus(status));
}

function nextPlace(at: OrdersCursor, page: SellerOrderPage): OrdersCursor | null {
  const places = page.orders.map(placeOf);
  const newestFirst = isNewestFirst(page);
  const lostThePlace =
    !newestFirst && at.offset > 0 && at.shared.length > 0 && !at.shared.some((place) => places.includes(place));
  if (lostThePlace && at.stepsBack < MOST_STEPS_BACK)
    return { ...at, offset: Math.max(0, at.offset - ORDERS_PER_PAGE), stepsBack: at.stepsBack + 1 };
  const end = at.offset + page.received;
  // A short page is not the end: Falabella may lower a limit silently.
  if (page.received === 0 || (page.total !== null && end >= page.total)) return null;
  if (newestFirst) return { offset: end, shared: [], stepsBack: 0 };
  return { offset: Math.max(at.offset + 1, end - SHARED), shared: places.slice(-SHARED), stepsBack: at.stepsBack };
}

/** An order and its time: if it has changed since, it has moved, and says nothing about its neighbours. */
function placeOf({ orderId, updatedAt }: SellerOrder): string {
  return `${orderId}@${updatedAt ?? ''}`;
}

/**
 * Orders without a time do not show the direction; nor do orders of the same time, which do not count as
 * newest first.
 */
function isNewestFirst({ orders }: SellerOrderPage): boolean {
  const times = orders.map((order) => order.updatedAt).filter((time) => time !== null);
  const falls = times.every((time, i) => i === 0 || time <= (times[i - 1] ?? time));
  return falls && (times.length < 2 || (times[0] ?? 0) > (times.at(-1) ?? 0));
}
