import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Balance, type Cause, type Command, type Run } from '../ledger.types.js';
import { commit, release } from './ends.js';
import { InvalidMovementError, WrongMasterError } from './errors.js';
import { MAX_UNITS } from './form.js';
import { checkMaster } from './master.js';
import { checkCommand, deltasOf } from './operations.js';
import { adjustBy, adjustTo, reconcileTo, syncIn } from './quantities.js';
import { reserve } from './reserve.js';

const cause: Cause = { type: 'command', commandId: 'c' };
const seen: Cause = { type: 'observation', connection: 'odoo' };
const given = { key: 'k', cause };
const at = (quantity: number, reserved: number): Balance => ({ seq: 7, quantity, reserved });

describe('the operations of the ledger', () => {
  it.each<[string, Command, number, number]>([
    ['a reserve promises', reserve({ ...given, units: 3 }), 0, 3],
    ['a reserve of nothing takes its key and moves nothing', reserve({ ...given, units: 0, guarded: true }), 0, 0],
    ['a release gives back', release({ ...given, units: 3 }), 0, -3],
    ['a release of nothing moves nothing', release({ ...given, units: 0 }), 0, 0],
    ['a release after a delivery sets what the ERP holds', release({ ...given, units: 3, observed: 12 }), 2, -3],
    ['a commit takes from both', commit({ ...given, units: 3 }), -3, -3],
    ['an observed commit sets what the ERP holds', commit({ ...given, units: 3, observed: 10 }), 0, -3],
    ['an adjustment sets', adjustTo({ ...given, quantity: 4 }), -6, 0],
    ['an adjustment changes by', adjustBy({ ...given, by: -4 }), -4, 0],
    ['a sweep sets', reconcileTo({ ...given, quantity: 11 }), 1, 0],
    ['the first load sets, below zero too', syncIn({ ...given, quantity: -2 }), -12, 0],
  ])('%s', (_name, command, quantityDelta, reservedDelta) => {
    expect(deltasOf(at(10, 4), command)).toMatchObject({ quantityDelta, reservedDelta });
  });

  it('never produce negative zero, which a database would keep', () => {
    for (const command of [
      release({ ...given, units: 0 }),
      commit({ ...given, units: 0 }),
      reserve({ ...given, units: 0 }),
    ]) {
      const { quantityDelta, reservedDelta } = deltasOf(at(0, 0), command);
      expect([quantityDelta, reservedDelta].some((delta) => Object.is(delta, -0))).toBe(false);
    }
  });

  it.each<[string, () => Command]>([
    ['broken units', () => reserve({ ...given, units: 1.5 })],
    ['fewer than no units', () => release({ ...given, units: -1 })],
    ['no number', () => commit({ ...given, units: Number.NaN })],
    ['more units than one movement may speak of', () => reserve({ ...given, units: MAX_UNITS + 1 })],
    ['a broken observation', () => commit({ ...given, units: 1, observed: 0.5 })],
    ['a quantity without end', () => adjustTo({ ...given, quantity: Number.POSITIVE_INFINITY })],
    ['a change beyond what numbers hold', () => adjustBy({ ...given, by: -(2 ** 60) })],
  ])('refuse %s', (_name, make) => {
    expect(make).toThrow(InvalidMovementError);
  });

  it('refuse a command without a key and name the field', () => {
    expect(() => checkCommand({ kind: 'reserve', units: 1, key: '', cause })).toThrow(/^key must/);
  });

  it('leave nothing reserved after reserve and release, or reserve and commit', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: MAX_UNITS }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.constantFrom(release, commit),
        (units, start, end) => {
          const reserved = deltasOf(at(start, 0), reserve({ ...given, units })).reservedDelta;
          return reserved + deltasOf(at(start, reserved), end({ ...given, units })).reservedDelta === 0;
        },
      ),
    );
  });
});

describe('the master of an entry', () => {
  const run = (master: string, command: Command, observedFrom?: number): Run => ({
    sku: 'A',
    warehouse: 'main',
    master,
    commands: [command],
    ...(observedFrom === undefined ? {} : { observedFrom }),
  });

  it.each<[string, Run]>([
    ['a person sets what the ledger keeps', run('ledger', adjustTo({ ...given, quantity: 3 }))],
    ['a person changes what the ledger keeps', run('ledger', adjustBy({ ...given, by: 3 }))],
    ['the ledger counts a sale itself', run('ledger', commit({ ...given, units: 3 }))],
    ['the first load of what the ledger keeps', run('ledger', syncIn({ ...given, quantity: 3 }))],
    ['a promise on what an ERP keeps', run('odoo', reserve({ ...given, units: 3 }))],
    ['an order without a delivery lets go of what an ERP keeps', run('odoo', release({ ...given, units: 3 }))],
    ['an observed delivery', run('odoo', commit({ ...given, units: 3, observed: 7 }), 12)],
    ['an observed release', run('odoo', release({ ...given, units: 3, observed: 7 }), 12)],
    ['an observation', run('odoo', adjustTo({ key: 'k', cause: seen, quantity: 7 }), 12)],
    ['a sweep', run('odoo', reconcileTo({ key: 'k', cause: seen, quantity: 7 }), 12)],
  ])('allows: %s', (_name, allowed) => {
    expect(() => checkMaster(allowed)).not.toThrow();
  });

  it.each<[string, Run]>([
    ['a delta where an ERP decides', run('odoo', adjustBy({ ...given, by: 1 }), 12)],
    ['a commit by delta where an ERP decides', run('odoo', commit({ ...given, units: 1 }), 12)],
    ['a number that nobody observed', run('odoo', adjustTo({ ...given, quantity: 5 }))],
    ['an observed commit that does not say since when', run('odoo', commit({ ...given, units: 1, observed: 5 }))],
    ['an observation where the ledger decides', run('ledger', adjustTo({ key: 'k', cause: seen, quantity: 5 }))],
    ['an observed commit where the ledger decides', run('ledger', commit({ ...given, units: 1, observed: 5 }))],
    ['an observed release where the ledger decides', run('ledger', release({ ...given, units: 1, observed: 5 }))],
    ['a sweep over an ERP where the ledger decides', run('ledger', reconcileTo({ ...given, quantity: 5 }))],
    ['any observation where the ledger decides', run('ledger', adjustTo({ ...given, quantity: 5 }), 12)],
  ])('refuses: %s', (_name, refused) => {
    expect(() => checkMaster(refused)).toThrow(WrongMasterError);
  });
});
