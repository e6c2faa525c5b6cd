import { type Movement } from './ledger.types.js';

/**
 * Hears of every movement after its entry shows it, at least once. When `onMoved` resolves, whatever follows from the movements must be
 * written down: they are not told again.
 */
export abstract class MovementListener {
  abstract onMoved(movements: readonly Movement[]): Promise<void>;
}
