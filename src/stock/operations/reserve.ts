import { type Reserve } from '../ledger.types.js';
import { checkUnits } from './form.js';
import { type Given, type Operation } from './rule.js';

/**
 * Promises `units` to somebody. `guarded`: refused when fewer are available. With 0 units it takes its key and moves nothing, so that
 * whoever comes late with the same key finds that it was given up.
 */
export const RESERVE: Operation<Reserve> = {
  kind: 'reserve',
  check: ({ units }) => checkUnits('units', units),
  rule: (_before, { units }) => ({ quantityDelta: 0, reservedDelta: units, observed: false }),
};

/** @throws InvalidMovementError */
export function reserve(given: Given & { readonly units: number; readonly guarded?: boolean }): Reserve {
  const command: Reserve = { kind: 'reserve', ...given };
  RESERVE.check(command);
  return command;
}
