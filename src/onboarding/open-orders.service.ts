import { Injectable } from '@nestjs/common';
import { ConflictError, NotFoundError } from '../common/errors.js';
import { type OrderDoc } from '../orders/order.types.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { OrderActions } from '../fulfilment/order-actions.service.js';
import { type OrderDecision } from './connection.dto.js';

const PAGE = 500;
const SHOWN = 100;
const OVER: ReadonlySet<string> = new Set(['shipped', 'delivered', 'cancelled', 'returned']);

/** An order from before the cut-over that needs a person's decision. */
export interface OpenOrder {
  readonly id: string;
  readonly orderId: string;
  readonly number: string | null;
  readonly status: string;
  readonly placedAt: string | null;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** Only some of its lines are concerned: their SKUs were not live when it arrived. */
  readonly partly: boolean;
}

export interface Decisions {
  /** For all orders that are not named; null: no decision. */
  readonly rest: OrderDecision | null;
  readonly named: ReadonlyMap<string, OrderDecision>;
}

/** The orders that were open when a connection went live. */
@Injectable()
export class OpenOrders {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly actions: OrderActions,
  ) {}

  /** All of a connection, by id. Shipped or cancelled orders need no decision. */
  async of(connection: string): Promise<OpenOrder[]> {
    const open: OpenOrder[] = [];
    for (let after = ''; ;) {
      const page = await this.orders.undecided(connection, after, PAGE);
      open.push(...page.filter(({ snapshot }) => !OVER.has(snapshot.status)).map(openOrder));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return open;
      after = last._id;
    }
  }

  /**
   * Applies a person's decisions. Can be repeated.
   * @throws ConflictError while a decision is missing
   * @throws NotFoundError for an order that is not among them
   */
  async decide(
    connection: string,
    { rest, named }: Decisions,
  ): Promise<{ readonly handled: number; readonly counted: number }> {
    const open = await this.of(connection);
    const ids = new Set(open.map(({ id }) => id));
    const strange = [...named.keys()].find((id) => !ids.has(id) && !ids.has(`${connection}/${encodeURIComponent(id)}`));
    if (strange !== undefined)
      throw new NotFoundError('problems.not-found.open_order', { order: strange.slice(0, 100), connection });
    const decided = open.map((order) => ({ order, decision: named.get(order.id) ?? named.get(order.orderId) ?? rest }));
    const left = decided.filter(({ decision }) => decision === null).map(({ order }) => order);
    if (left.length > 0) throw undecided(connection, left);
    const done = { handled: 0, counted: 0 };
    for (const { order, decision } of decided) {
      if (decision === null) continue;
      await this.actions.decide(order.id, decision);
      done[decision] += 1;
    }
    return done;
  }
}

function undecided(connection: string, orders: readonly OpenOrder[]): ConflictError {
  const count = orders.length;
  return new ConflictError(
    'problems.open-orders.detail',
    { count, connection },
    { count, orders: orders.slice(0, SHOWN) },
  );
}

function openOrder({ _id, orderId, number, snapshot, counting }: OrderDoc): OpenOrder {
  return {
    id: _id,
    orderId,
    number: number ?? null,
    status: snapshot.status,
    placedAt: snapshot.placedAt === undefined ? null : new Date(snapshot.placedAt).toISOString(),
    lines: snapshot.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    partly: counting !== 'before',
  };
}
