import { type ErpStock, type ErpStockProblem, type ErpWarehouseStock } from '../../contract.js';
import { OdooBusyError } from '../errors.js';
import {
  type HoldingMoveRow,
  idOf,
  type ProductStockRow,
  quantityInProductUnit,
} from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';
import { type OwnMoves } from './own-moves.js';
import { matchSku } from './products.js';
import { type ByProduct, type Reservations } from './reservations.js';
import { type Warehouse, type WarehouseDirectory } from './warehouses.js';

export interface Observation {
  readonly stock: readonly ErpStock[];
  readonly problems: readonly ErpStockProblem[];
}

/** One reading: products as each warehouse has them, in the order of the warehouses, and our own lines. */
interface Moment {
  readonly products: readonly (readonly ProductStockRow[])[];
  readonly held: readonly HoldingMoveRow[];
}

const MAX_SKUS = 500;
const MAX_TRIES = 5;

/**
 * Reads stock so that free units and our own lines belong to one moment: ours, then free, then ours again;
 * repeats if ours differ.
 */
export class StockObserver {
  constructor(
    private readonly odoo: OdooService,
    private readonly warehouses: WarehouseDirectory,
    private readonly own: OwnMoves,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Every requested SKU is in one of the two lists, once.
   * @throws OdooBusyError when our own deliveries kept changing; otherwise as `OdooService.call`
   */
  async observe(skus: readonly string[], connection: OdooConnection): Promise<Observation> {
    const distinct = [...new Set(skus)];
    const stock: ErpStock[] = [];
    const problems: ErpStockProblem[] = [];
    for (let from = 0; from < distinct.length; from += MAX_SKUS) {
      const part = await this.observePart(distinct.slice(from, from + MAX_SKUS), connection);
      stock.push(...part.stock);
      problems.push(...part.problems);
    }
    return { stock, problems };
  }

  private async observePart(skus: readonly string[], connection: OdooConnection): Promise<Observation> {
    const warehouses = await this.warehouses.list(connection);
    const moment = await this.soundMoment(skus, warehouses, connection);
    const locations = moment.held.map((row) => idOf(row.location_id)).filter((id) => id !== null);
    const warehouseOf = await this.warehouses.ofLocations(locations, connection);
    const held = heldBy(moment.held, warehouseOf);
    const stock: ErpStock[] = [];
    const problems: ErpStockProblem[] = [];
    for (const sku of skus) {
      const seen = describe(sku, warehouses, moment.products, held);
      if ('problem' in seen) problems.push(seen);
      else stock.push(seen);
    }
    return { stock, problems };
  }

  /** A consistent reading without stale reservations, as far as Odoo can repair them. */
  private async soundMoment(
    skus: readonly string[],
    warehouses: readonly Warehouse[],
    connection: OdooConnection,
  ): Promise<Moment> {
    const moment = await this.steadyMoment(skus, warehouses, connection);
    const reserved = reservedIn(moment);
    const held = sumByProduct(moment.held.map((row) => [idOf(row.product_id) ?? 0, quantityInProductUnit(row)]));
    const unchecked = new Set(this.reservations.unchecked(skus, connection));
    const doubtful = (moment.products[0] ?? []).flatMap(({ id, default_code: sku }) => {
      const known = settle((reserved.get(id) ?? 0) - (held.get(id) ?? 0)) === 0;
      return known || sku === false || !unchecked.has(sku) ? [] : [[id, sku] as const];
    });
    const products = { skuOf: new Map(doubtful), warehouseIds: warehouses.map((warehouse) => warehouse.id) };
    const reread = async () => reservedIn(await this.steadyMoment(skus, warehouses, connection));
    const mended = await this.reservations.mend(reserved, products, reread, connection);
    return mended ? this.steadyMoment(skus, warehouses, connection) : moment;
  }

  private async steadyMoment(
    skus: readonly string[],
    warehouses: readonly Warehouse[],
    connection: OdooConnection,
  ): Promise<Moment> {
    let before = await this.own.holding(skus, connection);
    for (let tried = 0; tried < MAX_TRIES; tried++) {
      const products = await Promise.all(warehouses.map((warehouse) => this.read(skus, warehouse, connection)));
      const after = await this.own.holding(skus, connection);
      if (fingerprint(before) === fingerprint(after)) return { products, held: after };
      before = after;
    }
    throw new OdooBusyError('our own deliveries kept changing while the stock was read', 'stock.move.search_read');
  }

  private read(
    skus: readonly string[],
    warehouse: Warehouse,
    connection: OdooConnection,
  ): Promise<readonly ProductStockRow[]> {
    return this.odoo.searchRead<ProductStockRow>(
      connection,
      'product.product',
      [['default_code', 'in', skus]],
      ['default_code', 'is_storable', 'qty_available', 'free_qty'],
      { context: { warehouse_id: warehouse.id }, about: { productSkus: skus } },
    );
  }
}

/** All reserved units, by any transfer, over all warehouses. */
function reservedIn(moment: Moment): ByProduct {
  return sumByProduct(moment.products.flat().map((row) => [row.id, row.qty_available - row.free_qty]));
}

function sumByProduct(pairs: readonly (readonly [number, number])[]): ByProduct {
  const sums = new Map<number, number>();
  for (const [product, quantity] of pairs) sums.set(product, (sums.get(product) ?? 0) + quantity);
  return sums;
}

function describe(
  sku: string,
  warehouses: readonly Warehouse[],
  products: readonly (readonly ProductStockRow[])[],
  held: ReadonlyMap<string, number>,
): ErpStock | ErpStockProblem {
  const seen: ErpWarehouseStock[] = [];
  let productId = 0;
  for (const [index, warehouse] of warehouses.entries()) {
    const match = matchSku(sku, products[index] ?? []);
    if ('problem' in match) return { sku, ...match };
    productId = match.product.id;
    const onHand = settle(match.product.qty_available);
    const free = settle(match.product.free_qty);
    const heldByUs = settle(held.get(heldKey(productId, warehouse.id)) ?? 0);
    if (warehouse.counted !== null && ![onHand, free, heldByUs].every(Number.isInteger)) {
      const detail = `Odoo has parts of a unit of ${sku} in ${warehouse.code}: on hand ${onHand}, free ${free}, held by us ${heldByUs}`;
      return { sku, problem: 'fractional', detail };
    }
    seen.push({ code: warehouse.code, name: warehouse.name, warehouse: warehouse.counted, onHand, free, heldByUs });
  }
  return { sku, productRef: String(productId), warehouses: seen };
}

/**
 * The units that our lines reserve, by product and warehouse, in the products' own units. Lines from
 * outside every warehouse hold none.
 */
function heldBy(
  rows: readonly HoldingMoveRow[],
  warehouseOf: ReadonlyMap<number, number | null>,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const warehouse = warehouseOf.get(idOf(row.location_id) ?? 0) ?? null;
    const product = idOf(row.product_id);
    if (warehouse === null || product === null) continue;
    const key = heldKey(product, warehouse);
    sums.set(key, (sums.get(key) ?? 0) + quantityInProductUnit(row));
  }
  return sums;
}

const heldKey = (product: number, warehouse: number): string => `${product}@${warehouse}`;

/** Removes the rounding errors of binary fractions. */
const settle = (quantity: number): number => Math.round(quantity * 1e6) / 1e6;

function fingerprint(rows: readonly HoldingMoveRow[]): string {
  const parts = rows.map((row) => `${row.id}:${row.quantity}:${idOf(row.location_id)}`);
  return parts.sort().join(' ');
}
