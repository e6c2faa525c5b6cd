import { type FalabellaOrder, type FalabellaState } from './state.js';

interface OrderIndex {
  known: number;
  byId: Map<number, FalabellaOrder>;
  byNumber: Map<string, FalabellaOrder>;
}

/** Orders are only ever added at the end of a state's list, so each index belongs to a list and catches up on use. */
const indexes = new WeakMap<FalabellaOrder[], OrderIndex>();

function indexOf(orders: FalabellaOrder[]): OrderIndex {
  const index = indexes.get(orders) ?? {
    known: 0,
    byId: new Map<number, FalabellaOrder>(),
    byNumber: new Map<string, FalabellaOrder>(),
  };
  indexes.set(orders, index);
  for (const order of orders.slice(index.known)) {
    index.byId.set(order.id, order);
    index.byNumber.set(order.number, order);
  }
  index.known = orders.length;
  return index;
}

/** By the order id alone, as the API searches for it. */
export function orderById(state: FalabellaState, id: string): FalabellaOrder | undefined {
  return /^\d+$/.test(id) ? indexOf(state.orders).byId.get(Number(id)) : undefined;
}

/** By the shopper's number or the order id. */
export function findOrder(state: FalabellaState, id: string): FalabellaOrder | undefined {
  return indexOf(state.orders).byNumber.get(id) ?? orderById(state, id);
}
