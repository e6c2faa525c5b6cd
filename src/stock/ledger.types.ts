import { ConflictError } from '../common/errors.js';

export type MovementKind = 'reserve' | 'release' | 'commit' | 'adjust' | 'reconcile' | 'sync_in';

/** Why a movement was made. */
export interface Cause {
  readonly type: 'order' | 'command' | 'observation';
  readonly connection?: string;
  readonly orderId?: string;
  readonly commandId?: string;
  /** The full scan or the initial load that made it. */
  readonly runId?: string;
  /** The name of the API key that asked. */
  readonly actor?: string;
  readonly reason?: string;
  readonly correlationId?: string;
}

/** The state of a stock entry after its newest movement. Seq 0 and zeros: no movement yet. */
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

/**
 * Reserves units. A guarded reserve is refused when fewer are available. Unguarded, it may take available
 * below zero.
 */
export interface Reserve extends Common {
  readonly kind: 'reserve';
  readonly units: number;
  readonly guarded?: boolean;
}
/** Ends a reservation. `observed` is the ERP's quantity afterwards; absent where the ledger is the master. */
export interface End extends Common {
  readonly kind: 'release' | 'commit';
  readonly units: number;
  readonly observed?: number;
}
/** Sets the quantity. */
export interface SetQuantity extends Common {
  readonly kind: 'adjust' | 'reconcile' | 'sync_in';
  readonly quantity: number;
  /** The quantity that it is meant for, in units. With another quantity it is refused. */
  readonly from?: number;
}
/** Changes the quantity by a number of units. A guarded change is refused when it would take more than is available. */
export interface ChangeQuantity extends Common {
  readonly kind: 'adjust';
  readonly by: number;
  readonly guarded?: boolean;
}
export type Command = Reserve | End | SetQuantity | ChangeQuantity;

/** One immutable line of the ledger. */
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
  /** The master of the quantity at that time. Absent in movements of the first release. */
  readonly master?: string;
  readonly at: Date;
  readonly schemaVersion: number;
}

/** Commands of one entry, in their order. */
export interface Run {
  readonly sku: string;
  readonly warehouse: string;
  /** `ledger`, or the id of the ERP connection that is the entry's master. */
  readonly master: string;
  readonly commands: readonly Command[];
  /** The newest seq before the ERP was observed: only reserves may follow it. */
  readonly observedFrom?: number;
  /**
   * The refusal of one command appends none of the run. A part of a run that was cut short before (by a
   * crash, or by another writer in between) may stand: `InsufficientStockError.standing` names it.
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
    const numbers = { sku, available, asked };
    super('problems.insufficient-stock.detail', numbers, numbers);
  }
}

/** The quantity is not the one that a command is meant for. Nothing was appended. */
export class QuantityMovedError extends Error {
  constructor(
    readonly sku: string,
    /** The quantity that the entry has, in units. */
    readonly quantity: number,
  ) {
    super(`the quantity of ${sku} is ${quantity} by now`);
    this.name = 'QuantityMovedError';
  }
}

/** The entry changed while its ERP was being observed. Observe again. */
export class StaleObservationError extends Error {
  constructor(entry: string) {
    super(`${entry} changed during the observation`);
    this.name = 'StaleObservationError';
  }
}
