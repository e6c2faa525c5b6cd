import { describe, expect, it } from '@jest/globals';
import { type Hold } from '../../orders/order.types.js';
import { chooseItems, type Choice } from './choose-items.js';

const hold = (lineId: string, sku: string, warehouse: string, ended: Hold['ended']): Hold => ({
  key: 'k',
  lineId,
  sku,
  warehouse,
  master: 'ledger',
  units: 2,
  rev: 1,
  ended,
});
const order = {
  holds: [
    hold('1', 'A', 'main', 'committed'),
    hold('1', 'A', 'store', 'committed'),
    hold('2', 'A', 'main', 'committed'),
    hold('3', 'B', 'store', 'released'),
  ],
};
const outstanding = [
  { lineId: '1', sku: 'A', units: 3 },
  { lineId: '2', sku: 'A', units: 2 },
  { lineId: '3', sku: 'B', units: 1 },
];
const choose = (choice: Choice) =>
  chooseItems(order, outstanding, choice).map(({ lineId, units, warehouse }) => [lineId, units, warehouse]);

describe('the returned units of a request', () => {
  it('are all outstanding ones by default, and go back to where they were last taken from', () => {
    expect(choose({})).toEqual([
      ['1', 3, 'store'],
      ['2', 2, 'main'],
      ['3', 1, 'store'],
    ]);
  });

  it('are those of a SKU, in the given number, line by line, and go to the given warehouse', () => {
    expect(choose({ sku: 'A' })).toHaveLength(2);
    expect(choose({ sku: 'A', units: 4, warehouse: 'yard' })).toEqual([
      ['1', 3, 'yard'],
      ['2', 1, 'yard'],
    ]);
    expect(choose({ sku: 'B', units: 1 })).toEqual([['3', 1, 'store']]);
  });

  it('are refused when fewer are outstanding, or the SKU is missing', () => {
    for (const choice of [{ sku: 'A', units: 6 }, { sku: 'C' }, { sku: 'C', units: 1 }])
      expect(() => choose(choice)).toThrow(/not sold any more/);
    expect(() => choose({ units: 1 })).toThrow(/sku/);
    expect(() => chooseItems(order, [], {})).toThrow(/^0 delivered units/);
  });
});
