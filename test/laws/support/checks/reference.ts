import { type OrderSnapshot, type OrderStatus } from '../../../../src/orders/order-snapshot.js';
import { type Hold, type OrderDoc } from '../../../../src/orders/order.types.js';
import { type Scenario } from '../shop/scenario.js';

const HOUR_MS = 3_600_000;
const SOLD: readonly OrderStatus[] = ['created', 'confirmed', 'paid', 'ready_to_ship', 'shipped', 'delivered'];

/** Whether an order has reached a step. */
function reached(status: OrderStatus, step: OrderStatus): boolean {
  return SOLD.includes(status) && SOLD.indexOf(status) >= SOLD.indexOf(step);
}

export function mayBeDelivered({ status, paid }: OrderSnapshot, { selling }: Scenario): boolean {
  return reached(status, selling.deliverAt) && (paid !== false || selling.deliverUnpaid);
}

/** The units of one stock SKU that one line of an order requires. */
export interface Item {
  readonly lineId: string;
  readonly sku: string;
  readonly wanted: number;
}

/**
 * The units that an order requires in the end, in the simplest form: each line that counts, in units of
 * its parts. A line that is not mapped, or that was released undelivered, requires only the units that
 * have left.
 */
export function itemsOf(now: OrderSnapshot, order: OrderDoc, scenario: Scenario, at: number): Item[] {
  const items = new Map<string, Item>();
  for (const { lineId, sku } of order.holds) items.set(`${lineId} ${sku}`, { lineId, sku, wanted: 0 });
  if (!reached(now.status, scenario.selling.reserveAt)) return [...items.values()];
  const frozen = isFrozen(now, order, scenario, at);
  for (const line of now.lines) {
    for (const { sku, quantity } of partsOf(line.sku, order, scenario)) {
      const left = delivered(order, { lineId: line.lineId, sku });
      const worth = line.quantity * quantity;
      items.set(`${line.lineId} ${sku}`, { lineId: line.lineId, sku, wanted: frozen ? Math.min(worth, left) : worth });
    }
  }
  return [...items.values()];
}

function partsOf(sku: string, order: OrderDoc, { bundles, unknownSku }: Scenario): { sku: string; quantity: number }[] {
  if (sku === unknownSku?.sku && (order.unmapped ?? []).includes(sku)) return [];
  const bundle = bundles.find((one) => one.sku === sku);
  return bundle ? [...bundle.parts] : [{ sku, quantity: 1 }];
}

/** Its reservation has expired, or a person released it and its platform has shown nothing newer. */
function isFrozen(now: OrderSnapshot, order: OrderDoc, scenario: Scenario, at: number): boolean {
  const { reservationHours } = scenario.selling;
  const expires = reservationHours !== null && !mayBeDelivered(now, scenario) && order.transfers.length === 0;
  return (
    (expires && order.createdAt.getTime() + reservationHours * HOUR_MS <= at) ||
    (order.released !== undefined && now.version <= order.released.version)
  );
}

/** Units that have left, minus those about which a person has decided. */
export function delivered(order: OrderDoc, { lineId, sku }: { readonly lineId: string; readonly sku: string }): number {
  const gone = order.holds.filter((hold) => hold.lineId === lineId && hold.sku === sku && hold.ended === 'committed');
  const settled = (order.returns ?? []).filter((one) => one.lineId === lineId && one.sku === sku);
  return sumOf(gone) - sumOf(settled);
}

/** Reserved, neither ended nor to be released. */
export function isHeld(hold: Hold): boolean {
  return hold.ended === undefined && hold.releaseRev === undefined && !hold.unwanted;
}

export function sumOf(items: readonly { readonly units: number }[]): number {
  return items.reduce((total, { units }) => total + units, 0);
}
