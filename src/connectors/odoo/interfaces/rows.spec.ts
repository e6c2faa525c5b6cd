import { OdooUnavailableError } from '../errors.js';
import { idsOf, rowsOf } from './rows.js';

const of = (row: unknown, ...fields: Parameters<typeof rowsOf<Record<string, unknown>>>[1]) =>
  rowsOf([row], fields, 'a.read');

describe('rows of Odoo', () => {
  it.each([
    [{ id: 1, default_code: false, is_storable: true }, ['id', 'default_code', 'is_storable']],
    [{ free_qty: -2.5, qty_available: 0 }, ['free_qty', 'qty_available']],
    [{ picking_id: [7, 'WH/OUT/1'], move_orig_ids: [] }, ['picking_id', 'move_orig_ids']],
    [{ location_id: [7, false], backorder_id: false }, ['location_id', 'backorder_id']],
    [{ product_id: [1, 'A'], 'quantity_product_uom:sum': false }, ['product_id', 'quantity_product_uom:sum']],
  ] as const)('are taken: %j', (row, fields) => expect(of(row, ...fields)).toEqual([row]));

  it.each([
    ['an amount as text', { free_qty: '5' }, 'free_qty'],
    ['no field', {}, 'free_qty'],
    ['an id that is none', { id: 1.5 }, 'id'],
    ['a transfer without a name', { picking_id: [7, false] }, 'picking_id'],
    ['a relation that is an id', { location_id: 7 }, 'location_id'],
    ['a list with something else', { move_orig_ids: [1, null] }, 'move_orig_ids'],
    ['no row', null, 'id'],
  ] as const)('are refused: %s', (_what, row, field) => expect(() => of(row, field)).toThrow(OdooUnavailableError));

  it('are a list', () => {
    for (const answer of [null, {}, 'rows', 1]) {
      expect(() => rowsOf(answer, [], 'a.read')).toThrow(OdooUnavailableError);
      expect(() => idsOf(answer, 'a.create')).toThrow(OdooUnavailableError);
    }
  });
});
