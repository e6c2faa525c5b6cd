import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apply } from './apply.js';
import { InsufficientStockError, QuantityMovedError, type Cause, type Command } from './ledger.types.js';

const cause: Cause = { type: 'command', commandId: 'c' };
const at = (quantity: number, reserved: number, seq = 7) => ({ seq, quantity, reserved });

describe('the effect of a command on a balance', () => {
  it.each<[string, Command, number, number]>([
    ['a reserve promises', { kind: 'reserve', units: 3, key: 'k', cause }, 10, 7],
    ['a release gives back', { kind: 'release', units: 3, key: 'k', cause }, 10, 1],
    ['a commit takes from both', { kind: 'commit', units: 3, key: 'k', cause }, 7, 1],
    [
      'an observed commit takes what is there from the ERP',
      { kind: 'commit', units: 3, observed: 5, key: 'k', cause },
      5,
      1,
    ],
    ['an observed release does too', { kind: 'release', units: 3, observed: 12, key: 'k', cause }, 12, 1],
    ['an adjustment sets', { kind: 'adjust', quantity: 2, key: 'k', cause }, 2, 4],
    ['an adjustment changes by', { kind: 'adjust', by: -2, key: 'k', cause }, 8, 4],
  ])('%s', (_name, command, quantity, reserved) => {
    expect(apply(at(10, 4), command, 'A').balance).toEqual(at(quantity, reserved, 8));
  });

  it('names the available units when a guarded command asks for more', () => {
    const command: Command = { kind: 'reserve', units: 7, guarded: true, key: 'k', cause };
    expect(() => apply(at(10, 4), command, 'A')).toThrow(InsufficientStockError);
    expect(() => apply(at(10, 4), { ...command, units: 6 }, 'A')).not.toThrow();
  });

  it('refuses to set a quantity that is meant for another one, and names the present one', () => {
    const command: Command = { kind: 'adjust', quantity: 40, from: 10, key: 'k', cause };
    expect(apply(at(10, 4), command, 'A').balance.quantity).toBe(40);
    expect(() => apply(at(8, 4), command, 'A')).toThrow(QuantityMovedError);
    expect(() => apply(at(8, 4), command, 'A')).toThrow('is 8 by now');
  });

  it('allows a guarded increase of an oversold balance', () => {
    expect(apply(at(1, 4), { kind: 'adjust', by: 2, guarded: true, key: 'k', cause }, 'A').balance.quantity).toBe(3);
  });

  it('never lets a guarded command take available below zero', () => {
    const commands = fc.oneof(
      fc.record({ kind: fc.constant('reserve' as const), units: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('adjust' as const), by: fc.integer({ min: -9, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 30 }), fc.nat({ max: 40 }), (list, start) => {
        let balance = at(start, 0);
        for (const one of list) {
          try {
            balance = apply(balance, { ...one, guarded: true, key: 'k', cause }, 'A').balance;
          } catch (error) {
            if (!(error instanceof InsufficientStockError)) throw error;
          }
          if (balance.quantity - balance.reserved < 0) throw new Error('available below zero');
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
