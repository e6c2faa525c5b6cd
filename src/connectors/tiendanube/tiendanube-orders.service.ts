import { Injectable } from '@nestjs/common';
import { MAX_LIST_BYTES } from '../../common/http/outbound.service.js';
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
/** How long an order keeps a worker waiting for room; then it returns at its turn. */
const READ_PATIENCE_MS = 1_500;
/** The poll of changed orders delays no other work, and finds sales without a webhook. */
const LIST_PATIENCE_MS = 30_000;

interface OrdersPage {
  readonly rows: readonly OrderChange[];
  readonly listed: ListedPage | 'tooMany';
}

/** Orders from the API. No data of a buyer is taken over. */
@Injectable()
export class TiendanubeOrders {
  /** Reads that wait for room. A caller for the same order before the request is sent shares the answer. */
  private readonly waiting = new Map<string, Promise<TiendanubeOrder | null>>();

  constructor(private readonly api: TiendanubeApi) {}

  /** The current order; null for an unknown id. `edited`: with the effect of its edits on the stock. */
  async fetch(orderId: string, edited: boolean, account: Account): Promise<FetchedOrder | null> {
    const order = await this.order(orderId, account);
    if (order === null) return null;
    const edit = edited ? attentionToEdits(await this.editions(orderId, account)) : null;
    return { ...fetchedOrder(order, account.settings), ...(edit !== null && { edit }) };
  }

  /** One page of the orders that changed since a time by our clock, with the overlap from the account's settings. */
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

  /** Several webhooks about one order arrive within a moment: created, paid, updated. */
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
      // Not every version of the API has it, and only the order itself counts.
      if (error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND) return [];
      throw error;
    }
  }

  private async page(at: OrdersPlace, account: Account): Promise<OrdersPage> {
    const [updatedFrom, updatedTo] = [at.from, at.to].map((time) => new Date(time).toISOString());
    try {
      return await this.api.call(account, {
        action: 'orders.list',
        maxBytes: MAX_LIST_BYTES,
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
      // A page past the end is answered 404, and so may be the first page of an empty list.
      if (error.httpStatus === NOT_FOUND) return { rows: [], listed: { received: 0, total: 0, last: null } };
      if (error.httpStatus === UNPROCESSABLE && at.page === 1 && at.entering && at.to - at.from > 1_000)
        return { rows: [], listed: 'tooMany' };
      throw error;
    }
  }
}
