import { roundQuantity, type Env } from './env.js';
import { countedLocations, warehouseOf } from './locations.js';
import {
  type LocationRow,
  type MoveLineRow,
  type MoveRow,
  type PickingRow,
  type PickingTypeRow,
  type ProductRow,
  type QuantRow,
  type Ref,
} from './rows.js';

const openStates = ['waiting', 'confirmed', 'partially_available', 'assigned'];

function sum(values: number[]): number {
  return roundQuantity(values.reduce((total, value) => total + value, 0));
}

function countedQuants(env: Env, product: ProductRow): QuantRow[] {
  if (!product.is_storable) return [];
  const counted = countedLocations(env);
  return env.store.by('stock.quant', 'product_id', product.id).filter((quant) => counted(quant.location_id));
}

function openMoves(env: Env, product: ProductRow, inward: boolean): number {
  const counted = countedLocations(env);
  return sum(
    env.store
      .by('stock.move', 'product_id', product.id)
      .filter(
        (move) =>
          openStates.includes(move.state) &&
          counted(move.location_id) !== inward &&
          counted(move.location_dest_id) === inward,
      )
      .map((move) => move.product_uom_qty),
  );
}

function locationName(env: Env, id: Ref): string {
  return env.store.get('stock.location', id)?.complete_name ?? '';
}

function reference(env: Env, move: MoveRow | undefined): string | false {
  if (!move) return false;
  return (
    env.store.get('stock.picking', move.picking_id)?.name ??
    (move.inventory_name !== false ? move.inventory_name : 'Product Quantity Updated (Administrator)')
  );
}

function productName(_env: Env, product: ProductRow): string {
  return product.default_code === false ? product.name : `[${product.default_code}] ${product.name}`;
}

function onHand(env: Env, product: ProductRow): number {
  return sum(countedQuants(env, product).map((quant) => quant.quantity));
}

function nameOfProduct(env: Env, id: Ref): string {
  const product = env.store.get('product.product', id);
  return product ? productName(env, product) : '';
}

/** Fields that are computed at each read, and the display names of records. */
export const computed = {
  productName,
  onHand,
  free: (env: Env, product: ProductRow): number =>
    sum(countedQuants(env, product).map((quant) => quant.quantity - quant.reserved_quantity)),
  forecast: (env: Env, product: ProductRow): number =>
    roundQuantity(onHand(env, product) + openMoves(env, product, true) - openMoves(env, product, false)),
  incoming: (env: Env, product: ProductRow): number => openMoves(env, product, true),
  outgoing: (env: Env, product: ProductRow): number => openMoves(env, product, false),
  warehouseOfLocation: (env: Env, location: LocationRow): Ref => warehouseOf(env, location.id)?.id ?? false,
  warehouseOfQuant: (env: Env, quant: QuantRow): Ref => warehouseOf(env, quant.location_id)?.id ?? false,
  availableInQuant: (_env: Env, quant: QuantRow): number => roundQuantity(quant.quantity - quant.reserved_quantity),
  quantName: (env: Env, quant: QuantRow): string => locationName(env, quant.location_id),
  typeName: (env: Env, type: PickingTypeRow): string => {
    const warehouse = env.store.get('stock.warehouse', type.warehouse_id);
    return warehouse ? `${warehouse.name}: ${type.name}` : type.name;
  },
  referenceOfMove: (env: Env, move: MoveRow): string | false => reference(env, move),
  referenceOfLine: (env: Env, line: MoveLineRow): string | false =>
    reference(env, env.store.get('stock.move', line.move_id)),
  moveName: (env: Env, move: MoveRow): string =>
    `${reference(env, move) || ''}/${nameOfProduct(env, move.product_id)}: ${locationName(env, move.location_id)} > ${locationName(env, move.location_dest_id)}`,
  sourceUsage: (env: Env, move: MoveRow): string | false =>
    env.store.get('stock.location', move.location_id)?.usage ?? false,
  destinationUsage: (env: Env, move: MoveRow): string | false =>
    env.store.get('stock.location', move.location_dest_id)?.usage ?? false,
  uomOfMove: (env: Env, move: MoveRow): Ref => env.store.get('product.product', move.product_id)?.uom_id ?? false,
  productOfLine: (env: Env, line: MoveLineRow): string => nameOfProduct(env, line.product_id),
  firstProduct: (env: Env, picking: PickingRow): Ref =>
    env.store.by('stock.move', 'picking_id', picking.id)[0]?.product_id ?? false,
  codeOfPicking: (env: Env, picking: PickingRow): string | false =>
    env.store.get('stock.picking.type', picking.picking_type_id)?.code ?? false,
};
