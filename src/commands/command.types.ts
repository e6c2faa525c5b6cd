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

/** What a command of the API asks for. */
export type StockChange = UnitsChange | Adjustment;

export interface CommandAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a change of several entries is carried out. Once it is stored nobody decides otherwise. */
export type Decision = { readonly go: true } | { readonly go: false; readonly answer: CommandAnswer };

/** The products that a change is about. */
export function skusOf(change: StockChange): string[] {
  return change.kind === 'adjust' ? change.lines.map(({ sku }) => sku) : [change.sku];
}
