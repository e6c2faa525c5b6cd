import { type Env } from '../env.js';
import { type PickingTypeRow, type WarehouseRow } from '../rows.js';
import { type Behaviour, textOr } from './method.js';

/** Ids for a warehouse and its parts, to match those of a fresh database. */
export interface WarehouseIds {
  warehouse: number;
  view: number;
  stock: number;
  receipts: number;
  deliveries: number;
  internal: number;
}

function place(env: Env, usage: string): number {
  return env.store.all('stock.location').find((location) => location.usage === usage)?.id ?? 0;
}

/** A warehouse with its locations and its three operation types, each in one step. */
export function createWarehouse(env: Env, name: string, code: string, ids?: WarehouseIds): WarehouseRow {
  const { store } = env;
  const common = { active: true, company_id: 1 };
  const view = store.insert(
    'stock.location',
    { ...common, name: code, complete_name: code, usage: 'view', location_id: false },
    ids?.view,
  );
  const stock = store.insert(
    'stock.location',
    { ...common, name: 'Stock', complete_name: `${code}/Stock`, usage: 'internal', location_id: view.id },
    ids?.stock,
  );
  const warehouse = store.insert(
    'stock.warehouse',
    {
      ...common,
      name,
      code,
      view_location_id: view.id,
      lot_stock_id: stock.id,
      in_type_id: false,
      out_type_id: false,
      int_type_id: false,
    },
    ids?.warehouse,
  );
  const type = (label: string, kind: string, prefix: string, from: number, to: number, id?: number): PickingTypeRow =>
    store.insert(
      'stock.picking.type',
      {
        ...common,
        name: label,
        code: kind,
        sequence_code: prefix,
        warehouse_id: warehouse.id,
        default_location_src_id: from,
        default_location_dest_id: to,
        reservation_method: 'at_confirm',
        create_backorder: 'ask',
        return_picking_type_id: false,
      },
      id,
    );
  const receipts = type('Receipts', 'incoming', 'IN', place(env, 'supplier'), stock.id, ids?.receipts);
  const deliveries = type('Delivery Orders', 'outgoing', 'OUT', stock.id, place(env, 'customer'), ids?.deliveries);
  const internal = type('Internal Transfers', 'internal', 'INT', stock.id, stock.id, ids?.internal);
  store.update('stock.picking.type', receipts.id, { return_picking_type_id: deliveries.id });
  store.update('stock.picking.type', deliveries.id, { return_picking_type_id: receipts.id });
  return store.update('stock.warehouse', warehouse.id, {
    in_type_id: receipts.id,
    out_type_id: deliveries.id,
    int_type_id: internal.id,
  });
}

export const warehouseBehaviour: Behaviour = {
  create: (env, values) =>
    createWarehouse(env, textOr(values.name, 'Warehouse'), textOr(values.code, 'WH').slice(0, 5)),
};
