import { type Cause, type Command } from '../../stock/ledger.types.js';
import { adjustBy } from '../../stock/operations/quantities.js';

/** Ends of reservations, or an adjustment that needs its own movement: recorded with the ERP's observed quantity. */
export interface ToCount {
  readonly sku: string;
  readonly warehouse: string;
  readonly kind: 'commit' | 'release' | 'adjust';
  readonly units: number;
  readonly key: string;
  readonly cause: Cause;
}

/** Its command, with the quantity that the ERP holds afterwards. */
export function countedAs(count: ToCount, observed: number): Command {
  return count.kind === 'adjust'
    ? { kind: 'adjust', quantity: observed, key: count.key, cause: count.cause }
    : { kind: count.kind, units: count.units, observed, key: count.key, cause: count.cause };
}

/** Its command where the ledger is the master. */
export function countedHere({ kind, units, key, cause }: ToCount): Command {
  return kind === 'adjust' ? adjustBy({ key, cause, by: units }) : { kind, units, key, cause };
}
