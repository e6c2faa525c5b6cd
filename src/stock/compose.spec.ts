import { describe, expect, it } from '@jest/globals';
import { answer, compose, type Composed, type Waiting } from './compose.js';
import {
  InsufficientStockError,
  type Balance,
  type Cause,
  type Command,
  type Movement,
  type Run,
} from './ledger.types.js';
import { adjustBy } from './operations/quantities.js';
import { reserve } from './operations/reserve.js';

const cause: Cause = { type: 'order', connection: 'shop', orderId: '1' };
const ENTRY = 'main/A';
const take = (key: string, units: number, guarded = true) => reserve({ key, cause, units, guarded });
const nothing = async () => false;

/** A waiting run that records its answers. */
function caller(commands: Command[], more: Partial<Run> = {}) {
  const heard: { movements?: Movement[]; error?: unknown } = {};
  const waiting: Waiting = {
    entry: ENTRY,
    tries: 0,
    found: new Map(),
    run: { sku: 'A', warehouse: 'main', master: 'ledger', commands, ...more },
    resolve: (movements) => (heard.movements = movements),
    reject: (error) => (heard.error = error),
  };
  return { waiting, heard };
}

const head = (quantity: number, reserved = 0): Balance => ({ seq: 10, quantity, reserved });
/** Marks the appended movements as found by their runs, then answers the runs. */
function settle(callers: { waiting: Waiting }[], composed: Composed, appended = composed.movements.length) {
  for (const { waiting } of callers) {
    const keys = new Set(waiting.run.commands.map(({ key }) => key));
    for (const movement of composed.movements.slice(0, appended))
      if (keys.has(movement.key)) waiting.found.set(movement.key, movement);
  }
  return answer(
    callers.map(({ waiting }) => waiting),
    composed,
    appended,
  );
}

describe('composing the movements of waiting runs', () => {
  it('checks each guarded command against the balance that it is appended to', async () => {
    const one = caller([take('a', 2), take('b', 2)]);
    const composed = await compose([one.waiting], head(3), nothing);
    expect(composed.movements.map(({ key }) => key)).toEqual(['a']);
    expect(settle([one], composed)).toEqual([]);
    expect(one.heard.error).toMatchObject({ available: 1, asked: 2 });
  });

  it('appends no part of an all-or-none run when one command is refused', async () => {
    const first = caller([take('a', 2), take('b', 2)], { allOrNone: true });
    const second = caller([take('c', 3)], { allOrNone: true });
    const composed = await compose([first.waiting, second.waiting], head(3), nothing);
    expect(composed.movements.map(({ key }) => key)).toEqual(['c']);
    settle([first, second], composed);
    expect(first.heard.error).toBeInstanceOf(InsufficientStockError);
    expect(second.heard.movements).toHaveLength(1);
  });

  it('names the standing part of a run that was cut short before', async () => {
    const cut = caller([take('a', 2), take('b', 2)], { allOrNone: true });
    expect(settle([cut], await compose([cut.waiting], head(4), nothing), 1)).toEqual([cut.waiting]);
    settle([cut], await compose([cut.waiting], head(3, 2), nothing));
    expect(cut.heard.error).toMatchObject({ available: 1, standing: ['a'] });
  });

  it('makes one movement of a key that occurs twice in a run', async () => {
    const one = caller([take('a', 1), take('a', 1)]);
    const composed = await compose([one.waiting], head(3), nothing);
    expect(composed.movements).toHaveLength(1);
    settle([one], composed);
    expect(one.heard.movements?.map(({ seq }) => seq)).toEqual([11, 11]);
  });

  it('makes no refusal final that depends on movements that were overtaken', async () => {
    const first = caller([take('a', 3)]);
    const second = caller([take('b', 1)]);
    const composed = await compose([first.waiting, second.waiting], head(3), nothing);
    expect(settle([first, second], composed, 0)).toEqual([first.waiting, second.waiting]);
    expect(second.heard).toEqual({});
    settle([first, second], composed);
    expect(second.heard.error).toBeInstanceOf(InsufficientStockError);
  });

  it('lets a guarded command use units that another run of the group adds', async () => {
    const more = caller([adjustBy({ key: 'more', cause, by: 5 })]);
    const taker = caller([take('a', 5)]);
    const composed = await compose([more.waiting, taker.waiting], head(0), nothing);
    expect(composed.movements.map(({ quantity, reserved }) => [quantity, reserved])).toEqual([
      [5, 0],
      [5, 5],
    ]);
    expect(composed.movements.every(({ master }) => master === 'ledger')).toBe(true);
  });
});
