import { type Hold, type OrderSwitches } from '../../orders/order.types.js';
import { type OrderSnapshot } from '../../orders/order-snapshot.js';
import { blockedBy } from './blocked-by.js';

const SWITCHES: OrderSwitches = {
  reserveAt: 'created',
  deliverAt: 'confirmed',
  deliverUnpaid: false,
  reservationHours: null,
};
const SINCE = new Date('2026-01-01T00:00:00Z');
const DUE = new Date('2026-01-01T00:01:00Z');
const DONE = { requested: 3, processed: 3 };
const OPEN = { requested: 4, processed: 3, since: SINCE, due: DUE };
const HELD: Hold = { key: 'k', lineId: '1', sku: 'A', warehouse: 'main', master: 'odoo', units: 1, rev: 1 };

type Order = Parameters<typeof blockedBy>[0];

function order(changes: Partial<Order> & { status?: OrderSnapshot['status']; paid?: boolean } = {}): Order {
  const { status = 'created', paid, ...rest } = changes;
  const snapshot = {
    orderId: '1',
    status,
    statusText: status,
    lines: [],
    version: 1,
    ...(paid === undefined ? {} : { paid }),
  };
  return { snapshot, holds: [], transfers: [], record: DONE, deliver: DONE, review: DONE, ...rest };
}

const reasons = (...given: Parameters<typeof blockedBy>) => blockedBy(...given).map((wait) => wait.for);

describe('the reason why an order waits', () => {
  it('is none when no work is left', () => {
    expect(blockedBy(order({ status: 'delivered' }), SWITCHES)).toEqual([]);
    expect(blockedBy(order({ holds: [{ ...HELD, ended: 'committed' }] }), SWITCHES)).toEqual([]);
  });

  it('is its platform while it may not be delivered and holds units', () => {
    expect(blockedBy(order({ holds: [HELD] }), SWITCHES)).toMatchObject([
      {
        for: 'status',
        detail: {
          code: 'reasons.not_deliverable',
          params: { needed: { code: 'orders.confirmed' }, status: { code: 'orders.created' } },
        },
        nextTry: null,
      },
    ]);
    expect(blockedBy(order({ status: 'confirmed', paid: false, holds: [HELD] }), SWITCHES)).toMatchObject([
      { for: 'status', detail: { code: 'reasons.not_paid' } },
    ]);
    expect(reasons(order({ status: 'confirmed', holds: [HELD] }), SWITCHES)).toEqual([]);
    expect(reasons(order({ status: 'cancelled', holds: [HELD] }), SWITCHES)).toEqual([]);
    expect(reasons(order({ holds: [HELD] }), null)).toEqual([]);
  });

  it('is each open mark, with its next attempt and its error', () => {
    const deliver = { ...OPEN, attempts: 2, error: 'not all in stock' };
    expect(blockedBy(order({ status: 'confirmed', holds: [HELD], record: OPEN, deliver }), SWITCHES)).toEqual([
      {
        for: 'recording',
        detail: 'reasons.to_record',
        since: SINCE,
        nextTry: DUE,
        attempts: 0,
        dead: false,
      },
      { for: 'delivery', detail: 'not all in stock', since: SINCE, nextTry: DUE, attempts: 2, dead: false },
    ]);
  });

  it('is a person when a mark is dead, or the name of a delivery is taken', () => {
    const deliver = { requested: 4, processed: 3, since: SINCE, attempts: 12, error: 'refused', dead: true };
    expect(blockedBy(order({ status: 'confirmed', deliver }), SWITCHES)).toMatchObject([
      { for: 'delivery', nextTry: null, attempts: 12, dead: true },
    ]);
    expect(
      reasons(order({ status: 'confirmed', transfers: [{ n: 1, name: 'SO/f/1/1', state: 'conflict' }] }), SWITCHES),
    ).toEqual(['person']);
  });

  it('is a mapping when a SKU is unknown, once, whatever other review is planned', () => {
    const review = { ...OPEN, error: 'reasons.to_map' };
    expect(blockedBy(order({ unmapped: ['X'], review }), SWITCHES)).toMatchObject([
      { for: 'mapping', detail: { code: 'reasons.unmapped', params: { skus: 'X' } }, nextTry: DUE },
    ]);
    expect(blockedBy(order({ review: { ...OPEN, error: 'reasons.expires' } }), SWITCHES)).toMatchObject([
      { for: 'review', detail: 'reasons.expires' },
    ]);
  });
});
