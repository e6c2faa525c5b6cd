/** Transactions over several commands: each holds one connection of the pool until its end. */
import { CommandError, EngineAwayError, isRepetition, noSuchTransaction } from './errors.mjs';
import { SQL } from './statements.mjs';
import { encode, RawDocument } from './wire/document.mjs';

/** As MongoDB's transactionLifetimeLimitSeconds. */
export const TRANSACTION_LIFETIME_MS = 60_000;
/** How long its end is kept in memory; a later repeated commit is looked up in the database. */
const MEMORY_MS = 5 * 60_000;

const COMMITTED = encode({ committed: true });
const ABORTED = encode({ committed: false });

/**
 * @typedef {object} Transaction
 * @property {string} key  session and number
 * @property {bigint} number
 * @property {'open' | 'unclear' | 'committed' | 'aborted'} state
 * @property {import('pg').PoolClient | null} client  while open
 * @property {unknown} owner  the client connection that used it last
 * @property {number} running  commands under way
 * @property {boolean} hasWritten
 * @property {number} startedAt
 */

/** @typedef {{ session: string, number: bigint }} Name  `session`: hex */

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
   * @param {Name & { start: boolean, owner: unknown }} of
   * @returns {Promise<Transaction>}
   */
  async enter({ session, number, start, owner }) {
    const known = this.#last.get(session);
    if (start) {
      if (known && number < known.number)
        throw new CommandError(
          225,
          'TransactionTooOld',
          `transaction ${number} is older than the last one of its session`,
        );
      if (known?.number === number)
        throw new CommandError(117, 'ConflictingOperationInProgress', `transaction ${number} was started before`);
      if (known) await this.fail(known);
      return this.#begin({ session, number }, owner);
    }
    if (known?.number !== number) throw noSuchTransaction(number);
    if (known.state === 'committed') throw alreadyCommitted(number);
    if (known.state !== 'open') throw noSuchTransaction(number);
    known.owner = owner;
    return known;
  }

  /** @param {Name} name @param {unknown} owner @returns {Promise<Transaction>} */
  async #begin({ session, number }, owner) {
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
      hasWritten: false,
      startedAt: Date.now(),
    };
    this.#last.set(session, transaction);
    return transaction;
  }

  /**
   * Commits. The commit is recorded in the transaction itself, so that a repeated commit receives the
   * first answer, whatever was killed in between.
   * @param {Name} name
   */
  async commit(name) {
    const transaction = this.#last.get(name.session);
    const isKnown = transaction?.number === name.number;
    if (isKnown && transaction.state === 'committed') return;
    if (isKnown && transaction.state === 'aborted') throw noSuchTransaction(name.number);
    if (!isKnown || !transaction.client) {
      const wasCommitted = await this.#lookUp(name);
      if (isKnown) transaction.state = wasCommitted ? 'committed' : 'aborted';
      if (!wasCommitted) throw noSuchTransaction(name.number);
      return;
    }
    await this.#commitOpen(transaction, transaction.client, name);
  }

  /** @param {Transaction} transaction @param {import('pg').PoolClient} client @param {Name} name */
  async #commitOpen(transaction, client, { session, number }) {
    transaction.client = null;
    transaction.state = 'unclear';
    try {
      if (transaction.hasWritten)
        await this.#engine.on(client, SQL.numberedEnd, [Buffer.from(session, 'hex'), String(number), COMMITTED]);
      await this.#engine.on(client, SQL.commit, []);
      transaction.state = 'committed';
      client.release();
    } catch (error) {
      if (!(error instanceof EngineAwayError)) transaction.state = 'aborted';
      client.release(true);
      throw error;
    }
  }

  /**
   * The result of a transaction that is no longer known here, or whose commit was not answered. If it was
   * not committed, it cannot be later: its number is taken.
   * @param {Name} name
   * @returns {Promise<boolean>} whether it was committed
   */
  async #lookUp({ session, number }) {
    const key = Buffer.from(session, 'hex');
    try {
      await this.#engine.query(SQL.numberedEnd, [key, String(number), ABORTED]);
      return false;
    } catch (error) {
      if (!isRepetition(error)) throw error;
      const [[known, reply] = []] = await this.#engine.query(SQL.numberedWrite, [key]);
      return BigInt(String(known)) === number && new RawDocument(/** @type {Buffer} */ (reply)).flag('committed');
    }
  }

  /** @param {Name} name */
  async abort({ session, number }) {
    const transaction = this.#last.get(session);
    if (transaction?.number !== number) throw noSuchTransaction(number);
    if (transaction.state === 'committed') throw alreadyCommitted(number);
    await this.fail(transaction);
  }

  /** Rolls back, if it is still open: as MongoDB does after any failed command. @param {Transaction} transaction */
  async fail(transaction) {
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

  /** A client has disconnected. @param {unknown} owner */
  async abandonedBy(owner) {
    await this.#failWhere((transaction) => transaction.owner === owner && transaction.running === 0);
  }

  /**
   * Ends transactions that are open for too long, and forgets those that ended long ago. @param {number}
   * now
   */
  async sweep(now) {
    await this.#failWhere((transaction) => now - transaction.startedAt > TRANSACTION_LIFETIME_MS);
    for (const [session, { state, startedAt }] of this.#last)
      if (state !== 'open' && now - startedAt > TRANSACTION_LIFETIME_MS + MEMORY_MS) this.#last.delete(session);
  }

  /** @param {(transaction: Transaction) => boolean} matches */
  async #failWhere(matches) {
    await Promise.all([...this.#last.values()].filter(matches).map((transaction) => this.fail(transaction)));
  }

  /** The session has ended. @param {string} session */
  async forget(session) {
    const transaction = this.#last.get(session);
    if (transaction) await this.fail(transaction);
    this.#last.delete(session);
  }
}

/** @param {bigint} number */
function alreadyCommitted(number) {
  return new CommandError(256, 'TransactionCommitted', `transaction ${number} has been committed`);
}
