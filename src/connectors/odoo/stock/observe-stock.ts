import { pageThatFits } from '../../../common/http/page-that-fits.js';
import {
  type ErpStock,
  type ErpStockProblem,
  type ErpWarehouseStock,
  type TakenUnits,
  type UncountedNames,
} from '../../contract.js';
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
import { type TakenMove, type TakenMoves } from './taken-moves.js';
import { type Warehouse, type WarehouseDirectory } from './warehouses.js';

export interface Observation {
  readonly stock: readonly ErpStock[];
  readonly problems: readonly ErpStockProblem[];
}

/** Our own lines: those that hold stock, and those of uncounted transfers that have ended. */
interface OwnLines {
  readonly held: readonly HoldingMoveRow[];
  readonly taken: readonly TakenMove[];
}

/** One reading: products as each warehouse has them, in the order of the warehouses, and our own lines. */
interface Moment extends OwnLines {
  readonly products: readonly (readonly ProductStockRow[])[];
}

/** What is read: these SKUs, with what these transfers have taken. */
interface Asked {
  readonly skus: readonly string[];
  readonly uncounted: UncountedNames;
  readonly warehouses: readonly Warehouse[];
  readonly connection: OdooConnection;
}

/** Where very many deliveries are open, the lines of so many SKUs may be too large. */
const SKUS_AT_ONCE = [500, 50, 5, 1] as const;
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
    private readonly taken: TakenMoves,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Every requested SKU is in one of the two lists, once. `uncounted` is asked at the beginning and again after the free units were read: a
   * transfer that was named in between counts only if it has moved nothing yet, otherwise all is read again.
   * @throws OdooBusyError when our own deliveries kept changing; otherwise as `OdooService.call`
   */
  async observe(
    skus: readonly string[],
    connection: OdooConnection,
    uncounted: UncountedNames = async () => [],
  ): Promise<Observation> {
    const warehouses = await this.warehouses.list(connection);
    const distinct = [...new Set(skus)];
    const stock: ErpStock[] = [];
    const problems: ErpStockProblem[] = [];
    for (let from = 0; from < distinct.length;) {
      const part = await pageThatFits(SKUS_AT_ONCE, (size) =>
        this.observePart({ skus: distinct.slice(from, from + size), uncounted, warehouses, connection }),
      );
      stock.push(...part.stock);
      problems.push(...part.problems);
      from += part.stock.length + part.problems.length;
    }
    return { stock, problems };
  }

  private async observePart(asked: Asked): Promise<Observation> {
    const { skus, warehouses, connection } = asked;
    const moment = await this.soundMoment(asked);
    const locations = [
      ...moment.held.map((row) => row.location_id),
      ...moment.taken.flatMap(({ row }) => [row.location_id, row.location_dest_id]),
    ];
    const warehouseOf = await this.warehouses.ofLocations(
      locations.map(idOf).filter((id) => id !== null),
      connection,
    );
    const held = heldBy(moment.held, warehouseOf);
    const taken = takenFrom(moment.taken, warehouseOf);
    const stock: ErpStock[] = [];
    const problems: ErpStockProblem[] = [];
    for (const sku of skus) {
      const seen = describe(sku, warehouses, moment.products, { held, taken });
      if ('problem' in seen) problems.push(seen);
      else stock.push(seen);
    }
    return { stock, problems };
  }

  /** A consistent reading without stale reservations, as far as Odoo can repair them. */
  private async soundMoment(asked: Asked): Promise<Moment> {
    const { skus, warehouses, connection } = asked;
    const moment = await this.steadyMoment(asked);
    const reserved = reservedIn(moment);
    const held = sumByProduct(moment.held.map((row) => [idOf(row.product_id) ?? 0, quantityInProductUnit(row)]));
    const unchecked = new Set(this.reservations.unchecked(skus, connection));
    const doubtful = (moment.products[0] ?? []).flatMap(({ id, default_code: sku }) => {
      const known = settle((reserved.get(id) ?? 0) - (held.get(id) ?? 0)) === 0;
      return known || sku === false || !unchecked.has(sku) ? [] : [[id, sku] as const];
    });
    const products = { skuOf: new Map(doubtful), warehouseIds: warehouses.map((warehouse) => warehouse.id) };
    const reread = async () => reservedIn(await this.steadyMoment(asked));
    const mended = await this.reservations.mend(reserved, products, reread, connection);
    return mended ? this.steadyMoment(asked) : moment;
  }

  private async steadyMoment(asked: Asked): Promise<Moment> {
    const { skus, warehouses, connection } = asked;
    let before = await this.ours(asked);
    for (let tried = 0; tried < MAX_TRIES; tried++) {
      const products = await Promise.all(warehouses.map((warehouse) => this.read(skus, warehouse, connection)));
      const after = await this.ours(asked);
      if (fingerprint(before) === fingerprint(after)) return { products, ...after };
      before = after;
    }
    throw new OdooBusyError('our own deliveries kept changing while the stock was read', 'stock.move.search_read');
  }

  /** One after the other: a delivery that is booked in between is seen twice rather than not at all. */
  private async ours({ skus, uncounted, connection }: Asked): Promise<OwnLines> {
    const names = await uncounted(skus);
    const held = await this.own.holding(skus, connection);
    return { held, taken: await this.taken.of(names, skus, connection) };
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
  ours: { readonly held: ReadonlyMap<string, number>; readonly taken: ReadonlyMap<string, readonly TakenUnits[]> },
): ErpStock | ErpStockProblem {
  const seen: ErpWarehouseStock[] = [];
  let productId = 0;
  for (const [index, warehouse] of warehouses.entries()) {
    const match = matchSku(sku, products[index] ?? []);
    if ('problem' in match) return { sku, ...match };
    productId = match.product.id;
    const onHand = settle(match.product.qty_available);
    const free = settle(match.product.free_qty);
    const heldByUs = settle(ours.held.get(placeKey(productId, warehouse.id)) ?? 0);
    const taken = ours.taken.get(placeKey(productId, warehouse.id)) ?? [];
    const { code, name, counted: feeds } = warehouse;
    seen.push({ code, name, warehouse: feeds, onHand, free, heldByUs, taken });
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
    const key = placeKey(product, warehouse);
    sums.set(key, (sums.get(key) ?? 0) + quantityInProductUnit(row));
  }
  return sums;
}

