/**
 * Answers to numbered writes, so that a write which a client sends again (its connection broke before the answer came)
 * is answered and not done a second time. One per session: a session sends its numbers one after the other.
 */

/**
 * @typedef {object} Remembered
 * @property {bigint} number
 * @property {Promise<Buffer>} answer
 */

export class Retries {
  /** @type {Map<string, Remembered>} */
  #bySession = new Map();

  /**
   * @param {string} session
   * @param {bigint} number
   * @param {() => Promise<Buffer>} write
   * @returns {Promise<Buffer>} the answer of the first time
   */
  async once(session, number, write) {
    const known = this.#bySession.get(session);
    if (known?.number === number) return known.answer;
    const answer = write();
    this.#bySession.set(session, { number, answer });
    try {
      return await answer;
    } catch (error) {
      // What failed as a whole has changed nothing and may be tried again.
      if (this.#bySession.get(session)?.answer === answer) this.#bySession.delete(session);
      throw error;
    }
  }

  /** @param {string} session */
  forget(session) {
    this.#bySession.delete(session);
  }
}
