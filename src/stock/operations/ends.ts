import { type Balance, type End } from '../ledger.types.js';
import { checkSigned, checkUnits } from './form.js';
import { type Deltas, type Given, type Operation } from './rule.js';

/** The input of both ends of a reservation. `observed`: the quantity that the ERP reports afterwards. */
export interface GivenEnd extends Given {
  readonly units: number;
  readonly observed?: number;
}

/**
 * The goods have left. Takes from quantity and reserved; where an ERP is the master, sets the observed
 * quantity instead.
 */
export const COMMIT: Operation<End> = {
  kind: 'commit',
  check: checkEnd,
  rule: (before, { units, observed }) =>
    ending(before, units, observed ?? before.quantity - units, observed !== undefined),
};

/** The reservation is cancelled. If its order ever had a delivery, it also sets the observed quantity. */
export const RELEASE: Operation<End> = {
  kind: 'release',
  check: checkEnd,
  rule: (before, { units, observed }) => ending(before, units, observed ?? before.quantity, observed !== undefined),
};

export function commit(given: GivenEnd): End {
  return checked(COMMIT, { kind: 'commit', ...given });
}

export function release(given: GivenEnd): End {
  return checked(RELEASE, { kind: 'release', ...given });
}

function checkEnd({ units, observed }: End): void {
  checkUnits('units', units);
  if (observed !== undefined) checkSigned('observed', observed);
}

function ending(before: Balance, units: number, quantity: number, observed: boolean): Deltas {
  return { quantityDelta: quantity - before.quantity, reservedDelta: 0 - units, observed };
}

function checked(operation: Operation<End>, command: End): End {
  operation.check(command);
  return command;
}
