/** A command that has no meaning: a broken unit, a missing key. Whoever made it is at fault; nothing was appended. */
export class InvalidMovementError extends Error {
  constructor(
    readonly field: string,
    readonly expected: string,
  ) {
    super(`${field} ${expected}`);
    this.name = 'InvalidMovementError';
  }
}

/** A command that would change what is there in a way that the entry's master does not allow; nothing was appended. */
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
