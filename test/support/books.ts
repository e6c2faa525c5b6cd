import { type mongo } from 'mongoose';
import { type StockCommand } from '../../src/commands/command.schema.js';
import { groupBy } from '../../src/common/collections.js';
import { type Mark } from '../../src/common/mongo/mark.js';
import { type Listing } from '../../src/listings/listing.schema.js';
import { type Order } from '../../src/orders/schemas.js';
import { type StockEntry, type StockMovement } from '../../src/stock/schemas.js';
import { type ListingPush } from '../../src/publishing/schemas.js';
import { type WebhookEvent } from '../../src/webhook-events/webhook-event.schema.js';

interface AlertRow {
  readonly _id: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly closedAt?: Date;
}

/** Collection and field of each kind of mark. */
const MARKS = [
  ['webhook_events', 'handle'],
  ['orders', 'record'],
  ['orders', 'deliver'],
  ['stock_entries', 'observe'],
  ['commands', 'finish'],
  ['imports', 'work'],
  ['runs', 'work'],
  ['listings', 'push'],
  ['listing_pushes', 'follow'],
] as const;

/** The stored state of the application, read straight from its database. */
export class Books {
  constructor(private readonly db: mongo.Db) {}

  async events(): Promise<WebhookEvent[]> {
    return this.all<WebhookEvent>('webhook_events');
  }

  async orders(): Promise<Order[]> {
    return this.all<Order>('orders');
  }

  async order(orderId: string): Promise<Order> {
    const found = await this.db.collection<Order>('orders').findOne({ orderId });
    if (!found) throw new Error(`no order ${orderId}`);
    return found;
  }

  async entry(sku: string): Promise<StockEntry> {
    const found = await this.db.collection<StockEntry>('stock_entries').findOne({ sku });
    if (!found) throw new Error(`no entry of ${sku}`);
    return found;
  }

  async entries(sku: string): Promise<StockEntry[]> {
    return this.db.collection<StockEntry>('stock_entries').find({ sku }).sort({ _id: 1 }).toArray();
  }

  async listing(sku: string): Promise<Listing> {
    const found = await this.db.collection<Listing>('listings').findOne({ sku });
    if (!found) throw new Error(`no listing of ${sku}`);
    return found;
  }

  async movements(filter: mongo.Filter<StockMovement> = {}): Promise<StockMovement[]> {
    return this.db.collection<StockMovement>('stock_movements').find(filter).sort({ _id: 1 }).toArray();
  }

  async movementsOf(orderId: string): Promise<StockMovement[]> {
    return this.movements({ 'cause.orderId': orderId });
  }

  async pushes(): Promise<ListingPush[]> {
    return this.db.collection<ListingPush>('listing_pushes').find().sort({ _id: 1 }).toArray();
  }

  async commands(): Promise<StockCommand[]> {
    return this.all<StockCommand>('commands');
  }

  /** The open ones, as `kind subject`. */
  async alerts(): Promise<string[]> {
    const rows = await this.all<AlertRow>('alerts');
    return rows.filter((row) => row.closedAt === undefined).map((row) => `${row.kind} ${row.subject}`);
  }

  /** A text for every open mark and for every lease on a listing. Empty: no work is left. */
  async toDo(): Promise<string[]> {
    const open: string[] = [];
    for (const [collection, field] of MARKS) {
      const rows = await this.db
        .collection<{ _id: string } & Record<string, Mark>>(collection)
        .find({ $and: [putOff(collection), openOr(field)] }, { projection: { [field]: 1 } })
        .toArray();
      for (const row of rows) {
        const mark = row[field];
        if (mark && mark.requested > mark.processed)
          open.push(`${collection} ${row._id}: ${field} ${JSON.stringify(mark)}`);
        else if (mark?.due) open.push(`${collection} ${row._id}: ${field} is done, but due`);
      }
      if (collection === 'orders') open.push(...(await this.unprojected()));
    }
    const leased = await this.db
      .collection<Listing>('listings')
      .find({ lease: { $exists: true } })
      .toArray();
    return [...open, ...leased.map((listing) => `listings ${listing._id}: held by ${listing.lease?.owner}`)];
  }

  /** All stored documents as text, by collection: for proving that something is absent. */
  async dump(): Promise<Map<string, string>> {
    const names = (await this.db.listCollections().toArray()).map((collection) => collection.name);
    return new Map(await Promise.all(names.map(async (name) => [name, JSON.stringify(await this.all(name))] as const)));
  }

  async count(collection: string): Promise<number> {
    return this.db.collection(collection).countDocuments();
  }

