import { idleMark, openMark } from '../../../../src/common/mongo/mark.js';
import { listingId } from '../../../../src/listings/listings.repository.js';
import { entryId, movementId } from '../../../../src/stock/entry-id.js';
import { type Machinery } from '../machinery.js';
import { ERP, MALL, SHOP, type StockPlace } from './scenario.js';

/** Creates the initial stock. */
export function stockUp(machinery: Machinery): void {
  const { scenario, erp } = machinery;
  for (const place of scenario.places) {
    const { sku, warehouse, master, stock, counted } = place;
    if (master === ERP) {
      erp.products.add(sku);
      erp.move(warehouse, sku, stock);
    }
    if (counted) count(machinery, place);
  }
  for (const connection of [SHOP, MALL]) for (const sku of scenario.sold) list(machinery, connection, sku);
}

/** Creates the listings. When nothing is published, only bundles need one. */
function list({ scenario, tables }: Machinery, connection: string, sku: string): void {
  const parts = scenario.bundles.find((bundle) => bundle.sku === sku)?.parts;
  if (!parts && !scenario.pushing) return;
  const skus = parts?.map((part) => part.sku) ?? [sku];
  const { buffer = 0, cap = null } = scenario.pushing ?? {};
  const rules = { buffer, cap, notForSale: false };
  const _id = listingId(connection, sku);
  tables.listings.insert({
    _id,
    connection,
    sku,
    ...(parts ? { parts } : {}),
    skus,
    rules,
    push: openMark(),
    causes: [],
  });
}

/** Creates the first movement of an entry, and the entry. */
function count({ tables, watch, received }: Machinery, { sku, warehouse, master, stock }: StockPlace): void {
  const entry = entryId(sku, warehouse);
  const _id = movementId(entry, 1);
  const at = new Date();
  const what = { sku, warehouse, schemaVersion: 1 };
  const balance = { seq: 1, quantity: stock, reserved: 0 };
  const change = {
    kind: 'sync_in',
    quantityDelta: stock,
    reservedDelta: 0,
    key: 'first',
    cause: { type: 'observation' },
    observed: true,
  };
  watch.begin(entry, master, stock);
  tables.movements.insert({ _id, entry, ...what, ...balance, ...change, master, at });
  received.add(_id);
  tables.entries.insert({
    _id: entry,
    ...what,
    ...balance,
    master,
    available: stock,
    observedAt: at,
    observe: idleMark(),
    updatedAt: at,
  });
}
