/** Units by SKU. */
export type Units = ReadonlyMap<string, number>;

/** Units that somebody bought at one moment, in a new order or in one that grew. */
export interface Sale {
  readonly channel: string;
  readonly order: string;
  readonly sku: string;
  readonly units: number;
  /** Milliseconds. */
  readonly at: number;
  /** Of these there was none left, wherever it was bought. */
  readonly short: number;
}

/** What was really sold, as the platforms have it and whatever anybody was told: it alone knows when more was sold than there was. */
export class Truth {
  readonly sales: Sale[] = [];
  private readonly arrived = new Map<string, number>();
  private readonly sold = new Map<string, number>();
  private readonly orders = new Map<string, Units>();

  /** Goods that the warehouse has got. */
  arrive(sku: string, units: number): void {
    this.arrived.set(sku, (this.arrived.get(sku) ?? 0) + units);
  }

  /** What is left to be sold; below 0: so many were sold twice. */
  free(sku: string): number {
    return (this.arrived.get(sku) ?? 0) - (this.sold.get(sku) ?? 0);
  }

  /** Everything that ever came. */
  total(sku: string): number {
    return this.arrived.get(sku) ?? 0;
  }

  /** Notes what an order asks for now. */
  note(channel: string, order: string, units: Units, at = Date.now()): void {
    const key = `${channel}/${order}`;
    const before = this.orders.get(key) ?? new Map<string, number>();
    for (const sku of new Set([...before.keys(), ...units.keys()])) {
      const more = (units.get(sku) ?? 0) - (before.get(sku) ?? 0);
      if (more > 0) {
        const short = Math.min(more, Math.max(0, more - Math.max(0, this.free(sku))));
        this.sales.push({ channel, order, sku, units: more, at, short });
      }
      this.sold.set(sku, (this.sold.get(sku) ?? 0) + more);
    }
    this.orders.set(key, units);
  }

  /** Sales of units that were not there. */
  oversold(): Sale[] {
    return this.sales.filter(({ short }) => short > 0);
  }
}
