import { isObject, type OdooArguments } from './transport.js';

/** The names of values that may be logged: ids, names, quantities, states, SKUs. All others are left out. */
const ALLOWED = new Set([
  'id',
  'name',
  'origin',
  'state',
  'code',
  'default_code',
  'product_id',
  'location_id',
  'warehouse_id',
  'picking_id',
  'picking_type_id',
  'backorder_id',
  'quantity',
  'product_qty',
  'product_uom_qty',
  'qty_available',
  'free_qty',
  'picked',
  'move_ids',
  'res_model',
]);
const MOST = 20;

/** The logged part of a call. Search conditions are our own SKUs, ids and names; context and the rest are left out. */
export function requestDigest(model: string, method: string, args: OdooArguments): Record<string, unknown> {
  return {
    model,
    call: method,
    ...(args.ids && { ids: few(args.ids) }),
    ...(args.domain !== undefined && { domain: shorten(args.domain) }),
    ...(args.vals_list !== undefined && { values: allowed(args.vals_list) }),
    ...(args.vals !== undefined && { values: allowed(args.vals) }),
  };
}

/** The logged part of an answer. */
export function responseDigest(result: unknown): Record<string, unknown> {
  if (!Array.isArray(result)) return { result: isObject(result) ? allowed(result) : result };
  return { count: result.length, result: allowed(result) };
}

function allowed(value: unknown): unknown {
  if (Array.isArray(value)) return few(value.map(allowed));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => ALLOWED.has(name))
      .map(([name, inner]) => [name, allowed(inner)]),
  );
}

function shorten(value: unknown): unknown {
  return Array.isArray(value) ? few(value.map(shorten)) : value;
}

function few(values: readonly unknown[]): unknown[] {
  return values.length <= MOST ? [...values] : [...values.slice(0, MOST), `and ${values.length - MOST} more`];
}
