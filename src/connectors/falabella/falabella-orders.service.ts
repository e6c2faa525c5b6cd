import { Injectable } from '@nestjs/common';
import { MAX_LIST_BYTES } from '../../common/http/outbound.service.js';
import { pageThatFits } from '../../common/http/page-that-fits.js';
import { type ChangedOrder, type FetchedOrder, type Page } from '../contract.js';
import { FalabellaApiError } from './errors.js';
import { type PageRequest } from './falabella.service.js';
import { changedOrdersPage, ORDERS_PER_PAGE, readCursor } from './orders/changed-orders.js';
import { fetchedOrder, namesOf } from './orders/fetched-order.js';
import {
  itemsOf,
  ordersOf,
  type SellerOrder,
  type SellerOrderItem,
  type SellerOrderPage,
} from './orders/order-answers.js';
import { type Account, SellerCenter } from './seller-center.service.js';
import { falabellaTimestamp } from './signature.js';

const INVALID_ORDER_ID = 16;

/** Orders from the Seller Center API. No data of a buyer is taken over. */
@Injectable()
export class FalabellaOrders {
  constructor(private readonly api: SellerCenter) {}

  /** The current order; null for an unknown id. */
  async fetch(orderId: string, account: Account): Promise<FetchedOrder | null> {
    const order = await this.getOrder(orderId, account);
    if (order === null) return null;
    // The items come second, so that they are at least as new as the order.
    const items = await this.getOrderItems(orderId, account);
    const locations = new Set(account.warehouses.map(({ externalId }) => externalId).filter((id) => id !== null));
    return fetchedOrder(order, items, account.settings, locations);
  }

  /** One page of the orders that changed since a time by our clock, with the overlap from the account's settings. */
  async changed(since: Date, cursor: string | null, account: Account): Promise<Page<ChangedOrder>> {
    const at = readCursor(cursor);
    const updatedAfter = new Date(since.getTime() - account.settings.ordersOverlapMs);
    const page = await pageThatFits([ORDERS_PER_PAGE, 10, 1], (limit) =>
      this.getOrders(updatedAfter, { offset: at.offset, limit }, account),
    );
    return changedOrdersPage(at, page, (order) => namesOf(order, account.settings.orderName));
  }

  private async getOrder(orderId: string, account: Account): Promise<SellerOrder | null> {
    try {
      const { order } = await this.api.call(account, {
        action: 'GetOrder',
        version: account.settings.ordersVersion,
        parameters: { OrderId: orderId },
        request: { orderId },
        orderIds: [orderId],
        take: (envelope) => ({ order: ordersOf(envelope).orders.find((one) => one.orderId === orderId) ?? null }),
        summarise: ({ order: found }) => ({
          found: found !== null,
          ...(found && { statuses: found.statuses, items: found.itemsCount }),
        }),
      });
      return order;
    } catch (error) {
      if (error instanceof FalabellaApiError && error.code === INVALID_ORDER_ID) return null;
      throw error;
    }
  }

  private async getOrderItems(orderId: string, account: Account): Promise<readonly SellerOrderItem[]> {
    return this.api.call(account, {
      action: 'GetOrderItems',
      // One item for each unit, and no pages.
      maxBytes: MAX_LIST_BYTES,
      parameters: { OrderId: orderId },
      request: { orderId },
      orderIds: [orderId],
      take: itemsOf,
      summarise: (items) => ({ items: items.length }),
    });
  }

  private async getOrders(
    updatedAfter: Date,
    { offset, limit }: PageRequest,
    account: Account,
  ): Promise<SellerOrderPage> {
    return this.api.call(account, {
      action: 'GetOrders',
      maxBytes: MAX_LIST_BYTES,
      version: account.settings.ordersVersion,
      parameters: {
        UpdatedAfter: falabellaTimestamp(updatedAfter),
        SortBy: 'updated_at',
        SortDirection: 'DESC',
        Limit: String(limit),
        Offset: String(offset),
      },
      request: { updatedAfter, offset, limit },
      take: ordersOf,
      summarise: ({ received, total }) => ({ items: received, total }),
    });
  }
}
