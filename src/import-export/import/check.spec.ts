import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type StockState } from '../../commands/entry-masters.service.js';
import { type StockEntry } from '../../stock/schemas.js';
import { type RawLine } from '../read/raw-line.js';
import { FormCheck } from './check-form.js';
import { checkStockState } from './check-stock-state.js';
import { countLines, type ImportLine, type SoundLine } from './import.types.js';

const checked = (cells: RawLine['cells']): ImportLine =>
  new FormCheck('main', (code) => code === 'main' || code === 'store').check({ line: 2, cells });
const standing = (quantity: number, reserved = 0, master = 'ledger'): StockState => ({
  entry: { quantity, reserved, available: quantity - reserved, master } as StockEntry,
  master,
});
const unknown: StockState = { entry: undefined, master: 'ledger' };
const line = (mode: 'absolute' | 'delta', quantity: number): SoundLine => ({
  line: 2,
  sku: 'A',
  warehouse: 'main',
  mode,
  quantity,
});

describe('the form of a line', () => {
  it('has defaults, and accepts its words in any case', () => {
    expect(checked({ sku: 'A', quantity: '12' })).toEqual({
      line: 2,
      sku: 'A',
      warehouse: 'main',
      mode: 'absolute',
      quantity: 12,
    });
    expect(checked({ sku: 'A', quantity: '+3', mode: 'Delta', warehouse: 'store', reason: 'found' })).toEqual({
      line: 2,
      sku: 'A',
      warehouse: 'store',
      mode: 'delta',
      quantity: 3,
      reason: 'found',
    });
    expect(checked({ sku: 'A', quantity: -2 })).toMatchObject({ quantity: -2 });
  });

  it.each<[string, RawLine['cells'], string[]]>([
    ['nothing', {}, ['sku', 'quantity']],
    ['a text for a number', { sku: 'A', quantity: 'many' }, ['quantity']],
    ['a decimal comma', { sku: 'A', quantity: '1,5' }, ['quantity']],
    ['a decimal point', { sku: 'A', quantity: '1.0' }, ['quantity']],
    ['a broken number', { sku: 'A', quantity: 1.5 }, ['quantity']],
    ['more than there can be', { sku: 'A', quantity: '1000000001' }, ['quantity']],
    ['a difference of nothing', { sku: 'A', quantity: 0, mode: 'delta' }, ['quantity']],
    ['a number for a SKU', { sku: 12, quantity: 1 }, ['sku']],
    ['a long SKU', { sku: 'x'.repeat(101), quantity: 1 }, ['sku']],
    ['half a character', { sku: 'A\ud800', quantity: 1 }, ['sku']],
    ['a long reason', { sku: 'A', quantity: 1, reason: 'x'.repeat(201) }, ['reason']],
    ['several faults', { sku: 'A', quantity: 'x', mode: 'set', warehouse: 'moon' }, ['warehouse', 'quantity', 'mode']],
  ])('is wrong for %s', (_name, cells, fields) => {
    const { outcome, problems } = checked(cells);
    expect([outcome, problems?.map(({ field }) => field)]).toEqual(['wrong', fields]);
  });

  it('is wrong when an earlier line is of the same entry, and names that line', () => {
    const form = new FormCheck('main', () => true);
    const at = (line: number, warehouse?: string) =>
      form.check({ line, cells: { sku: 'A', quantity: 1, ...(warehouse && { warehouse }) } });
    expect([at(2), at(3, 'store')].map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
    expect(at(4, 'main')).toMatchObject({
      outcome: 'wrong',
      problems: [{ field: 'sku', expected: expect.stringContaining('line 2') }],
    });
  });
});

describe('the outcome of a line', () => {
  it.each<[string, SoundLine, StockState, object]>([
    ['begins what is new', line('absolute', 4), unknown, { outcome: 'created', before: 0, after: 4 }],
    ['begins with nothing, too', line('absolute', 0), unknown, { outcome: 'created', after: 0 }],
    ['sets what there is', line('absolute', 4), standing(9), { outcome: 'changed', before: 9, after: 4 }],
    ['may be less than what is promised', line('absolute', 4), standing(9, 8), { outcome: 'changed', after: 4 }],
    ['leaves what is so', line('absolute', 9), standing(9, 3), { outcome: 'unchanged', after: 9 }],
    ['leaves what is below zero', line('absolute', -2), standing(-2), { outcome: 'unchanged' }],
    ['adds', line('delta', 4), standing(9), { outcome: 'changed', before: 9, after: 13 }],
    ['takes what is available', line('delta', -6), standing(9, 3), { outcome: 'changed', after: 3 }],
    ['takes no more', line('delta', -7), standing(9, 3), { outcome: 'wrong', before: 9 }],
    ['takes nothing of what is oversold', line('delta', -1), standing(3, 9), { outcome: 'wrong' }],
    ['sets nothing below zero', line('absolute', -1), standing(3), { outcome: 'wrong' }],
    ['is no difference on what nobody has counted', line('delta', 1), unknown, { outcome: 'wrong' }],
    ['leaves to an ERP what it decides', line('absolute', 4), standing(9, 0, 'odoo'), { outcome: 'refused' }],
    [
      'leaves to an ERP what it would decide',
      line('absolute', 4),
      { entry: undefined, master: 'odoo' },
      { outcome: 'refused' },
    ],
    ['agrees with an ERP', line('absolute', 9), standing(9, 0, 'odoo'), { outcome: 'unchanged' }],
  ])('%s', (_name, given, found, expected) => {
    const result = checkStockState(given, found);
    expect(result).toMatchObject(expected);
    expect(result.problems === undefined).toBe(!['wrong', 'refused'].includes(result.outcome ?? ''));
  });

  it('is unchanged once an absolute line was applied', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: -5, max: 50 }), fc.nat(50), (quantity, before, reserved) => {
        const { after = Number.NaN, outcome } = checkStockState(line('absolute', quantity), standing(before, reserved));
        expect(['changed', 'unchanged']).toContain(outcome);
        expect(checkStockState(line('absolute', quantity), standing(after, reserved)).outcome).toBe('unchanged');
      }),
    );
  });

  it('is counted once', () => {
    const lines = [
      checked({}),
      checkStockState(line('absolute', 4), unknown),
      checkStockState(line('absolute', 9), standing(9)),
      line('delta', 1),
    ];
    expect(countLines(lines)).toEqual({ created: 1, changed: 0, unchanged: 1, refused: 0, wrong: 1, failed: 0 });
  });
});
