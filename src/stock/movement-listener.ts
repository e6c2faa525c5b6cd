import { type Movement } from './ledger.types.js';

/**
 * Receives every movement at least once, after its entry shows it. What follows from the movements must be
 * durable when `onMoved` resolves, as they are not passed on again.
 */
export abstract class MovementListener {
  abstract onMoved(movements: readonly Movement[]): Promise<void>;
}
