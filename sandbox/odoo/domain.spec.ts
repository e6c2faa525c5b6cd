import { defaultSettings } from '../settings.js';
import { type Env } from './env.js';
import { OdooError } from './errors.js';
import { seedDatabase, seedDefinitions } from './seed.js';
import { search } from './search.js';
import { Store } from './store.js';
import { createRecord } from './models/generic.js';

function freshEnv(): Env {
  const env: Env = { store: new Store(), context: {}, settings: { ...defaultSettings().odoo, warehouses: 2 } };
  seedDefinitions(env);
  seedDatabase(env);
  const delivery = (name: string, origin: string | false, product: number, quantity: number): void => {
    createRecord(env, 'stock.picking', {
      name,
      origin,
      picking_type_id: 2,
      move_ids: [[0, 0, { product_id: product, product_uom_qty: quantity }]],
    });
  };
  delivery('SHOP/falabella/1/1', 'SHOP/1', 1, 2);
  delivery('SHOP/falabella/2/1', 'SHOP/2', 2, 5);
  delivery('other', false, 1, 9);
  return env;
}

describe('a search domain', () => {
  const env = freshEnv();
  const moves = (domain: unknown, order = 'id'): number[] =>
    search(env, 'stock.move', domain, { order }).map((row) => row.id);

  it.each<[string, unknown, number[]]>([
    ['equal', [['product_id', '=', 1]], [1, 3]],
    [
      'a list of conditions as all of them',
      [
        ['product_id', '=', 1],
        ['product_uom_qty', '>', 5],
      ],
      [3],
    ],
    ['prefix or', ['|', ['product_id', '=', 2], ['product_uom_qty', '=', 9]], [2, 3]],
    ['prefix not before and', ['!', '&', ['product_id', '=', 1], ['product_uom_qty', '<', 5]], [2, 3]],
    [
      'nested prefixes',
      ['|', '&', ['product_id', '=', 1], ['product_uom_qty', '<=', 2], ['product_id', '=', 2]],
      [1, 2],
    ],
    ['in', [['product_uom_qty', 'in', [2, 9]]], [1, 3]],
    ['not in', [['state', 'not in', ['done', 'cancel']]], [1, 2, 3]],
    ['a dotted path', [['picking_id.origin', '=', 'SHOP/2']], [2]],
    ['a dotted path with a pattern', [['picking_id.name', '=like', 'SHOP/%']], [1, 2]],
    ['a pattern that is anchored', [['picking_id.name', '=like', 'HOP/%']], []],
    ['an underscore taken literally after a backslash', [['picking_id.name', '=like', 'SHOP\\_%']], []],
    ['like anywhere in the text', [['picking_id.name', 'like', 'alabella/1']], [1]],
    ['like with its case', [['picking_id.name', 'like', 'shop']], []],
    ['ilike without its case', [['picking_id.name', 'ilike', 'shop']], [1, 2]],
    ['=ilike', [['picking_id.name', '=ilike', 'OTHER']], [3]],
    ['unequal on a path', [['picking_id.name', '!=', 'other']], [1, 2]],
    ['empty text as false', [['picking_id.origin', '=', false]], [3]],
    ['usage of a location', [['location_id.usage', '=', 'internal']], [1, 2, 3]],
    ['child_of a view location', [['location_id', 'child_of', 4]], [1, 2, 3]],
    ['child_of another warehouse', [['location_id', 'child_of', 12]], []],
    ['a relation by its name', [['picking_id', '=', 'other']], [3]],
    ['the always true and never true leaves', ['|', [0, '=', 1], [1, '=', 1]], [1, 2, 3]],
    ['the empty domain', [], [1, 2, 3]],
    ['any', [['picking_id', 'any', [['name', '=', 'other']]]], [3]],
  ])('understands %s', (_what, domain, expected) => {
    expect(moves(domain)).toEqual(expected);
  });

  it('orders by several fields and directions', () => {
    expect(moves([], 'product_id desc, product_uom_qty desc')).toEqual([2, 3, 1]);
  });

  it('leaves archived products out unless they are requested', () => {
    env.store.update('product.product', 5, { active: false });
    const count = (domain: unknown, context = {}): number =>
      search({ ...env, context }, 'product.product', domain).length;
    expect(count([['id', '=', 5]])).toBe(0);
    expect(
      count([
        ['id', '=', 5],
        ['active', '=', false],
      ]),
    ).toBe(1);
    expect(count([['id', '=', 5]], { active_test: false })).toBe(1);
  });

  it.each<[string, unknown]>([
    ['an unknown field', [['name', '=', 'x']]],
    ['an unknown field on a path', [['picking_id.foo', '=', 'x']]],
    ['an unknown operator', [['state', '~', 'x']]],
    ['a missing part', ['|', ['id', '=', 1]]],
    ['something that is no condition', ['x']],
  ])('refuses %s as a value error', (_what, domain) => {
    expect(() => moves(domain)).toThrow(OdooError);
    try {
      moves(domain);
    } catch (error) {
      expect(error).toMatchObject({ status: 500, pythonName: 'builtins.ValueError' });
    }
  });

  it('finds the same rows with an index as without one', () => {
    const indexed = moves([
      ['picking_id.name', '=', 'SHOP/falabella/1/1'],
      ['state', '!=', 'cancel'],
    ]);
    const scanned = moves(['|', [0, '=', 1], ['picking_id.name', '=', 'SHOP/falabella/1/1']]);
    expect(indexed).toEqual(scanned);
  });
});
