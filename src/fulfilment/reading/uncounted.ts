import { type ErpStock } from '../../connectors/contract.js';

/** Units of a transfer of ours, and the movement that counts them in the ledger. */
export interface TransferUnits {
  /** The transfer's name in the ERP. */
  readonly transfer: string;
  readonly sku: string;
  /** The ledger's warehouse, and the key of the movement there. */
  readonly warehouse: string;
  readonly key: string;
  /** Positive: they leave; negative: they come in. */
  readonly units: number;
  readonly isCounted: boolean;
}

/** A SKU in the ERP, with our transfers of it that the ledger has not counted. */
export interface SeenStock {
  readonly stock: ErpStock;
  readonly ours: readonly TransferUnits[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The ERP's quantity for an entry: free there, held by our open deliveries, and taken by those of our deliveries whose end is not in the
 * ledger, less their returns. So a delivery is taken off by its own end alone. `counted`: keys of this entry that count as in the ledger.
 * Null: no warehouse of the ERP feeds it.
 */
export function quantityOf(
  { stock, ours }: SeenStock,
  warehouse: string,
  counted: ReadonlySet<string> = NONE,
): number | null {
  const feeding = stock.warehouses.filter((one) => one.warehouse === warehouse);
  if (feeding.length === 0) return null;
  const quantity = feeding.reduce((sum, one) => sum + one.free + one.heldByUs, 0);
  const isCounted = (one: TransferUnits) => one.isCounted || (one.warehouse === warehouse && counted.has(one.key));
  const whole = [...takenFrom(stock, warehouse)].reduce((sum, [transfer, taken]) => {
    const its = ours.filter((one) => one.transfer === transfer);
    return sum + uncountedOf(taken, sumOf(its.filter(isCounted)), sumOf(its.filter((one) => !isCounted(one))));
  }, quantity);
  // Parts of a unit cannot be sold. Binary fractions are rounded first.
  return Math.floor(Math.round(whole * 1e6) / 1e6);
}

/** Other warehouses of the ledger that the transfers of these movements have changed. */
export function elsewhere({ stock, ours }: SeenStock, warehouse: string, keys: ReadonlySet<string>): string[] {
  const transfers = new Set(ours.filter((one) => keys.has(one.key)).map((one) => one.transfer));
  const changed = stock.warehouses.filter((one) => one.taken.some(({ transfer }) => transfers.has(transfer)));
  return [...new Set(changed.flatMap((one) => one.warehouse ?? []))].filter((one) => one !== warehouse);
}

/** Never more than what is left to count: a person may have booked more or fewer units than were asked for. */
function uncountedOf(taken: number, counted: number, left: number): number {
  return Math.min(Math.max(taken - counted, Math.min(0, left)), Math.max(0, left));
}

function takenFrom(stock: ErpStock, warehouse: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const one of stock.warehouses) {
    if (one.warehouse !== warehouse) continue;
    for (const { transfer, units } of one.taken) sums.set(transfer, (sums.get(transfer) ?? 0) + units);
  }
  return sums;
}

function sumOf(items: readonly { readonly units: number }[]): number {
  return items.reduce((sum, { units }) => sum + units, 0);
}

/** The ERP's own figures, as an entry keeps them. Empty: it gave none. */
export function seenOf(id: string, stock: ErpStock | undefined, at: Date) {
  return stock
    ? [
        {
          id,
          at,
          warehouses: stock.warehouses.map(({ code, name, onHand, free, heldByUs }) => ({
            code,
            name,
            onHand,
            free,
            heldByUs,
          })),
        },
      ]
    : [];
}
