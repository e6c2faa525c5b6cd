import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apply } from '../apply.js';
import { entryId, movementId } from '../entry-id.js';
import { LEDGER, type Cause, type Command } from '../ledger.types.js';
import { commit, release } from '../operations/ends.js';
import { adjustBy, adjustTo } from '../operations/quantities.js';
import { reserve } from '../operations/reserve.js';
import { ChainCheck, type AuditedMovement } from './chain-check.js';
import { type Finding } from './finding.js';

const cause: Cause = { type: 'order', connection: 'shop', orderId: '1' };
const ENTRY = entryId('A', 'main');

/** The chain that the ledger makes of these commands. */
function chainOf(commands: readonly Command[], master = LEDGER): AuditedMovement[] {
  let balance = { seq: 0, quantity: 0, reserved: 0 };
  return commands.map((command) => {
    const { balance: after, ...deltas } = apply(balance, command, 'A');
    balance = after;
    const id = movementId(ENTRY, after.seq);
    const { kind, key } = command;
    return {
      _id: id,
      entry: ENTRY,
      sku: 'A',
      warehouse: 'main',
      ...after,
      ...deltas,
      kind,
      key,
      master,
      at: new Date(0),
    };
  });
}

function findingsIn(chain: readonly AuditedMovement[]) {
  const findings: Finding[] = [];
  const suspects: string[] = [];
  const check = new ChainCheck(
    ENTRY,
    (finding) => findings.push(finding),
    ({ key }) => suspects.push(key),
  );
  for (const movement of chain) check.take(movement);
  return { kinds: findings.map(({ kind, seq }) => `${kind} ${seq}`), suspects, end: check.end() };
}

const SOUND: readonly Command[] = [
  adjustTo({ key: 'start', cause, quantity: 10 }),
  reserve({ key: 'o/1', cause, units: 3 }),
  reserve({ key: 'o/2', cause, units: 2, guarded: true }),
  commit({ key: 'o/1/end', cause, units: 3 }),
  release({ key: 'o/2/end', cause, units: 2 }),
  reserve({ key: 'o/3', cause, units: 0 }),
  adjustBy({ key: 'count', cause, by: -1 }),
];

describe('a recomputed chain', () => {
  it('is correct when the ledger made it', () => {
    const { kinds, suspects, end } = findingsIn(chainOf(SOUND));
    expect([kinds, suspects]).toEqual([[], []]);
    expect(end).toMatchObject({ seq: 7, quantity: 6, reserved: 0 });
  });

  it('is correct after any commands to the ledger', () => {
    const units = fc.integer({ min: 0, max: 9 });
    const step = fc.record({ units, what: fc.constantFrom('reserve', 'commit', 'release', 'to', 'by') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const open: { key: string; units: number }[] = [];
        const commands = steps.flatMap(({ units: n, what }, i): Command[] => {
          const key = `k${i}`;
          if (what === 'to') return [adjustTo({ key, cause, quantity: n })];
          if (what === 'by') return [adjustBy({ key, cause, by: n - 4 })];
          const held = what === 'reserve' ? undefined : open.shift();
          if (held)
            return [(what === 'commit' ? commit : release)({ key: `${held.key}/end`, cause, units: held.units })];
          open.push({ key, units: n });
          return [reserve({ key, cause, units: n })];
        });
        expect(findingsIn(chainOf(commands)).kinds).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  const changed = (seq: number, change: Partial<AuditedMovement>) =>
    chainOf(SOUND).map((movement) => (movement.seq === seq ? { ...movement, ...change } : movement));

  it.each<[string, AuditedMovement[], string[]]>([
    ['a missing seq', chainOf(SOUND).filter(({ seq }) => seq !== 3), ['gap 4']],
    ['a seq that comes twice', [...chainOf(SOUND).slice(0, 2), ...chainOf(SOUND).slice(1)], ['fork 2']],
    ['a missing beginning', chainOf(SOUND).slice(1), ['gap 2']],
    ['balances that do not follow', changed(7, { quantity: 99 }), ['balance 7']],
    ['a reserve that moves the quantity', changed(2, { quantityDelta: -3, quantity: 7 }), ['rule 2', 'balance 3']],
    [
      'a commit by half',
      changed(4, { reservedDelta: -2, reserved: 3 }),
      ['rule 4', 'end_without_reserve 4', 'balance 5'],
    ],
    ['an adjustment of what is promised', changed(7, { reservedDelta: 1, reserved: 1 }), ['rule 7']],
    ['a kind that there is not', changed(7, { kind: 'gift' as 'adjust' }), ['rule 7']],
    ['broken units', changed(7, { quantityDelta: -0.5, quantity: 6.5 }), ['rule 7']],
    ['an end whose reserve is another', changed(4, { key: 'o/9/end' }), ['end_without_reserve 4']],
    ['an end without any reserve', changed(5, { key: 'end' }), ['end_without_reserve 5']],
    ['an observed commit where the ledger is the master', changed(4, { observed: true }), ['master 4']],
    ['a commit by delta where an ERP is the master', changed(4, { master: 'odoo' }), ['master 4']],
    ['a movement under the id of another', changed(6, { sku: 'B' }), ['identity 6']],
  ])('shows %s', (_name, chain, kinds) => {
    expect(findingsIn(chain).kinds).toEqual(kinds);
  });

  it('reports a key that occurs twice', () => {
    expect(findingsIn(changed(7, { key: 'start' })).suspects).toEqual(['start']);
  });
});
