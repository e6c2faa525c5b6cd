import { type Movement } from '../../../../src/stock/ledger.types.js';
import { type Doc } from '../database/matching.js';
import { type ErpWorld } from '../erp/erp-world.js';
import { type SeenStock } from '../erp/observation.js';
import { ERP, INSTALLATION, LEDGER } from '../shop/scenario.js';

interface Chain {
  readonly master: string;
  seq: number;
  quantity: number;
  reserved: number;
  /** The last observation; null: none yet. */
  look: Pick<SeenStock, 'base' | 'takenByUs' | 'takenFor'> | null;
  /** For each order: units reserved, and units counted as delivered. */
  readonly orders: Map<string, { open: number; counted: number }>;
}

/**
 * Checks every movement when it is appended. The chain must add up, and must not reserve units that our
 * own deliveries took away.
 */
export class ChainWatch {
  readonly faults: string[] = [];
  private readonly chains = new Map<string, Chain>();

  constructor(
    private readonly erp: ErpWorld,
    private readonly looksAt: (seq: string) => readonly SeenStock[] | undefined,
  ) {}

  begin(entry: string, master: string, base: number): void {
    const look = { base, takenByUs: 0, takenFor: () => 0 };
    this.chains.set(entry, { master, seq: 0, quantity: 0, reserved: 0, look, orders: new Map() });
  }

  inserted(doc: Doc): void {
    const movement = doc as unknown as Movement;
    const chain = this.chainOf(movement);
    this.checkSums(movement, chain);
    this.keepOrder(movement, chain);
    this.checkObserved(movement, chain);
    this.checkOwnPart(movement, chain);
  }

  private chainOf({ entry, master = LEDGER }: Movement): Chain {
    const known = this.chains.get(entry);
    if (known) return known;
    const chain: Chain = { master, seq: 0, quantity: 0, reserved: 0, look: null, orders: new Map() };
    this.chains.set(entry, chain);
    return chain;
  }

  private checkSums(movement: Movement, chain: Chain): void {
    const { _id, seq, quantity, reserved, quantityDelta, reservedDelta, master } = movement;
    if (master !== undefined && master !== chain.master)
      this.fault(`${_id} says that ${master} is the master, not ${chain.master}`);
    if (seq !== chain.seq + 1) this.fault(`${_id} follows seq ${chain.seq}`);
    if (quantity !== chain.quantity + quantityDelta)
      this.fault(`${_id}: ${chain.quantity} ${signed(quantityDelta)} is not ${quantity}`);
    if (reserved !== chain.reserved + reservedDelta)
      this.fault(`${_id}: ${chain.reserved} ${signed(reservedDelta)} is not ${reserved} reserved`);
    Object.assign(chain, { seq, quantity, reserved });
  }

  /** Under an ERP the quantity is only set to what was seen there, and what our deliveries took that no movement has counted. */
  private checkObserved(movement: Movement, chain: Chain): void {
    const { _id, entry, sku, warehouse, observed, quantity, quantityDelta, kind } = movement;
    if (chain.master !== ERP || (_id.endsWith('#000000000001') && chain.look !== null)) return;
    if (!observed) {
      if (quantityDelta !== 0)
        this.fault(`${_id}: ${kind} changes the quantity by ${quantityDelta} without an observation`);
      return;
    }
    const look = this.looksAt(decodeURIComponent(entry))?.findLast(
      (one) => one.sellable + uncountedOf(chain, one.takenFor) === quantity,
    );
    if (look) chain.look = look;
    else this.fault(`${_id}: nobody saw ${quantity} of ${sku} in ${warehouse}`);
  }

  private keepOrder({ kind, reservedDelta, cause, sku, warehouse }: Movement, { orders }: Chain): void {
    if (cause.orderId === undefined) return;
    const id = `${cause.connection ?? ''}/${cause.orderId}`;
    const order = orders.get(id) ?? { open: 0, counted: 0 };
    orders.set(id, order);
    order.open += reservedDelta;
    if (kind !== 'commit') return;
    order.counted -= reservedDelta;
    this.erp.noteCounted(prefixOf(id), warehouse, sku, order.counted);
  }

  /**
   * Each unit of an open order is taken off once: as promised, or as taken by our delivery. Not at all would overstate what is available,
   * and twice would understate it. Units of a delivery that a person dropped are promised until the order ends.
   */
  private checkOwnPart({ _id, entry, sku, warehouse, quantity, reserved }: Movement, chain: Chain): void {
    const { look, orders } = chain;
    if (chain.master !== ERP || look === null) return;
    const taken = this.erp.takenByUs.get(`${warehouse}/${sku}`) ?? 0;
    const truth = (base: number, takenByUs: number, ofOrder: (prefix: string) => number) => {
      let promised = 0;
      for (const [id, { open, counted }] of orders)
        promised += Math.max(0, open - Math.max(0, ofOrder(prefixOf(id)) - counted));
      return base - takenByUs - promised;
    };
    const takenNow = (prefix: string) => this.erp.takenFor(prefix, warehouse, sku);
    const most = truth(look.base, taken, (prefix) => this.erp.settledFor(prefix, warehouse, sku));
    // What others changed since the look, returns included, may be in it or not.
    const least = Math.min(
      truth(look.base, taken, takenNow),
      truth(this.erp.base(warehouse, sku), taken, takenNow),
      truth(look.base, look.takenByUs, look.takenFor),
    );
    const shown = quantity - reserved;
    if (shown > most) this.fault(`${_id} overstates ${entry}: shows ${shown}, but there are ${most} (${taken} taken)`);
    if (shown < least)
      this.fault(`${_id} understates ${entry}: shows ${shown}, but there are ${least} (${taken} taken)`);
  }

  private fault(text: string): void {
    this.faults.push(text);
  }
}

/** Units that deliveries of open orders had taken and no movement has counted. */
function uncountedOf({ orders }: Chain, takenFor: (prefix: string) => number): number {
  let units = 0;
  for (const [id, { open, counted }] of orders)
    units += Math.min(Math.max(0, open), Math.max(0, takenFor(prefixOf(id)) - counted));
  return units;
}

function prefixOf(order: string): string {
  return `${INSTALLATION}/${order}/`;
}

function signed(delta: number): string {
  return delta < 0 ? `- ${-delta}` : `+ ${delta}`;
}
