/** An end that the person at the terminal can do something about: shown as its text alone, without a stack. */
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

/** The first line of whatever was thrown. */
export const reasonOf = (error) =>
  (error instanceof Error ? error.message || error.name : String(error)).split('\n')[0];
