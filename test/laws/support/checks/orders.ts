import { isOpen } from '../../../../src/common/mongo/mark.js';
import { type OrderDoc } from '../../../../src/orders/order.types.js';
import { ERP, INSTALLATION } from '../shop/scenario.js';
import { type PlatformOrder } from '../shop/platform.js';
import { type Machinery } from '../machinery.js';
import { delivered, isHeld, itemsOf, mayBeDelivered, sumOf } from './reference.js';

export function allOrders({ tables }: Machinery): OrderDoc[] {
  return [...tables.orders.docs.values()] as unknown as OrderDoc[];
}

/** The faults of an order at the end of a run. */
export function orderFaults(machinery: Machinery, { now, connection }: PlatformOrder): string[] {
  const { scenario, tables } = machinery;
  const id = `${connection}/${now.orderId}`;
  const order = allOrders(machinery).find((one) => one._id === id);
  if (!order) return [`${id} is not known`];
  const faults: string[] = [];
  let tooMany = 0;
  for (const { lineId, sku, wanted } of itemsOf(now, order, scenario, machinery.timeline.now)) {
    const gone = delivered(order, { lineId, sku });
    const open = sumOf(order.holds.filter((hold) => hold.lineId === lineId && hold.sku === sku && isHeld(hold)));
    tooMany += Math.max(0, gone - wanted);
    if (open !== Math.max(0, wanted - gone))
      faults.push(`${id} ${lineId} ${sku}: ${wanted} wanted, ${gone} delivered, but ${open} promised`);
  }
  if (tooMany > 0 && !tables.alerts.docs.has(`return_unresolved/${id}`))
    faults.push(`${id}: nobody was asked about ${tooMany} units delivered too many`);
  if (order.holds.some((hold) => hold.unwanted && hold.ended === undefined))
    faults.push(`${id}: something that nobody wants is not given back`);
  const unmapped = order.unmapped ?? [];
  if (unmapped.length > 0 && scenario.unknownSku?.known !== false)
    faults.push(`${id}: still waits for ${unmapped.join(' ')}`);
  if (isOpen(order.record)) faults.push(`${id}: its plan is not recorded`);
  if (isOpen(order.deliver) && order.deliver.error !== 'reasons.short')
    faults.push(`${id}: its delivery is not served`);
  if (isOpen(order.review) && unmapped.length === 0) faults.push(`${id}: is still to be planned again`);
  const held = [
    ...new Set(
      order.holds.filter((hold) => hold.ended === undefined && hold.releaseRev === undefined).map(({ sku }) => sku),
    ),
  ];
  if ([...(order.heldSkus ?? [])].sort().join() !== held.sort().join())
    faults.push(`${id} says that it holds ${order.heldSkus?.join() ?? ''}, not ${held.join()}`);
  const deliverable = mayBeDelivered(now, scenario) && unmapped.length === 0;
  return [...faults, ...deliveryFaults(machinery, order, deliverable)];
}

function deliveryFaults({ erp, scenario }: Machinery, order: OrderDoc, deliverable: boolean): string[] {
  const faults: string[] = [];
  for (const { sku, warehouse, master } of scenario.places) {
    const here = order.holds.filter((hold) => hold.sku === sku && hold.warehouse === warehouse);
    const counted = sumOf(here.filter((hold) => hold.ended === 'committed'));
    const settled = erp.settledFor(`${INSTALLATION}/${order._id}/`, warehouse, sku);
    const partly = isOpen(order.deliver);
    if (master === ERP && counted !== settled && !partly) {
      faults.push(
        `${order._id}: ${counted} x ${sku} counted as delivered from ${warehouse}, the ERP delivered ${settled}`,
      );
    }
    const open = sumOf(here.filter(isHeld));
    const waits = isOpen(order.deliver) && !scenario.plenty;
    if (deliverable && open > 0 && !waits) faults.push(`${order._id}: ${open} x ${sku} may be delivered and are not`);
  }
  return faults;
}
