import { type OrderBody, orderBody } from './caller.js';

/** Numbers that look random and are the same at every run (a linear congruential generator, Numerical Recipes). */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to below `sides`. */
  roll(sides: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * sides);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.roll(rest.length), 1)[0] as T);
  }
}

export interface Traffic {
  /** In the order in which they are sent. */
  readonly bodies: readonly OrderBody[];
  /** The newest version of each order: what must come of it, whatever came before. */
  readonly newest: ReadonlyMap<string, OrderBody>;
  /** Every quantity that an order ever asked for, by order: so much may have left before it was cancelled. */
  readonly most: ReadonlyMap<string, number>;
}

/** Orders of one product each: some told twice, some cancelled, and everything in an order of its own. */
export function traffic(orders: number, skus: readonly string[], dice: Dice): Traffic {
  const newest = new Map<string, OrderBody>();
  const most = new Map<string, number>();
  const bodies: OrderBody[] = [];
  for (let i = 0; i < orders; i++) {
    const orderId = `FAL-${i}`;
    const quantity = 1 + dice.roll(3);
    const products = [{ sku: skus[dice.roll(skus.length)] ?? '', quantity }];
    const versions = [orderBody(orderId, { products })];
    if (dice.roll(4) === 0) versions.push(orderBody(orderId, { products, status: 'cancelled', version: 1 }));
    for (let repeats = dice.roll(3); repeats > 0; repeats--)
      versions.push(versions[dice.roll(versions.length)] as OrderBody);
    bodies.push(...versions);
    newest.set(
      orderId,
      versions.reduce((a, b) => (b.timestamp > a.timestamp ? b : a)),
    );
    most.set(orderId, quantity);
  }
  return { bodies: dice.shuffled(bodies), newest, most };
}