/**
 * What each transfer took out of a warehouse less what came back, by product and warehouse. Lines within a warehouse take nothing from it.
 */
function takenFrom(
  moves: readonly TakenMove[],
  warehouseOf: ReadonlyMap<number, number | null>,
): ReadonlyMap<string, readonly TakenUnits[]> {
  const sums = new Map<string, Map<string, number>>();
  for (const { row, transfer } of moves) {
    const product = idOf(row.product_id);
    const from = warehouseOf.get(idOf(row.location_id) ?? 0) ?? null;
    const to = warehouseOf.get(idOf(row.location_dest_id) ?? 0) ?? null;
    if (product === null || from === to || row.state !== 'done') continue;
    const add = (warehouse: number | null, units: number) => {
      if (warehouse === null) return;
      const ofPlace = sums.get(placeKey(product, warehouse)) ?? new Map<string, number>();
      sums.set(placeKey(product, warehouse), ofPlace.set(transfer, (ofPlace.get(transfer) ?? 0) + units));
    };
    add(from, quantityInProductUnit(row));
    add(to, -quantityInProductUnit(row));
  }
  return new Map(
    [...sums].map(([place, ofPlace]) => [
      place,
      [...ofPlace].map(([transfer, units]) => ({ transfer, units: settle(units) })),
    ]),
  );
}

const placeKey = (product: number, warehouse: number): string => `${product}@${warehouse}`;

/** Removes the rounding errors of binary fractions. */
const settle = (quantity: number): number => Math.round(quantity * 1e6) / 1e6;

function fingerprint({ held, taken }: OwnLines): string {
  const parts = [
    ...held.map((row) => `${row.id}:${row.quantity}:${idOf(row.location_id)}`),
    ...taken.map(({ row }) => `${row.state} ${row.id}:${row.quantity}`),
  ];
  return parts.sort().join(' ');
}
