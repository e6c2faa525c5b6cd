import { describe, expect, it } from '@jest/globals';
import { type OrderSnapshot, type OrderStatus } from './order-snapshot.js';
import { mayHaveMovedThere } from './sold-there.js';

function order(status: OrderStatus, quantity = 2, version = 1): OrderSnapshot {
  return { orderId: 'A', status, statusText: status, version, lines: [{ lineId: 'S', sku: 'S', quantity }] };
}

const unpaid = (status: OrderStatus, version = 1): OrderSnapshot => ({ ...order(status, 2, version), paid: false });

describe('whether a platform may have moved its own number', () => {
  it.each([
    ['an order that is new', null, order('confirmed'), true],
    ['one that is first seen cancelled', null, order('cancelled'), true],
    ['one that went on its way', order('confirmed'), order('shipped', 2, 2), false],
    ['one that is shown again as it was', order('paid'), order('paid'), false],
    ['one that was cancelled', order('paid'), order('cancelled', 2, 2), true],
    ['one that was opened again', order('cancelled'), order('paid', 2, 2), true],
    ['one that may have been cancelled and opened again between two looks', order('paid'), order('paid', 2, 2), true],
    ['one that was paid, for some take it off then', unpaid('created'), order('paid', 2, 2), true],
    ['one that is still not paid', unpaid('created'), unpaid('ready_to_ship', 2), false],
    ['one of which something else is sold now', order('paid'), order('shipped', 1, 2), true],
  ] as const)('%s', (_name, before, now, moved) => {
    expect(mayHaveMovedThere(before, now)).toBe(moved);
  });
});
