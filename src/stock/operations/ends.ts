import { type Balance, type End } from '../ledger.types.js';
import { checkSigned, checkUnits } from './form.js';
import { type Deltas, type Given, type Operation } from './rule.js';

/** What both ends of a reservation are made of. `observed`: what the ERP that decides holds after it. */
export interface GivenEnd extends Given {
  readonly units: number;
  readonly observed?: number;
}

/** The goods have left: from what is there and from what is promised; or, where an ERP decides, what it is seen to hold. */
export const COMMIT: Operation<End> = {
  kind: 'commit',
  check: checkEnd,
  rule: (before, { units, observed }) =>
    ending(before, units, observed ?? before.quantity - units, observed !== undefined),
};

/** The promise is taken back. One whose order ever had a delivery carries what the ERP is seen to hold. */
export const RELEASE: Operation<End> = {
  kind: 'release',
  check: checkEnd,
  rule: (before, { units, observed }) => ending(before, units, observed ?? before.quantity, observed !== undefined),
};

/** @throws InvalidMovementError */
export function commit(given: GivenEnd): End {
  return checked(COMMIT, { kind: 'commit', ...given });
}

/** @throws InvalidMovementError */
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
