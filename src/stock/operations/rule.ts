import { type Balance, type Cause, type Command, type MovementKind } from '../ledger.types.js';

/** The change that a movement makes to a balance, in units. */
export interface Deltas {
  readonly quantityDelta: number;
  readonly reservedDelta: number;
  /** The quantity was stated by the ERP or by a person. */
  readonly observed: boolean;
}

/** Computes the deltas of a command on a balance. Pure. */
export type Rule<C extends Command> = (before: Balance, command: C) => Deltas;

/** One kind of movement: how its command is checked, and what it changes. */
export interface Operation<C extends Command> {
  readonly kind: MovementKind;
  /** @throws InvalidMovementError when the command has no meaning */
  readonly check: (command: C) => void;
  readonly rule: Rule<C>;
}

/** The input of every command. */
export interface Given {
  readonly key: string;
  readonly cause: Cause;
}
