import { LEDGER } from '../stock/ledger.types.js';

/** Units to be put in or taken out, as `reduce` and `increase` ask for it. */
export interface UnitsChange {
  readonly kind: 'reduce' | 'increase';
  readonly sku: string;
  readonly units: number;
  readonly warehouse: string;
  /** Who decided what is there when it was asked for: `ledger`, or the id of an ERP connection. */
  readonly master: string;
  readonly orderId?: string;
  readonly reason?: string;
}

/** `absolute`: so many there are. `delta`: so many more or fewer. */
export type AdjustMode = 'absolute' | 'delta';

/** What an adjustment makes of one entry: all its lines on that entry together. */
export interface AdjustLine {
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly mode: AdjustMode;
  /** Units: what there is, or the signed difference. */
  readonly quantity: number;
}

/** What somebody says there is, or how much more or less: of several entries all or none. */
export interface Adjustment {
  readonly kind: 'adjust';
  /** At most one of each entry. */
  readonly lines: readonly AdjustLine[];
  readonly reason: string;
}

/** Units of an order that were delivered and are not sold any more. */
export interface ReturnedItem {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  /** Where they are put back, and who decides what is there. */
  readonly warehouse: string;
  readonly master: string;
}

/** What somebody says became of such units. */
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

/** What a command of the API asks for. */
export type StockChange = UnitsChange | Adjustment | GoodsReturn;

export interface CommandAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a change of several entries is carried out. Once it is stored nobody decides otherwise. */
export type Decision = { readonly go: true } | { readonly go: false; readonly answer: CommandAnswer };

/** The products that a change is about. */
export function skusOf(change: StockChange): string[] {
  switch (change.kind) {
    case 'adjust':
      return change.lines.map(({ sku }) => sku);
    case 'return':
      return change.items.map(({ sku }) => sku);
    case 'reduce':
    case 'increase':
      return [change.sku];
  }
}

/** Who decides what is there of what a change is about: of several, an ERP before the ledger. */
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
  }
}
