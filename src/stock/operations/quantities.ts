import { type ChangeQuantity, type SetQuantity } from '../ledger.types.js';
import { checkSigned } from './form.js';
import { type Given, type Operation } from './rule.js';

/** Sets the quantity to a number that a person, a full scan or the ERP states. Reserved stays. */
function setting(kind: SetQuantity['kind']): Operation<SetQuantity> {
  return {
    kind,
    check: ({ quantity }) => checkSigned('quantity', quantity),
    rule: (before, { quantity }) => ({ quantityDelta: quantity - before.quantity, reservedDelta: 0, observed: true }),
  };
}

export const ADJUST_TO = setting('adjust');
export const RECONCILE_TO = setting('reconcile');
export const SYNC_IN = setting('sync_in');

/** Changes the quantity by a number of units. `guarded`: refused when it would take more than is available. */
export const ADJUST_BY: Operation<ChangeQuantity> = {
  kind: 'adjust',
  check: ({ by }) => checkSigned('by', by),
  rule: (_before, { by }) => ({ quantityDelta: by, reservedDelta: 0, observed: true }),
};

export type GivenQuantity = Given & { readonly quantity: number; readonly from?: number };

/** By a person, or observed in the ERP. @throws InvalidMovementError */
export const adjustTo = (given: GivenQuantity): SetQuantity => setTo(ADJUST_TO, 'adjust', given);

/** By a full scan that found a difference in the ERP. @throws InvalidMovementError */
export const reconcileTo = (given: GivenQuantity): SetQuantity => setTo(RECONCILE_TO, 'reconcile', given);

/** The first quantity of an entry. @throws InvalidMovementError */
export const syncIn = (given: GivenQuantity): SetQuantity => setTo(SYNC_IN, 'sync_in', given);

/** By a person, where the ledger is the master. @throws InvalidMovementError */
export function adjustBy(given: Given & { readonly by: number; readonly guarded?: boolean }): ChangeQuantity {
  const command: ChangeQuantity = { kind: 'adjust', ...given };
  ADJUST_BY.check(command);
  return command;
}

function setTo(operation: Operation<SetQuantity>, kind: SetQuantity['kind'], given: GivenQuantity): SetQuantity {
  const command: SetQuantity = { kind, ...given };
  operation.check(command);
  return command;
}
