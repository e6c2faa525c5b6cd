import { type OrderDoc } from '../../../src/orders/order.types.js';
import { type OrdersService } from '../../../src/orders/orders.service.js';
import { type Random } from './random.js';
import { type Tables } from './database/tables.js';
import { type Timeline } from './time/timeline.js';

export interface Handling {
  /** A description for the trace. */
  readonly what: string;
  readonly work: (orders: OrdersService) => Promise<unknown>;
}

/** The actions on an order that the API offers to a person. */
export class Handwork {
  private made = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly random: Random,
    private readonly tables: Tables,
  ) {}

  draw(id: string): Handling {
    const dice = this.random.unit();
    if (dice < 0.3) return { what: `${id} is planned again`, work: (orders) => orders.review(id) };
    if (dice < 0.6) {
      return {
        what: `${id} is released by hand`,
        work: (orders) => orders.release(id, { reason: 'cannot be read', actor: 'somebody' }),
      };
    }
    return { what: `somebody says what became of returned goods of ${id}`, work: (orders) => this.settle(id, orders) };
  }

  private async settle(id: string, orders: OrdersService): Promise<void> {
    const order = this.tables.orders.docs.get(id) as unknown as OrderDoc | undefined;
    if (!order) return;
    const units = await orders.outstandingReturns(order);
    const word = {
      goodsBack: this.random.chance(0.5),
      at: new Date(this.timeline.now),
      actor: 'somebody',
      key: `word-${++this.made}`,
    };
    if (units.length > 0)
      await orders.settleReturns(
        id,
        units.map((one) => ({ ...one, ...word })),
      );
  }
}
