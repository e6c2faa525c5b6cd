/** Access to PostgreSQL: a pool of connections, and the state of the server. */
import pg from 'pg';
import { EngineAwayError, EngineBusyError, isConnectionLoss } from './errors.mjs';

/** @typedef {{ name: string, text: string }} Statement  prepared once per connection, by its name */

/**
 * Settings of each connection. A write that meets another transaction's lock waits for its end, for this
 * long at most. A transaction lives for a minute, so only a client that stopped in the middle of one is
 * awaited that long.
 */
const SETTINGS = '-c search_path=documentdb_api_catalog,documentdb_core,public -c lock_timeout=20s';
const WAIT_FOR_CONNECTION_MS = 10_000;
const PROBE_MS = 200;

/** Attempts of a single statement that meets concurrent ones. MongoDB does this inside, too. */
const ATTEMPTS = 8;

/** @param {unknown} error @returns {boolean} the statement was undone because of another one, and may be tried again */
function isConflict(error) {
  const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
  if (code === '40001' || code === '40P01') return true;
  return code === 'XX000' && message.startsWith('tuple concurrently'); // two changes of the same collection's definition
}

const TOO_MANY_CONNECTIONS = '53300';

/** @param {unknown} error */
function isFull(error) {
  const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
  return code === TOO_MANY_CONNECTIONS || message === 'timeout exceeded when trying to connect';
}

export class Engine {
  #pool;
  #connection;
  /** Whether the server answered last time. */
  isThere = true;
  /** @type {NodeJS.Timeout | undefined} */
  #probe;
  #closed = false;

  /** @param {{ socketFolder: string, maxConnections: number }} options */
  constructor({ socketFolder, maxConnections }) {
    this.#connection = {
      host: socketFolder,
      user: 'postgres',
      database: 'postgres',
      application_name: 'front',
      options: SETTINGS,
    };
    this.#pool = new pg.Pool({
      ...this.#connection,
      max: maxConnections,
      connectionTimeoutMillis: WAIT_FOR_CONNECTION_MS,
      idleTimeoutMillis: 300_000,
    });
    this.#pool.on('error', () => this.#lost());
    // A connection in use reports its loss to the current statement; without a listener its event would
    // end this process.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /**
   * Runs one statement on any free connection: it is a transaction of its own.
   * @param {Statement} statement
   * @param {unknown[]} values
   * @returns {Promise<unknown[][]>} rows
   * @throws {EngineAwayError} {@link EngineBusyError} or the server's own error
   */
  async query(statement, values) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#queryOnce(statement, values);
      } catch (error) {
        if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      }
    }
  }

  /** @param {Statement} statement @param {unknown[]} values @returns {Promise<unknown[][]>} */
  async #queryOnce(statement, values) {
    const client = await this.acquire();
    let broken = false;
    try {
      return await this.on(client, statement, values);
    } catch (error) {
      broken = error instanceof EngineAwayError;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * A connection to keep for a while; return it with `release(true)` if it must not be used again.
   * @returns {Promise<pg.PoolClient>}
   */
  async acquire() {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (this.isThere && isFull(error)) throw new EngineBusyError();
      this.#lost();
      throw new EngineAwayError({ mayHaveHappened: false, cause: error });
    }
  }

  /**
   * Runs one statement on a connection that the caller holds.
   * @param {pg.ClientBase} client
   * @param {Statement} statement
   * @param {unknown[]} values
   * @returns {Promise<unknown[][]>}
   */
  async on(client, { name, text }, values) {
    try {
      const result = await client.query({ name, text, values, rowMode: 'array' });
      return result.rows;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      this.#lost();
      throw new EngineAwayError({ mayHaveHappened: true, cause: error });
    }
  }

  async close() {
    this.#closed = true;
    clearTimeout(this.#probe);
    await this.#pool.end();
  }

  /** From now on the server counts as unreachable, until it answers again. */
  #lost() {
    if (!this.isThere || this.#closed) return;
    this.isThere = false;
    this.#probeLater();
  }

  #probeLater() {
    this.#probe = setTimeout(async () => {
      const client = new pg.Client({ ...this.#connection, connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('select 1');
        this.isThere = true;
      } catch {
        if (!this.#closed) this.#probeLater();
      } finally {
        client.end().catch(() => undefined);
      }
    }, PROBE_MS);
  }
}
