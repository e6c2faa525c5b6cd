import { type mongo } from 'mongoose';
import { type Listing } from '../../listings/listing.schema.js';
import { orderKey } from '../../orders/order.types.js';
import { type Order } from '../../orders/schemas.js';
import { AuditReader } from '../../stock/audit/audit-reader.js';
import { examine, type Examined } from '../../stock/audit/examine.js';
import { lastMovementId } from '../../stock/entry-id.js';
import { type Movement } from '../../stock/ledger.types.js';
import { type StockEntry } from '../../stock/schemas.js';
import { type ListingPush } from '../../publishing/schemas.js';
import { openReservations, type OpenReservation } from './open-reservations.js';

const NEWEST_MOVEMENTS = 15;
const NEWEST_PUSHES = 5;
const TRIES = 10;

export interface ExplainedEntry {
  readonly entry: StockEntry;
  readonly examined: Examined;
  readonly reservations: readonly OpenReservation[];
  /** Newest first. */
  readonly movements: readonly Movement[];
}

export interface ExplainedListing {
  readonly listing: Listing;
  /** The published numbers, newest first. */
  readonly pushes: readonly Pick<ListingPush, 'state' | 'createdAt' | 'items'>[];
}

/** Everything that determines the number of a SKU. */
export interface Explanation {
  readonly sku: string;
  readonly entries: readonly ExplainedEntry[];
  readonly listings: readonly ExplainedListing[];
  /** The status of the orders behind the reservations, by id. */
  readonly orders: ReadonlyMap<string, string>;
}

/** Read from the database alone. Null: neither the ledger nor any listing knows the SKU. */
export async function explanationOf(db: mongo.Db, sku: string): Promise<Explanation | null> {
  const reader = AuditReader.of(db);
  const known = await reader.entries.find({ sku }).toArray();
  const entries = await Promise.all(known.map((entry) => explainedEntry(reader, entry)));
  const listings = await db.collection<Listing>('listings').find({ skus: sku }).toArray();
  if (entries.length === 0 && listings.length === 0) return null;
  return {
    sku,
    entries: entries.sort((a, b) => (a.entry._id < b.entry._id ? -1 : 1)),
    listings: await Promise.all(listings.map((listing) => explainedListing(db, listing))),
    orders: await statuses(
      db,
      entries.flatMap(({ reservations }) => reservations),
    ),
  };
}

/** As of one moment: read again when a movement arrived in between. */
async function explainedEntry(reader: AuditReader, entry: StockEntry): Promise<ExplainedEntry> {
  const range = { $gt: `${entry._id}#`, $lte: lastMovementId(entry._id) };
  for (let tries = 1; ; tries++) {
    const movements = await reader.movements
      .find({ _id: range }, { sort: { _id: -1 }, limit: NEWEST_MOVEMENTS })
      .toArray();
    const reservations = await openReservations(reader.movements, entry._id);
    const examined = await examine(reader, entry._id);
    if (examined.head?.seq === movements[0]?.seq || tries === TRIES)
      return { entry, movements, reservations, examined };
  }
}

async function explainedListing(db: mongo.Db, listing: Listing): Promise<ExplainedListing> {
  const { connection, sku } = listing;
  const pushes = await db
    .collection<ListingPush>('listing_pushes')
    .find(
      { 'items.sku': sku, connection },
      { sort: { _id: -1 }, limit: NEWEST_PUSHES, projection: { state: 1, createdAt: 1, items: 1 } },
    )
    .toArray();
  return { listing, pushes: pushes.map((push) => ({ ...push, items: push.items.filter((item) => item.sku === sku) })) };
}

async function statuses(db: mongo.Db, reservations: readonly OpenReservation[]): Promise<Map<string, string>> {
  const ids = new Set(reservations.flatMap(({ cause }) => orderOf(cause) ?? []));
  if (ids.size === 0) return new Map();
  const found = await db
    .collection<Order>('orders')
    .find({ _id: { $in: [...ids] } }, { projection: { 'snapshot.status': 1 } })
    .toArray();
  return new Map(found.map((order) => [order._id, order.snapshot.status]));
}

/** The id of the order that caused it; null: no order did. */
export function orderOf({ connection, orderId }: OpenReservation['cause']): string | null {
  return connection !== undefined && orderId !== undefined ? orderKey(connection, orderId) : null;
}
