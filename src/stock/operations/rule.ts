import { type Balance, type Cause, type Command, type MovementKind } from '../ledger.types.js';

/** By how much a movement changes a balance, in units. */
export interface Deltas {
  readonly quantityDelta: number;
  readonly reservedDelta: number;
  /** Somebody who knows said how much there is: the ERP, or a person. */
  readonly observed: boolean;
}

/** What an operation changes of the balance that it meets. Pure. */
export type Rule<C extends Command> = (before: Balance, command: C) => Deltas;

/** One kind of movement: what a command of it must look like, and what it does. */
export interface Operation<C extends Command> {
  readonly kind: MovementKind;
  /** @throws InvalidMovementError when the command has no meaning */
  readonly check: (command: C) => void;
  readonly rule: Rule<C>;
}

/** What every command is made with. */
export interface Given {
  /** Unique within its entry. */
  readonly key: string;
  readonly cause: Cause;
}
