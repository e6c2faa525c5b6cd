import { Injectable } from '@nestjs/common';
import { OrdersRepository } from '../orders/orders.repository.js';
import { isActive } from '../orders/hold-state.js';
import { type OrderDoc } from '../orders/order.types.js';
import { IN_SHADOW } from '../fulfilment/delivery-worker.service.js';

const MOST = 100;

/** A delivery that would be made in an ERP now, if it were live. */
export interface DueDelivery {
  readonly order: string;
  readonly number: string | null;
  readonly status: string;
  readonly lines: readonly { readonly sku: string; readonly warehouse: string; readonly quantity: number }[];
}

/** What waits only because an ERP is in shadow. */
@Injectable()
export class DueDeliveries {
  constructor(private readonly orders: OrdersRepository) {}

  /** The longest waiting first, `MOST` of them. */
  async of(erp: string): Promise<DueDelivery[]> {
    const waiting = await this.orders.waitingFor(IN_SHADOW, MOST);
    return waiting.map((order) => deliveryOf(order, erp)).filter(({ lines }) => lines.length > 0);
  }
}

function deliveryOf({ _id, number, snapshot, holds }: OrderDoc, erp: string): DueDelivery {
  const open = holds.filter((hold) => isActive(hold) && hold.master === erp);
  return {
    order: _id,
    number: number ?? null,
    status: snapshot.status,
    lines: open.map(({ sku, warehouse, units }) => ({ sku, warehouse, quantity: units })),
  };
}
