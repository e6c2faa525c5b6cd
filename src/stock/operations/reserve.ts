import { type Reserve } from '../ledger.types.js';
import { checkUnits } from './form.js';
import { type Given, type Operation } from './rule.js';

/**
 * Reserves `units`. `guarded`: refused when fewer are available. With 0 units it uses up its key and moves
 * nothing: a late worker with the same key then finds that the reservation was abandoned.
 */
export const RESERVE: Operation<Reserve> = {
  kind: 'reserve',
  check: ({ units }) => checkUnits('units', units),
  rule: (_before, { units }) => ({ quantityDelta: 0, reservedDelta: units, observed: false }),
};

export function reserve(given: Given & { readonly units: number; readonly guarded?: boolean }): Reserve {
  const command: Reserve = { kind: 'reserve', ...given };
  RESERVE.check(command);
  return command;
}
