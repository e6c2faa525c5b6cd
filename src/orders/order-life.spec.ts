import fc from 'fast-check';
import { comesBefore } from './order-life.js';
import { type OrderSnapshot, type OrderStatus } from './order-snapshot.js';

const statuses: readonly OrderStatus[] = [
  'created',
  'confirmed',
  'paid',
  'ready_to_ship',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
];
const snapshot = (status: OrderStatus, quantity = 1): OrderSnapshot => ({
  orderId: 'A',
  status,
  statusText: status,
  lines: [{ lineId: 'A', sku: 'A', quantity }],
  version: 1,
});
/** What is left of states that arrive in this order. */
const lastOf = (arrivals: readonly OrderSnapshot[]) =>
  arrivals.reduce((kept, next) => (comesBefore(next, kept) ? kept : next));

describe('states of an order at one moment', () => {
  it('come in the order of its life', () => {
    const arrivals = statuses.map((status) => snapshot(status));
    for (const [i, one] of arrivals.entries())
      expect(arrivals.map((other) => comesBefore(other, one))).toEqual(arrivals.map((_, j) => j < i));
  });

  it('end at the same one, in every sequence and however often each arrives', () => {
    const states = fc.array(
      fc.record({ status: fc.constantFrom(...statuses), quantity: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(
        states.chain((all) =>
          fc.record({
            all: fc.constant(all),
            some: fc.array(fc.constantFrom(...all), { maxLength: 6 }),
            seed: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
          }),
        ),
        ({ all, some, seed }) => {
          const first = all.map(({ status, quantity }) => snapshot(status, quantity));
          const shuffled = [...all, ...some]
            .map(({ status, quantity }, i) => ({ one: snapshot(status, quantity), at: seed[i] ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
          expect(lastOf(shuffled)).toEqual(lastOf(first));
        },
      ),
    );
  });
});
