import { type StockPush } from '../../../../src/connectors/contract.js';
import { type Listing } from '../../../../src/listings/listing.schema.js';
import { type ListingPush } from '../../../../src/publishing/schemas.js';
import { type StockEntry } from '../../../../src/stock/schemas.js';
import { type Doc } from '../database/matching.js';
import { type Tables } from '../database/tables.js';
import { SHOP, type Scenario } from '../shop/scenario.js';
import { numberOf } from './channels.js';

/**
 * Checks every number when it is sent: it is what the stock entries said at some moment since its push took the listing. A channel that
 * sells may be sent less: its sales that are not counted yet are taken off.
 */
export class PushWatch {
  readonly faults: string[] = [];
  /** How many numbers were checked. */
  checked = 0;
  /** Every version of every entry, oldest first. */
  private readonly versions: StockEntry[] = [];
  /** For each push, how many versions there were when it took its listings. */
  private readonly begun = new Map<string, number>();

  constructor(private readonly scenario: Scenario) {}

  entry(doc: Doc): void {
    this.versions.push(doc as unknown as StockEntry);
  }

  listing(doc: Doc): void {
    const owner = (doc as unknown as Listing).lease?.owner;
    if (owner !== undefined && !this.begun.has(owner)) this.begun.set(owner, this.versions.length);
  }

  sent(connection: string, items: readonly StockPush[], tables: Tables): void {
    const pushes = ([...tables.pushes.docs.values()] as unknown as ListingPush[]).filter(
      (push) => push.connection === connection && push.state === 'sending' && isOf(push, items),
    );
    const since = Math.min(...pushes.map(({ _id }) => this.begun.get(_id) ?? Number.POSITIVE_INFINITY));
    const isSeller = connection === SHOP;
    if (isSeller && this.scenario.selling.pushes === 'on_hand') return;
    for (const { sku, quantity } of items) {
      const numbers = this.numbersSince(since, { sku, connection });
      this.checked += 1;
      if (numbers.has(quantity) || (isSeller && quantity < Math.max(...numbers))) continue;
      this.faults.push(
        `${connection} is sent ${quantity} x ${sku}, which was ${[...numbers].join(', ')} since its push took it`,
      );
    }
  }

  /** The numbers of a listing at that moment and at every later one. */
  private numbersSince(since: number, listing: Pick<Listing, 'sku' | 'connection'>): ReadonlySet<number> {
    const now = new Map<string, StockEntry>();
    const numbers = new Set<number>();
    const note = () => {
      const number = numberOf(listing, [...now.values()], [], this.scenario);
      if (number !== null) numbers.add(number);
    };
    this.versions.forEach((entry, at) => {
      if (at === since) note();
      now.set(entry._id, entry);
      if (at >= since) note();
    });
    if (since >= this.versions.length) note();
    return numbers;
  }
}

function isOf(push: ListingPush, items: readonly StockPush[]): boolean {
  return (
    push.items.length === items.length &&
    items.every((item, i) => push.items[i]?.sku === item.sku && push.items[i].quantity === item.quantity)
  );
}
