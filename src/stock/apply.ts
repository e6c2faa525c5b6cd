import { InsufficientStockError, type Balance, type Command } from './ledger.types.js';

/** What a command does to a balance. */
export interface Effect {
  readonly quantityDelta: number;
  readonly reservedDelta: number;
  readonly balance: Balance;
  /** Somebody who knows said how much there is: the ERP, or a person. */
  readonly observed: boolean;
}

/**
 * The rule of each kind of movement, as a pure function.
 * @throws InsufficientStockError when a guarded command asks for more than is available
 */
export function apply(before: Balance, command: Command, sku: string): Effect {
  const { quantityDelta, reservedDelta, observed } = deltas(before, command);
  const taken = reservedDelta - quantityDelta;
  const available = before.quantity - before.reserved;
  if ('guarded' in command && command.guarded && taken > 0 && taken > available) {
    throw new InsufficientStockError(sku, Math.max(0, available), taken);
  }
  return {
    quantityDelta,
    reservedDelta,
    observed,
    balance: { place: before.place + 1, quantity: before.quantity + quantityDelta, reserved: before.reserved + reservedDelta },
  };
}

function deltas(before: Balance, command: Command): { quantityDelta: number; reservedDelta: number; observed: boolean } {
  switch (command.kind) {
    case 'reserve':
      return { quantityDelta: 0, reservedDelta: command.units, observed: false };
    case 'release':
      return command.observed === undefined
        ? { quantityDelta: 0, reservedDelta: -command.units, observed: false }
        : { quantityDelta: command.observed - before.quantity, reservedDelta: -command.units, observed: true };
    case 'commit':
      return command.observed === undefined
        ? { quantityDelta: -command.units, reservedDelta: -command.units, observed: false }
        : { quantityDelta: command.observed - before.quantity, reservedDelta: -command.units, observed: true };
    case 'adjust':
    case 'reconcile':
    case 'sync_in':
      return 'by' in command
        ? { quantityDelta: command.by, reservedDelta: 0, observed: true }
        : { quantityDelta: command.quantity - before.quantity, reservedDelta: 0, observed: true };
  }
}
