import {
  type HoldingMoveRow,
  type Many2one,
  type MoveState,
  type ProductStockRow,
} from '../../../../src/connectors/odoo/interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../../../../src/connectors/odoo/odoo.service.js';
import { type Observation, StockObserver } from '../../../../src/connectors/odoo/stock/observe-stock.js';
import { type OwnMoves } from '../../../../src/connectors/odoo/stock/own-moves.js';
import { type Reservations } from '../../../../src/connectors/odoo/stock/reservations.js';
import { type TakenMove, type TakenMoves } from '../../../../src/connectors/odoo/stock/taken-moves.js';
import { type UncountedNames } from '../../../../src/connectors/contract.js';
import { type WarehouseDirectory } from '../../../../src/connectors/odoo/stock/warehouses.js';
import { type Timeline } from '../time/timeline.js';
import { type ErpWorld } from './erp-world.js';

/** What was seen of a SKU in a warehouse. `base`: the part that only other people can have changed. */
export interface SeenStock {
  /** Free, or held by us. */
  readonly sellable: number;
  readonly base: number;
  /** The units that our own deliveries had taken. */
  readonly takenByUs: number;
  /** The units that the deliveries of an order had taken, by the prefix of their names. */
  readonly takenFor: (orderPrefix: string) => number;
}

/**
 * One observation of the ERP in memory by the real reader of Odoo's stock. Each of its queries to Odoo is
 * a call of its own. Warehouses and their locations have the same numbers here.
 */
export class ErpObservation {
  /** Each location when its free units were last read. */
  private readonly moments = new Map<string, Omit<SeenStock, 'sellable'>>();
  private readonly observer: StockObserver;

  constructor(
    private readonly world: ErpWorld,
    private readonly timeline: Timeline,
    private readonly warehouses: readonly string[],
  ) {
    const odoo: Pick<OdooService, 'searchRead'> = {
      searchRead: async (_connection, _model, domain, _fields, more) => {
        const [[, , skus]] = domain as [[string, string, readonly string[]]];
        const rows: unknown = await this.read(skus, Number(more?.context?.warehouse_id));
        return rows as never;
      },
    };
    const directory: Pick<WarehouseDirectory, 'list' | 'ofLocations'> = {
      list: async () => warehouses.map((code, id) => ({ id, code, name: code, counted: code, out: null, in: null })),
      ofLocations: async (ids) => new Map(ids.map((id) => [id, id === OUTSIDE ? null : id])),
    };
    const own: Pick<OwnMoves, 'holding'> = { holding: (skus) => this.holding(skus) };
    const taken: Pick<TakenMoves, 'of'> = { of: (names, skus) => this.taken(names, skus) };
    const reservations: Pick<Reservations, 'unchecked' | 'mend'> = { unchecked: () => [], mend: async () => false };
    this.observer = new StockObserver(
      odoo as OdooService,
      directory as WarehouseDirectory,
      own as OwnMoves,
      taken as TakenMoves,
      reservations as Reservations,
    );
  }

  /** Returns the observation and the base that it will be checked against. */
  async observe(
    skus: readonly string[],
    connection: OdooConnection,
    uncounted?: UncountedNames,
  ): Promise<Observation & { readonly looks: ReadonlyMap<string, SeenStock> }> {
    const seen = await this.observer.observe(skus, connection, uncounted);
    const looks = new Map<string, SeenStock>();
    for (const { sku, warehouses } of seen.stock) {
      for (const { code, free, heldByUs } of warehouses) {
        const place = `${code}/${sku}`;
        const moment = this.moments.get(place);
        if (moment) looks.set(place, { ...moment, sellable: free + heldByUs });
      }
    }
    return { ...seen, looks };
  }

  private read(skus: readonly string[], at: number): Promise<ProductStockRow[]> {
    const { world } = this;
    const warehouse = this.warehouses[at] ?? '';
    return this.timeline.call('erp', `free in ${warehouse}`, () =>
      skus
        .filter((sku) => world.products.has(sku))
        .map((sku) => {
          const taken = new Map(
            world.pickings
              .filter(({ ours, backorderOf }) => ours && backorderOf === null)
              .map(({ name }) => [name, world.takenFor(name, warehouse, sku)]),
          );
          const takenFor = (prefix: string) =>
            [...taken].reduce((sum, [name, units]) => (name.startsWith(prefix) ? sum + units : sum), 0);
          this.moments.set(`${warehouse}/${sku}`, {
            base: world.base(warehouse, sku),
            takenByUs: world.takenByUs.get(`${warehouse}/${sku}`) ?? 0,
            takenFor,
          });
          const free = world.free(warehouse, sku);
          return {
            id: idOf(sku, world),
            default_code: sku,
            is_storable: true,
            free_qty: free,
            qty_available: free + world.reserved(warehouse, sku),
          };
        }),
    );
  }

  private taken(names: readonly string[], skus: readonly string[]): Promise<TakenMove[]> {
    if (names.length === 0) return Promise.resolve([]);
    const { world, warehouses } = this;
    return this.timeline.call('erp', 'taken by us', () =>
      names.flatMap((transfer) =>
        skus.flatMap((sku, position): TakenMove[] => {
          const picking = world.find(transfer);
          const out = world.shippedBy(transfer, sku);
          const back = out - world.takenBy(transfer, sku);
          const isCancelled = world.hasCancelled(transfer, sku);
          if (!picking || (out === 0 && !isCancelled)) return [];
          const here = [warehouses.indexOf(picking.warehouse), picking.warehouse] as const;
          const outside = [OUTSIDE, 'Customers'] as const;
          const line = (
            id: number,
            units: number,
            from: Many2one,
            to: Many2one,
            state: MoveState = 'done',
          ): TakenMove => ({
            row: {
              id: picking.id * 1_000 + position * 10 + id,
              product_id: [idOf(sku, world), sku],
              product_qty: units,
              product_uom_qty: units,
              quantity: units,
              state,
              picking_id: [picking.id, picking.name],
              location_id: from,
              location_dest_id: to,
              origin_returned_move_id: false,
            },
            transfer,
          });
          return [
            ...(out > 0 ? [line(0, out, here, outside)] : []),
            ...(back > 0 ? [line(1, back, outside, here)] : []),
            ...(isCancelled ? [line(2, 0, here, outside, 'cancel')] : []),
          ];
        }),
      ),
    );
  }

  private holding(skus: readonly string[]): Promise<HoldingMoveRow[]> {
    const { world, warehouses } = this;
    return this.timeline.call('erp', 'held by us', () =>
      world.heldByUs(skus).map(({ id, picking, sku, units }) => ({
        id,
        product_id: [idOf(sku, world), sku],
        product_qty: units,
        product_uom_qty: units,
        quantity: units,
        state: 'assigned',
        picking_id: [picking.id, picking.name],
        location_id: [warehouses.indexOf(picking.warehouse), picking.warehouse],
        move_orig_ids: [],
        move_dest_ids: [],
      })),
    );
  }
}

/** A location outside every warehouse. */
const OUTSIDE = -1;

function idOf(sku: string, world: ErpWorld): number {
  return [...world.products].indexOf(sku) + 1;
}
