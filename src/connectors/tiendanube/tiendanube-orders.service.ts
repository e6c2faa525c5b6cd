import { Injectable } from '@nestjs/common';
import { type ChangedOrder, type FetchedOrder, type Page } from '../contract.js';
import { TiendanubeApiError } from './errors.js';
import { type EditedProduct, type OrderChange, type TiendanubeOrder } from './interfaces/tiendanube.interface.js';
import {
  firstPlace,
  nextPlace,
  PER_PAGE,
  readPlace,
  writePlace,
  type ListedPage,
  type OrdersPlace,
} from './orders/changed-orders.js';
import { attentionToEdits, fetchedOrder } from './orders/fetched-order.js';
import { CHANGE_FIELDS, changesOf, editionsOf, ORDER_FIELDS, orderOf } from './orders/order-answers.js';
import { type Account, TiendanubeApi } from './tiendanube-api.service.js';

const NOT_FOUND = 404;
const UNPROCESSABLE = 422;
/** An order holds up a worker only so long for room; then it comes back when it is its turn. */
const READ_PATIENCE_MS = 1_500;
/** The look for changed orders holds up nobody, and finds sales that nobody told of. */
const LIST_PATIENCE_MS = 30_000;

interface OrdersPage {
  readonly rows: readonly OrderChange[];
  readonly listed: ListedPage | 'tooMany';
}

/** What the API says of orders. Nothing about a buyer is taken over. */
@Injectable()
export class TiendanubeOrders {
  /** Readings that wait for room. Whoever asks for the same order before it is sent is told the same. */
  private readonly waiting = new Map<string, Promise<TiendanubeOrder | null>>();

  constructor(private readonly api: TiendanubeApi) {}

  /** The order as it is now; null where the store has none of this id. `edited`: also what became of the stock of its edits. */
  async fetch(orderId: string, edited: boolean, account: Account): Promise<FetchedOrder | null> {
    const order = await this.order(orderId, account);
    if (order === null) return null;
    const edit = edited ? attentionToEdits(await this.editions(orderId, account)) : null;
    return { ...fetchedOrder(order, account.settings), ...(edit !== null && { edit }) };
  }

  /** One page of the orders that changed since a time by our clock, with the overlap that the account's settings ask for. */
  async changed(since: Date, cursor: string | null, account: Account): Promise<Page<ChangedOrder>> {
    const begin = () => firstPlace(since.getTime() - account.settings.ordersOverlapMs, Date.now());
    const at = cursor === null ? begin() : readPlace(cursor);
    const { rows, listed } = await this.page(at, account);
    const next = nextPlace(at, listed);
    return {
      items: rows.map(({ id, updatedAt, isOver }) => ({
        orderId: id,
        updatedAt: updatedAt ?? Number.MAX_SAFE_INTEGER,
        ...(isOver && { over: true }),
      })),
      nextCursor: next === null ? null : writePlace(next),
    };
  }

  /** An order is told of several times within a moment: created, paid, updated. */
  private order(orderId: string, account: Account): Promise<TiendanubeOrder | null> {
    const key = `${account.id}/${orderId}`;
    const known = this.waiting.get(key);
    if (known) return known;
    const isSent = () => this.waiting.delete(key);
    const reading = this.read(orderId, account, isSent);
    this.waiting.set(key, reading);
    const isOver = () => this.waiting.get(key) === reading && this.waiting.delete(key);
    reading.then(isOver, isOver);
    return reading;
  }

  private async read(orderId: string, account: Account, onSend: () => void): Promise<TiendanubeOrder | null> {
    try {
      return await this.api.call(account, {
        action: 'order.read',
        path: `orders/${encodeURIComponent(orderId)}`,
        query: { fields: ORDER_FIELDS },
        lane: 'urgent',
        patienceMs: READ_PATIENCE_MS,
        onSend,
        request: { orderId },
        orderIds: [orderId],
        take: orderOf,
        summarise: ({ status, paymentStatus, shippingStatus, storefront, products }) => ({
          status,
          paymentStatus,
          shippingStatus,
          storefront,
          lines: products.length,
        }),
      });
    } catch (error) {
      if (error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND) return null;
      throw error;
    }
  }

  private async editions(orderId: string, account: Account): Promise<readonly EditedProduct[]> {
    try {
      return await this.api.call(account, {
        action: 'order.editions',
        path: `orders/${encodeURIComponent(orderId)}/history/editions`,
        lane: 'urgent',
        patienceMs: READ_PATIENCE_MS,
        request: { orderId },
        orderIds: [orderId],
        take: editionsOf,
        summarise: (edits) => ({
          edits: edits.map(({ sku, before, after, movedStock }) => ({ sku, before, after, movedStock })),
        }),
      });
    } catch (error) {
      // Not every version of the API has it, and what counts is the order itself.
      if (error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND) return [];
      throw error;
    }
  }

  private async page(at: OrdersPlace, account: Account): Promise<OrdersPage> {
    const [updatedFrom, updatedTo] = [at.from, at.to].map((time) => new Date(time).toISOString());
    try {
      return await this.api.call(account, {
        action: 'orders.list',
        path: 'orders',
        query: {
          updated_at_min: updatedFrom ?? '',
          updated_at_max: updatedTo ?? '',
          page: String(at.page),
          per_page: String(PER_PAGE),
          fields: CHANGE_FIELDS,
        },
        lane: 'urgent',
        patienceMs: LIST_PATIENCE_MS,
        request: { updatedFrom, updatedTo, page: at.page },
        take: (body, { total, last }) => {
          const rows = changesOf(body, Date.now());
          return rows && { rows, listed: { received: rows.length, total, last } };
        },
        summarise: ({ rows }) => ({ items: rows.length }),
      });
    } catch (error) {
      if (!(error instanceof TiendanubeApiError)) throw error;
      // A page past the end is no page at all, and so may be the first one of nothing.
      if (error.httpStatus === NOT_FOUND) return { rows: [], listed: { received: 0, total: 0, last: null } };
      if (error.httpStatus === UNPROCESSABLE && at.page === 1 && at.entering && at.to - at.from > 1_000)
        return { rows: [], listed: 'tooMany' };
      throw error;
    }
  }
}
