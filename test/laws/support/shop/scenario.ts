import { type Role } from '../../../../src/config/role.js';
import { type SellingRules } from '../../../../src/connectors/contract.js';
import { type Warehouse } from '../../../../src/connections/warehouses/warehouse.schema.js';
import { type Random } from '../random.js';
import { warehouse } from './warehouse.js';

export const ERP = 'erp';
export const SHOP = 'shop';
/** A channel with the same listings and no shoppers: it shows exactly what was pushed. */
export const MALL = 'mall';
export const LEDGER = 'ledger';
/** The prefix of every delivery name. */
export const INSTALLATION = 'SO1';

/** A SKU in a warehouse, and its master. */
export interface StockPlace {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: typeof ERP | typeof LEDGER;
  /** Units at the beginning. */
  readonly stock: number;
  /** The ledger has a movement for it already. */
  readonly counted: boolean;
}

/** A listing that is made of several SKUs. */
export interface Bundle {
  readonly sku: string;
  readonly parts: readonly { readonly sku: string; readonly quantity: number }[];
}

/** How channels process pushes. */
export interface PushBehaviour {
  /** The time that a push takes, in milliseconds; 0: none. */
  readonly feedsMs: number;
  /** The shop subtracts its own sales. */
  readonly takesOff: boolean;
  readonly buffer: number;
  readonly cap: number | null;
}

/** The conditions and events of one run, drawn from its seed. */
export interface Scenario {
  readonly warehouses: readonly Warehouse[];
  readonly places: readonly StockPlace[];
  readonly bundles: readonly Bundle[];
  /** A SKU that is sold before the ERP knows it; `known`: it is added to the ERP in the end. */
  readonly unknownSku: { readonly sku: string; readonly known: boolean } | null;
  readonly sold: readonly string[];
  /** The platform decides which warehouse serves a line. */
  readonly located: boolean;
  readonly selling: SellingRules;
  /** Null: nothing is published. */
  readonly pushing: PushBehaviour | null;
  readonly orders: number;
  /** The most changes of one order. */
  readonly changes: number;
  /** How often a person releases an order's reservations, plans it again, or decides about returned goods. */
  readonly manualActions: number;
  readonly peoplesActs: number;
  /** People reserve goods and release them in the next moment. */
  readonly fickle: boolean;
  /** One process, two equal ones, or one that takes requests and two that work. */
  readonly processes: readonly Role[];
  readonly crashes: number;
  readonly freezes: number;
  /** The share of jobs that Redis loses. */
  readonly lostJobs: number;
  /** In the end enough stock arrives for every order. */
  readonly plenty: boolean;
  /** The span of all events, in milliseconds; short, so that they overlap. */
  readonly spanMs: number;
}

export function drawScenario(random: Random): Scenario {
  const scenario = drawAnything(random);
  const theme = random.unit();
  if (theme < 0.1) return { ...scenario, ...BUSY_ERP, spanMs: random.pick([100, 400]) };
  return theme < 0.18 ? withChannels(scenario, random) : scenario;
}

const THREE = ['api', 'worker', 'worker'] as const;

/** Few orders and many changes in the ERP, so that concurrent observations differ. */
const BUSY_ERP = { orders: 1, changes: 1, peoplesActs: 8, fickle: true, processes: THREE } as const;

/** Sales count from the start here, so that the number that a channel must show is known. */
function withChannels(scenario: Scenario, random: Random): Scenario {
  return {
    ...scenario,
    selling: { ...scenario.selling, reserveAt: 'created', pushes: random.pick(['available', 'available', 'on_hand']) },
    unknownSku: null,
    sold: scenario.sold.filter((sku) => sku !== scenario.unknownSku?.sku),
    pushing: {
      feedsMs: random.pick([0, 20, 500]),
      takesOff: random.chance(0.5),
      buffer: random.pick([0, 0, 1]),
      cap: random.pick([null, null, 3]),
    },
  };
}

function drawAnything(random: Random): Scenario {
  const located = random.chance(0.15);
  const warehouses = drawWarehouses(random, located);
  const skus = random.pick([['erp-1'], ['erp-1'], ['own-1'], ['erp-1', 'own-1'], ['erp-1', 'erp-2']]);
  const places = skus.flatMap((sku) => drawPlaces(random, sku, warehouses));
  const bundles = random.chance(0.2)
    ? [{ sku: 'set-1', parts: skus.map((sku) => ({ sku, quantity: random.between(1, 2) })) }]
    : [];
  const unknownSku = random.chance(0.1) ? { sku: 'new-1', known: random.chance(0.7) } : null;
  return {
    warehouses,
    places,
    bundles,
    unknownSku,
    sold: [...skus, ...bundles.map(({ sku }) => sku), ...(unknownSku ? [unknownSku.sku] : [])],
    located,
    selling: {
      reserveAt: random.pick(['created', 'created', 'paid']),
      deliverAt: random.pick(['confirmed', 'paid', 'shipped']),
      deliverUnpaid: random.chance(0.2),
      reservationHours: random.chance(0.1) ? 1 : null,
      pushes: 'available',
    },
    pushing: null,
    orders: random.pick([1, 1, 1, 2, 2, 3]),
    changes: random.pick([0, 1, 1, 2, 3]),
    manualActions: random.pick([0, 0, 0, 1, 2]),
    peoplesActs: random.pick([0, 0, 1, 2, 4]),
    fickle: false,
    processes: random.pick<readonly Role[]>([['all'], ['all', 'all'], THREE, THREE]),
    crashes: random.pick([0, 0, 1, 1, 2]),
    freezes: random.pick([0, 0, 0, 0, 1]),
    lostJobs: random.pick([0, 0, 0.1]),
    plenty: random.chance(0.5),
    spanMs: random.pick([20, 100, 400, 3_000]),
  };
}

function drawWarehouses(random: Random, located: boolean): Warehouse[] {
  const place = (_id: string, priority: number, erp: boolean) =>
    warehouse(_id, priority, {
      ...(erp ? { erp: { connection: ERP, code: _id } } : {}),
      channels: located ? [{ connection: SHOP, location: `at ${_id}` }] : [],
    });
  const main = place('main', 0, true);
  return random.chance(0.35) ? [main, place('north', 1, random.chance(0.6))] : [main];
}

/**
 * The ledger is the master of the product's own SKUs everywhere; the ERP is the master of the others in
 * the warehouses that it feeds.
 */
function drawPlaces(random: Random, sku: string, warehouses: readonly Warehouse[]): StockPlace[] {
  return warehouses.flatMap((warehouse, i): StockPlace[] => {
    const stock = random.between(0, 8);
    if (!sku.startsWith('own') && warehouse.erp) {
      return [{ sku, warehouse: warehouse._id, master: ERP, stock, counted: random.chance(0.6) }];
    }
    return i === 0 || random.chance(0.5)
      ? [{ sku, warehouse: warehouse._id, master: LEDGER, stock, counted: true }]
      : [];
  });
}
