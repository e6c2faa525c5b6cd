import { type Dice } from './dice.js';
import { type OrderBody, orderBody } from './caller.js';

export interface Traffic {
  /** In the order in which they are sent. */
  readonly bodies: readonly OrderBody[];
  /** The newest version of each order: only this one counts in the end. */
  readonly newest: ReadonlyMap<string, OrderBody>;
  /** The largest quantity that each order ever had: at most this many units may have left before a cancellation. */
  readonly most: ReadonlyMap<string, number>;
}

/** Orders of one product each, shuffled: some sent twice, some cancelled. */
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