  /**
   * Faults of the ledger as text: chains with gaps, balances that do not follow from the movement before,
   * entries that do not show the end of their chain, reservations that do not add up to the open holds of
   * orders and commands.
   */
  async wrongs(): Promise<string[]> {
    const [movements, entries, orders, commands] = await Promise.all([
      this.movements(),
      this.all<StockEntry>('stock_entries'),
      this.orders(),
      this.commands(),
    ]);
    const chains = groupBy(movements, (movement) => movement.entry);
    const held = openHolds(orders);
    for (const { sku, units } of heldByCommands(movements, commands)) held.set(sku, (held.get(sku) ?? 0) + units);
    const shown = entries.flatMap((entry) =>
      wrongsOfEntry(entry, chains.get(entry._id) ?? [], held.get(entry.sku) ?? 0),
    );
    const orphans = [...chains.keys()].filter((id) => !entries.some((entry) => entry._id === id));
    return [...shown, ...orphans.map((id) => `${id}: movements without an entry`)];
  }

  private async unprojected(): Promise<string[]> {
    const rows = await this.db
      .collection<StockMovement>('stock_movements')
      .find({ project: { $exists: true } })
      .toArray();
    return rows.map((row) => `stock_movements ${row._id}: project`);
  }

  private async all<Doc extends mongo.Document>(collection: string): Promise<Doc[]> {
    return this.db.collection(collection).find().toArray() as unknown as Promise<Doc[]>;
  }
}

function openHolds(orders: readonly Order[]): Map<string, number> {
  const held = new Map<string, number>();
  for (const order of orders) {
    for (const hold of order.holds) {
      if (hold.ended !== undefined || hold.releaseRev !== undefined) continue;
      held.set(hold.sku, (held.get(hold.sku) ?? 0) + hold.units);
    }
  }
  return held;
}

/** Units held by commands that are not answered. An answered command holds none. */
function heldByCommands(
  movements: readonly StockMovement[],
  commands: readonly StockCommand[],
): { sku: string; units: number }[] {
  const open = new Set(commands.filter((command) => !command.answer).map((command) => command._id));
  const ended = new Set(movements.map(({ entry, key }) => `${entry} ${key}`));
  return movements
    .filter(({ kind, key }) => kind === 'reserve' && open.has(key))
    .filter(({ entry, key }) => !ended.has(`${entry} ${key}/end`))
    .map(({ sku, reservedDelta }) => ({ sku, units: reservedDelta }));
}

function wrongsOfEntry(entry: StockEntry, chain: readonly StockMovement[], held: number): string[] {
  const wrongs: string[] = [];
  let [quantity, reserved] = [0, 0];
  chain.forEach((movement, index) => {
    quantity += movement.quantityDelta;
    reserved += movement.reservedDelta;
    if (movement.seq !== index + 1) wrongs.push(`${movement._id}: stands at seq ${index + 1}`);
    if (movement.quantity !== quantity || movement.reserved !== reserved)
      wrongs.push(
        `${movement._id}: says ${movement.quantity}/${movement.reserved}, the chain gives ${quantity}/${reserved}`,
      );
  });
  const { seq, available } = entry;
  if (
    seq !== chain.length ||
    entry.quantity !== quantity ||
    entry.reserved !== reserved ||
    available !== quantity - reserved
  )
    wrongs.push(
      `${entry._id}: shows ${seq}:${entry.quantity}/${entry.reserved}, the chain ends at ${chain.length}:${quantity}/${reserved}`,
    );
  if (reserved !== held) wrongs.push(`${entry._id}: ${reserved} reserved, but ${held} held by open orders`);
  const keys = new Set(chain.map((movement) => movement.key));
  if (keys.size !== chain.length) wrongs.push(`${entry._id}: a key was used twice`);
  return wrongs;
}

/** Marks that are open, and closed ones that are due all the same. */
function openOr(field: string): object {
  return {
    $or: [{ [`${field}.due`]: { $exists: true } }, { $expr: { $gt: [`$${field}.requested`, `$${field}.processed`] } }],
  };
}

/**
 * Leaves out marks that only wait for their time: a number that the channel refused, and a push without an
 * answer while its outcome can still arrive.
 */
function putOff(collection: string): object {
  if (collection === 'listing_pushes') return { state: { $ne: 'unclear' } };
  return collection === 'listings'
    ? { $or: [{ refusals: { $exists: false } }, { 'push.since': { $not: { $gt: new Date() } } }] }
    : {};
}
