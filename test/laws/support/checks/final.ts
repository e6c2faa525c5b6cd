import { isOpen, type Mark } from '../../../../src/common/mongo/mark.js';
import { type Movement } from '../../../../src/stock/ledger.types.js';
import { type StockEntry } from '../../../../src/stock/schemas.js';
import { isOpen as isOpenMove, type Picking } from '../erp/erp-world.js';
import { type PlatformOrder } from '../shop/platform.js';
import { ERP } from '../shop/scenario.js';
import { type Machinery } from '../machinery.js';
import { channelFaults } from './channels.js';
import { allOrders, orderFaults } from './orders.js';
import { isHeld, sumOf } from './reference.js';

/** The faults at the end of a run. */
export function finalFaults(machinery: Machinery, orders: readonly PlatformOrder[]): string[] {
  const { tables, received } = machinery;
  const movements = [...tables.movements.docs.values()] as unknown as Movement[];
  const entries = [...tables.entries.docs.values()] as unknown as StockEntry[];
  return [
    ...orders.flatMap((order) => orderFaults(machinery, order)),
    ...entries.flatMap((entry) => entryFaults(machinery, entry, movements)),
    ...channelFaults(machinery),
    ...movements.filter(({ _id }) => !received.has(_id)).map(({ _id }) => `nobody was told of ${_id}`),
    ...movements.filter((movement) => 'project' in movement).map(({ _id }) => `${_id} is still to be carried on`),
    ...[...tables.events.docs.values()]
      .filter((event) => isOpen(event.handle as Mark))
      .map(({ _id }) => `the webhook ${_id} is not handled`),
  ];
}

function entryFaults(machinery: Machinery, entry: StockEntry, movements: readonly Movement[]): string[] {
  const { _id, sku, warehouse } = entry;
  const faults: string[] = [];
  const chain = movements.filter((movement) => movement.entry === _id);
  const last = chain.reduce<Movement | null>((a, b) => (a === null || b.seq > a.seq ? b : a), null);
  for (const field of ['seq', 'quantity', 'reserved'] as const) {
    const head = last?.[field] ?? 0;
    if (entry[field] !== head) faults.push(`${_id} shows ${field} ${entry[field]}, its chain ends at ${head}`);
  }
  if (entry.available !== entry.quantity - entry.reserved) faults.push(`${_id} shows ${entry.available} available`);
  const here = allOrders(machinery)
    .flatMap((order) => order.holds)
    .filter((hold) => hold.sku === sku && hold.warehouse === warehouse);
  const promised = sumOf(here.filter(isHeld));
  if (entry.reserved !== promised) faults.push(`${_id}: ${entry.reserved} reserved, the orders hold ${promised}`);
  const there = truthOf(machinery, entry, sumOf(here.filter((hold) => hold.ended === 'committed')));
  if (there !== null && entry.quantity !== there) faults.push(`${_id} shows ${entry.quantity}, there are ${there}`);
  if (isOpen(entry.observe)) faults.push(`${_id} is still to be observed`);
  return faults;
}

/** The expected quantity; null: a person has split a delivery of ours, which is counted when the rest has left, too. */
function truthOf(
  { erp, scenario }: Machinery,
  { sku, warehouse, master }: StockEntry,
  delivered: number,
): number | null {
  if (master === ERP) return erp.pickings.some(isSplit) ? null : erp.sellable(warehouse, sku);
  const seq = scenario.places.find((one) => one.sku === sku && one.warehouse === warehouse);
  return (seq?.stock ?? 0) - delivered;
}

function isSplit(picking: Picking): boolean {
  return picking.ours && picking.backorderOf !== null && picking.moves.some(isOpenMove);
}
