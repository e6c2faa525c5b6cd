import { isOpen } from '../../../../src/common/mongo/mark.js';
import { type Listing } from '../../../../src/listings/listing.schema.js';
import { type Hold } from '../../../../src/orders/order.types.js';
import { type StockEntry } from '../../../../src/stock/schemas.js';
import { SHOP, type Scenario } from '../shop/scenario.js';
import { allOrders } from './orders.js';
import { isHeld, sumOf } from './reference.js';
import { type Machinery } from '../machinery.js';

/** The faults in the numbers that channels show at the end. */
export function channelFaults(machinery: Machinery): string[] {
  const { scenario, channels, tables } = machinery;
  const entries = [...tables.entries.docs.values()] as unknown as StockEntry[];
  const holds = allOrders(machinery).flatMap((order) => order.holds);
  const listings = [...tables.listings.docs.values()] as unknown as Listing[];
  return channels.flatMap(({ id, shown }) =>
    listings
      .filter((listing) => listing.connection === id)
      .flatMap((listing) => {
        const wanted = numberOf(listing, entries, holds, scenario);
        const faults: string[] = [];
        if (isOpen(listing.push)) faults.push(`${listing._id} is still to be told`);
        const shows = shown.get(listing.sku);
        if (wanted !== null && shows !== wanted)
          faults.push(`${id} shows ${shows ?? 'nothing'} of ${listing.sku}, it should show ${wanted}`);
        return faults;
      }),
  );
}

/** The publish rule in its simplest form; null: the stock was never counted. */
export function numberOf(
  { sku, connection }: Pick<Listing, 'sku' | 'connection'>,
  entries: readonly StockEntry[],
  holds: readonly Hold[],
  scenario: Scenario,
): number | null {
  const parts = scenario.bundles.find((bundle) => bundle.sku === sku)?.parts ?? [{ sku, quantity: 1 }];
  const served = scenario.warehouses.filter(({ channels }) =>
    channels.some((channel) => channel.connection === connection),
  );
  const places = (served.length > 0 && connection === SHOP ? served : scenario.warehouses).map(
    (warehouse) => warehouse._id,
  );
  let makeable = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const here = entries.filter((entry) => entry.sku === part.sku && places.includes(entry.warehouse));
    if (here.length === 0 || here.some((entry) => entry.observedAt === undefined)) return null;
    // A channel that subtracts its own open orders receives the stock including them.
    const own = connection === SHOP && scenario.selling.pushes === 'on_hand' ? holds : [];
    const back = own.filter((hold) => hold.sku === part.sku && places.includes(hold.warehouse) && isHeld(hold));
    const available = here.reduce((sum, entry) => sum + entry.available, sumOf(back));
    makeable = Math.min(makeable, Math.floor(available / part.quantity));
  }
  const { buffer = 0, cap = null } = scenario.pushing ?? {};
  const number = Math.max(0, makeable - buffer);
  return cap === null ? number : Math.min(number, cap);
}
