/** Transactions over several commands: each holds one connection of the pool until its end. */
import { CommandError, EngineAwayError, TRANSIENT } from './errors.mjs';
import { SQL } from './statements.mjs';

/** As MongoDB's transactionLifetimeLimitSeconds. */
export const TRANSACTION_LIFETIME_MS = 60_000;

/**
 * @typedef {object} Transaction
 * @property {string} key  session and number
 * @property {bigint} number
 * @property {'open' | 'committing' | 'unclear' | 'committed' | 'aborted'} state
 * @property {import('pg').PoolClient | null} client  while open
 * @property {unknown} owner  the client connection that used it last
 * @property {number} running  commands under way
 * @property {number} startedAt
 * @property {string | null} engineId  PostgreSQL's own number of it, known from the commit on
 */

export class Transactions {
  /** @type {Map<string, Transaction>} the last one of each session */
  #last = new Map();
  #engine;

  /** @param {import('./engine.mjs').Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  get openCount() {
    return [...this.#last.values()].filter((transaction) => transaction.state === 'open').length;
  }

  /**
   * The transaction that a command belongs to, begun where the command says so.
   * @param {{ session: string, number: bigint, start: boolean, owner: unknown }} of
   * @returns {Promise<Transaction>}
   */
  async enter({ session, number, start, owner }) {
    const known = this.#last.get(session);
    if (start) {
      if (known && number < known.number) throw tooOld(number);
      if (known?.number === number)
        throw new CommandError(50911, 'ConflictingOperationInProgress', `transaction ${number} has been started before`);
      if (known) await this.#end(known);
      return this.#begin(session, number, owner);
    }
    if (known?.number === number && known.state === 'open') {
      known.owner = owner;
      return known;
    }
    if (known?.number === number && known.state === 'committed')
      throw new CommandError(256, 'TransactionCommitted', `transaction ${number} has been committed`);
    throw gone(number);
  }

  /** @param {string} session @param {bigint} number @param {unknown} owner @returns {Promise<Transaction>} */
  async #begin(session, number, owner) {
    const client = await this.#engine.acquire();
    try {
      await this.#engine.on(client, SQL.begin, []);
    } catch (error) {
      client.release(true);
      throw error;
    }
    /** @type {Transaction} */
    const transaction = {
      key: `${session}/${number}`,
      number,
      state: 'open',
      client,
      owner,
      running: 0,
      startedAt: Date.now(),
      engineId: null,
    };
    this.#last.set(session, transaction);
    return transaction;
  }

  /**
   * Commits. Asked again after an unclear answer it finds out what became of it, and says the same as the first time would have.
   * @param {{ session: string, number: bigint }} of
   */
  async commit({ session, number }) {
    const transaction = this.#last.get(session);
    if (transaction?.number !== number) throw gone(number);
    if (transaction.state === 'unclear') await this.#clear(transaction);
    if (transaction.state === 'committed') return;
    if (transaction.state !== 'open' || !transaction.client) throw gone(number);
    const { client } = transaction;
    transaction.state = 'committing';
    transaction.client = null;
    try {
      const [[engineId] = []] = await this.#engine.on(client, SQL.transactionId, []);
      transaction.engineId = typeof engineId === 'string' ? engineId : null;
      await this.#engine.on(client, SQL.commit, []);
      transaction.state = 'committed';
      client.release();
    } catch (error) {
      const away = error instanceof EngineAwayError;
      transaction.state = away && transaction.engineId !== null ? 'unclear' : 'aborted';
      client.release(true);
      // A transaction that wrote nothing has nothing to lose; one whose number is unknown never got as far as its commit.
      throw error;
    }
  }

  /** Asks the engine what became of a commit whose answer was lost. @param {Transaction} transaction */
  async #clear(transaction) {
    const [[status] = []] = await this.#engine.query(SQL.transactionStatus, [transaction.engineId]);
    if (status === 'committed') transaction.state = 'committed';
    else if (status === 'aborted') transaction.state = 'aborted';
    else throw new EngineAwayError({ mayHaveHappened: true });
  }

  /** @param {{ session: string, number: bigint }} of */
  async abort({ session, number }) {
    const transaction = this.#last.get(session);
    if (transaction?.number !== number) throw gone(number);
    if (transaction.state === 'committed') throw new CommandError(256, 'TransactionCommitted', `transaction ${number} has been committed`);
    await this.#end(transaction);
  }

  /** Rolls back after a failed command, as MongoDB does. @param {Transaction} transaction */
  fail(transaction) {
    return this.#end(transaction);
  }

  /** @param {Transaction} transaction */
  async #end(transaction) {
    const { client } = transaction;
    if (transaction.state !== 'open' || !client) return;
    transaction.state = 'aborted';
    transaction.client = null;
    try {
      await this.#engine.on(client, SQL.rollback, []);
      client.release();
    } catch {
      client.release(true); // a lost connection is rolled back by the server itself
    }
  }

  /** @param {(transaction: Transaction) => boolean} matches */
  async abortWhere(matches) {
    await Promise.all(
      [...this.#last.values()]
        .filter((transaction) => transaction.state === 'open' && matches(transaction))
        .map((transaction) => this.#end(transaction)),
    );
  }

  /** A client connection has gone. @param {unknown} owner */
  abandonedBy(owner) {
    return this.abortWhere((transaction) => transaction.owner === owner && transaction.running === 0);
  }

  /** @param {number} now */
  abortOverdue(now) {
    return this.abortWhere((transaction) => now - transaction.startedAt > TRANSACTION_LIFETIME_MS);
  }

  /** @param {string} session */
  async forget(session) {
    const transaction = this.#last.get(session);
    if (transaction) await this.#end(transaction);
    this.#last.delete(session);
  }
}

/** @param {bigint} number */
function gone(number) {
  return new CommandError(251, 'NoSuchTransaction', `transaction ${number} is not in progress`, { labels: [TRANSIENT] });
}

/** @param {bigint} number */
function tooOld(number) {
  return new CommandError(225, 'TransactionTooOld', `transaction ${number} is older than the last one of its session`);
}
