/** An error that the person at the terminal can fix: shown as its text, without a stack. */
export class StartError extends Error {
  /**
   * @param {string} message
   * @param {{ exitCode?: number, cause?: unknown }} [options]
   */
  constructor(message, { exitCode = 1, cause } = {}) {
    super(message, { cause });
    this.name = 'StartError';
    this.exitCode = exitCode;
  }
}

/** The first line of a thrown value. */
export const reasonOf = (error) =>
  (error instanceof Error ? error.message || error.name : String(error)).split('\n')[0];
