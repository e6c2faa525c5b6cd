/** Units by SKU. */
export type Units = ReadonlyMap<string, number>;

/** Units that were bought at one moment, in a new order or in one that grew. */
export interface Sale {
  readonly channel: string;
  readonly order: string;
  readonly sku: string;
  readonly units: number;
  /** Milliseconds. */
  readonly at: number;
  /** Units of it that were sold out everywhere. */
  readonly short: number;
}

/** The real sales, read from the platforms and not from webhooks: only these reveal overselling. */
export class Truth {
  readonly sales: Sale[] = [];
  private readonly arrived = new Map<string, number>();
  private readonly totals = new Map<string, number[]>();
  private readonly sold = new Map<string, number>();
  private readonly orders = new Map<string, Units>();

  /** Goods arrive in the warehouse. */
  arrive(sku: string, units: number): void {
    this.arrived.set(sku, this.total(sku) + units);
    this.totals.set(sku, [...this.totalsOf(sku), this.total(sku)]);
  }

  /** The units left to sell; below 0: this many were sold twice. */
  free(sku: string): number {
    return (this.arrived.get(sku) ?? 0) - (this.sold.get(sku) ?? 0);
  }

  /** All units that ever arrived. */
  total(sku: string): number {
    return this.arrived.get(sku) ?? 0;
  }

  /** `total` over time, oldest first. */
  totalsOf(sku: string): readonly number[] {
    return this.totals.get(sku) ?? [];
  }

  /** Records the current units of an order. */
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

  /** Sales of units that were sold out. */
  oversold(): Sale[] {
    return this.sales.filter(({ short }) => short > 0);
  }
}
