/**
 * A command without a meaning, such as a fraction of a unit or a missing key. The caller is at fault;
 * nothing was appended.
 */
export class InvalidMovementError extends Error {
  constructor(
    readonly field: string,
    readonly expected: string,
  ) {
    super(`${field} ${expected}`);
    this.name = 'InvalidMovementError';
  }
}

/** A command that would change the quantity in a way that the entry's master does not allow; nothing was appended. */
export class WrongMasterError extends Error {
  constructor(
    readonly entry: string,
    readonly master: string,
    detail: string,
  ) {
    super(`${entry} (master: ${master}): ${detail}`);
    this.name = 'WrongMasterError';
  }
}
