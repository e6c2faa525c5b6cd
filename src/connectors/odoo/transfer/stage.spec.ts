import { type ErpTransfer } from '../../contract.js';
import { type MoveRow, type MoveState } from '../interfaces/odoo.interface.js';
import { agree, demanded, missing, shortOf, stageOf, wanted } from './stage.js';

const move = (state: MoveState, more: Partial<MoveRow> = {}): MoveRow => ({
  id: 1,
  product_id: [7, 'Mug'],
  product_qty: 3,
  product_uom_qty: 3,
  quantity: 3,
  state,
  picking_id: [1, 'shop/1'],
  ...more,
});

const transfer = (...lines: ErpTransfer['lines'][number][]): ErpTransfer => ({
  name: 'shop/1',
  origin: '1',
  direction: 'out',
  warehouse: 'main',
  lines,
  ifShort: 'wait',
});

const SKUS = new Map([
  [7, 'MUG'],
  [8, 'CUP'],
]);

it.each<[string, readonly MoveState[]]>([
  ['empty', []],
  ['draft', ['draft', 'assigned']],
  ['ready', ['assigned', 'assigned']],
  ['ready', ['assigned', 'done', 'cancel']],
  ['short', ['assigned', 'partially_available']],
  ['short', ['confirmed', 'done']],
  ['short', ['waiting']],
  ['done', ['done', 'cancel']],
  ['cancelled', ['cancel', 'cancel']],
])('a transfer is %s with lines that are %j', (stage, states) => {
  expect(stageOf(states.map((state) => move(state)))).toBe(stage);
});

it('matches a transfer of the same products and quantities, however they are split over lines', () => {
  const asked = wanted(transfer({ sku: 'MUG', quantity: 2 }, { sku: 'MUG', quantity: 1 }));
  expect(agree(demanded([move('done')], SKUS), asked)).toBe(true);
  expect(agree(demanded([move('done', { product_qty: 2 }), move('draft', { product_qty: 1 })], SKUS), asked)).toBe(
    true,
  );
  expect(agree(demanded([move('done', { product_qty: 2 })], SKUS), asked)).toBe(false);
  expect(agree(demanded([move('done'), move('done', { product_id: [8, 'Cup'] })], SKUS), asked)).toBe(false);
  expect(agree(demanded([move('done', { product_id: [9, 'No code'] })], SKUS), asked)).toBe(false);
  expect(agree(demanded([], SKUS), asked)).toBe(false);
});

it('names the omitted quantities, in the unit of the product', () => {
  const asked = transfer({ sku: 'MUG', quantity: 24 }, { sku: 'CUP', quantity: 1 });
  const dozens = move('done', { product_qty: 24, product_uom_qty: 2, quantity: 1 });
  expect(missing([dozens, move('cancel', { product_id: [8, 'Cup'] })], asked, SKUS)).toEqual(['12 of MUG', '1 of CUP']);
});

it('names the SKUs that are not in stock', () => {
  const half = move('partially_available', { quantity: 1 });
  expect(shortOf([half, move('assigned', { product_id: [8, 'Cup'] })], SKUS)).toBe('MUG: 1 of 3 in stock');
});
