export interface ErpWarehouseStock {
  readonly code: string;
  readonly name: string;
  /** The ledger's warehouse that this one feeds; null: not counted. */
  readonly warehouse: string | null;
  readonly onHand: number;
  /** On hand minus all reservations. */
  readonly free: number;
  /** Reserved by open moves that come from our own deliveries. */
  readonly heldByUs: number;
  /** What each of the uncounted transfers that were asked about has moved out of it. */
  readonly taken: readonly TakenUnits[];
}

/** Units that a transfer of ours has moved out of a warehouse, less those that came back; negative: moved into it. */
export interface TakenUnits {
  readonly transfer: string;
  readonly units: number;
}

/**
 * The names of our transfers of these SKUs that the ledger has not counted. A reading asks for them before it reads free units and after: a
 * transfer that books in between must not be missing.
 */
export type UncountedNames = (skus: readonly string[]) => Promise<readonly string[]>;

/** One SKU in the ERP, read so that `free + heldByUs + taken` belongs to one moment. */
export interface ErpStock {
  readonly sku: string;
  readonly productRef: string;
  readonly warehouses: readonly ErpWarehouseStock[];
}

/** A SKU that cannot be counted: unknown, several products with the SKU, a product without stock. */
export interface ErpStockProblem {
  readonly sku: string;
  readonly problem: 'unknown' | 'duplicate' | 'notStorable';
  readonly detail: string;
}

/** A product in the ERP's list. `sku` null: it has none. */
export interface ErpProduct {
  readonly sku: string | null;
  readonly productRef: string;
  /** Why it cannot be counted; absent: it can. */
  readonly problem?: {
    readonly kind: 'noSku' | 'duplicate' | 'notStorable' | 'archived' | 'unit' | 'untidy';
    readonly detail: string;
  };
}

export interface ErpTransfer {
  /** Unique for ever: `<installation>/<connection>/<order>/<n>`. The ERP refuses a second one of this name. */
  readonly name: string;
  /** The text for people in the warehouse: the order number. */
  readonly origin: string;
  readonly direction: 'out' | 'in';
  /** The ledger's warehouse. */
  readonly warehouse: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /**
   * If not all is in stock: leave it waiting in the ERP (`wait`: the sale has happened), or cancel it
   * (`cancel`: the caller can be refused).
   */
  readonly ifShort: 'wait' | 'cancel';
}

/**
 * `done`: the goods are booked; `detail` names what a person left out. `short`: not all in stock, left
 * waiting or cancelled as requested. `cancelled`: found cancelled under its name, nothing moved.
 * `conflict`: the name belongs to something else; a person must check.
 */
export type TransferResult =
  | { readonly state: 'done'; readonly reference: string; readonly detail?: string }
  | { readonly state: 'short'; readonly detail: string }
  | { readonly state: 'cancelled' }
  | { readonly state: 'conflict'; readonly detail: string };
