import { ConflictError } from '../common/errors.js';

export type MovementKind = 'reserve' | 'release' | 'commit' | 'adjust' | 'reconcile' | 'sync_in';

/** Why a movement was made. */
export interface Cause {
  readonly type: 'order' | 'command' | 'observation';
  readonly connection?: string;
  readonly orderId?: string;
  readonly commandId?: string;
  /** The look at everything that found it, or took it over. */
  readonly runId?: string;
  /** Name of the API key that asked. */
  readonly actor?: string;
  readonly reason?: string;
  readonly correlationId?: string;
}

/** The state of a stock entry after its newest movement. `seq` 0 with zeros: it has none yet. */
export interface Balance {
  readonly seq: number;
  readonly quantity: number;
  readonly reserved: number;
}

interface Common {
  /** Unique within its entry: a second command of the same key is answered with the first one's movement. */
  readonly key: string;
  readonly cause: Cause;
}

/** Promises units to somebody. A guarded one is refused when fewer are available; an order's never is. */
export interface Reserve extends Common {
  readonly kind: 'reserve';
  readonly units: number;
  readonly guarded?: boolean;
}
/** Ends a reservation. `observed` is what its ERP holds now; without it the entry is its own master. */
export interface End extends Common {
  readonly kind: 'release' | 'commit';
  readonly units: number;
  readonly observed?: number;
}
/** Sets what is there. */
export interface SetQuantity extends Common {
  readonly kind: 'adjust' | 'reconcile' | 'sync_in';
  readonly quantity: number;
}
/** Changes what is there by so many units. A guarded one is refused when it would take more than is available. */
export interface ChangeQuantity extends Common {
  readonly kind: 'adjust';
  readonly by: number;
  readonly guarded?: boolean;
}
export type Command = Reserve | End | SetQuantity | ChangeQuantity;

/** What happened to the balance: one immutable line. */
export interface Movement {
  readonly _id: string;
  readonly entry: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly seq: number;
  readonly kind: MovementKind;
  readonly quantityDelta: number;
  readonly reservedDelta: number;
  readonly quantity: number;
  readonly reserved: number;
  readonly key: string;
  readonly cause: Cause;
  readonly observed: boolean;
  /** Who decided how much was there. Absent in movements of the first release. */
  readonly master?: string;
  readonly at: Date;
  readonly schemaVersion: number;
}

/** Commands of one entry, in their order. */
export interface Run {
  readonly sku: string;
  readonly warehouse: string;
  /** The ledger itself, or the id of the ERP connection that decides what is there. */
  readonly master: string;
  readonly commands: readonly Command[];
  /** The seq that was the newest before the world was observed: only reserves may have come since. */
  readonly observedFrom?: number;
  /**
   * A refusal of one command appends none of the run. Of a run that was cut short before (a crash, another writer in between) a part may
   * stand: `InsufficientStockError.standing` names it.
   */
  readonly allOrNone?: true;
}

export const LEDGER = 'ledger';

/** Fewer units are available than a guarded command asks for. */
export class InsufficientStockError extends ConflictError {
  constructor(
    readonly sku: string,
    readonly available: number,
    readonly asked: number,
    /** The keys of the same run that were appended before. */
    readonly standing: readonly string[] = [],
  ) {
    super('insufficient-stock', 'Not enough stock', `${sku}: ${asked} asked for, ${available} available`, {
      sku,
      available,
      asked,
    });
  }
}

/** The entry changed while its ERP was being observed; observe again. */
export class StaleObservationError extends Error {
  constructor(entry: string) {
    super(`${entry} changed during the observation`);
    this.name = 'StaleObservationError';
  }
}
