import { LEDGER } from '../stock/ledger.types.js';

/** Units to add or remove, for `reduce` and `increase`. */
export interface UnitsChange {
  readonly kind: 'reduce' | 'increase';
  readonly sku: string;
  readonly units: number;
  readonly warehouse: string;
  /** The master at the time of the request: `ledger`, or the id of an ERP connection. */
  readonly master: string;
  readonly orderId?: string;
  readonly reason?: string;
}

/** `absolute`: the new quantity. `delta`: a difference. */
export type AdjustMode = 'absolute' | 'delta';

/** The change of one entry by an adjustment: the sum of its lines for that entry. */
export interface AdjustLine {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly mode: AdjustMode;
  /** Units: the new quantity, or the signed difference. */
  readonly quantity: number;
}

/** A new quantity, or a difference; of several entries all or none. */
export interface Adjustment {
  readonly kind: 'adjust';
  /** At most one for each entry. */
  readonly lines: readonly AdjustLine[];
  readonly reason: string;
}

/** Units of an order that were delivered and are no longer sold. */
export interface ReturnedItem {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  /** Where they are put back, and the entry's master. */
  readonly warehouse: string;
  readonly master: string;
}

/** A person's answer about such units. */
export interface GoodsReturn {
  readonly kind: 'return';
  /** The order's internal id. */
  readonly order: string;
  readonly connection: string;
  readonly orderId: string;
  readonly goodsBack: boolean;
  readonly items: readonly ReturnedItem[];
  readonly reason?: string;
}

/** Another master for one entry: `ledger`, or the ERP connection that feeds the warehouse. */
export interface HandOver {
  readonly kind: 'hand_over';
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly reason: string;
}

/** The request of a command of the API. */
export type StockChange = UnitsChange | Adjustment | GoodsReturn | HandOver;

export interface CommandAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a change of several entries is applied. A stored decision is final. */
export type Decision = { readonly go: true } | { readonly go: false; readonly answer: CommandAnswer };

export function skusOf(change: StockChange): string[] {
  switch (change.kind) {
    case 'adjust':
      return change.lines.map(({ sku }) => sku);
    case 'return':
      return change.items.map(({ sku }) => sku);
    case 'reduce':
    case 'increase':
    case 'hand_over':
      return [change.sku];
  }
}

/** The master of a change: of several, an ERP before the ledger. */
export function masterOf(change: StockChange): string {
  const masters = mastersOf(change);
  return masters.find((master) => master !== LEDGER) ?? LEDGER;
}

function mastersOf(change: StockChange): string[] {
  switch (change.kind) {
    case 'adjust':
      return change.lines.map(({ master }) => master);
    case 'return':
      return change.items.map(({ master }) => master);
    case 'reduce':
    case 'increase':
      return [change.master];
    case 'hand_over':
      return [LEDGER];
  }
}
