import { InsufficientStockError, QuantityMovedError, type Balance, type Command } from './ledger.types.js';
import { InvalidMovementError } from './operations/errors.js';
import { deltasOf } from './operations/operations.js';
import { type Deltas } from './operations/rule.js';

export interface Effect extends Deltas {
  readonly balance: Balance;
}

/**
 * Applies a command to a balance, by the rule of its kind and, for a guarded one, within what is
 * available. Pure.
 * @throws InsufficientStockError when a guarded command asks for more than is available
 * @throws QuantityMovedError when the command is meant for another quantity
 * @throws InvalidMovementError when the balance would exceed the numbers that JavaScript holds exactly
 */
export function apply(before: Balance, command: Command, sku: string): Effect {
  if ('from' in command && command.from !== undefined && command.from !== before.quantity)
    throw new QuantityMovedError(sku, before.quantity);
  const deltas = deltasOf(before, command);
  const taken = deltas.reservedDelta - deltas.quantityDelta;
  const available = before.quantity - before.reserved;
  if ('guarded' in command && command.guarded && taken > 0 && taken > available) {
    throw new InsufficientStockError(sku, Math.max(0, available), taken);
  }
  const balance = {
    seq: before.seq + 1,
    quantity: before.quantity + deltas.quantityDelta,
    reserved: before.reserved + deltas.reservedDelta,
  };
  if (!Number.isSafeInteger(balance.quantity) || !Number.isSafeInteger(balance.reserved)) {
    throw new InvalidMovementError('balance', 'must stay within what numbers hold exactly');
  }
  return { ...deltas, balance };
}
