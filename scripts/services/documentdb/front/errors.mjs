/** The errors of a command, as a client sees them. */
import { mongoCodeOf } from './error-codes.mjs';

export const TRANSIENT = 'TransientTransactionError';
export const RETRYABLE = 'RetryableWriteError';

/** A refusal with MongoDB's code, name and labels. */
export class CommandError extends Error {
  /**
   * @param {number} code
   * @param {string} codeName
   * @param {string} message
   * @param {{ labels?: string[], extra?: Record<string, unknown>, cause?: unknown }} [more]
   */
  constructor(code, codeName, message, { labels = [], extra = {}, cause } = {}) {
    super(message, { cause });
    this.name = 'CommandError';
    this.code = code;
    this.codeName = codeName;
    this.labels = labels;
    this.extra = extra;
  }

  /** @returns {Record<string, unknown>} the reply document */
  reply() {
    const labels = this.labels.length > 0 ? { errorLabels: this.labels } : {};
    return { ok: 0, errmsg: this.message, code: this.code, codeName: this.codeName, ...this.extra, ...labels };
  }
}

/** The engine's server is unreachable, or failed before it answered. `mayHaveHappened`: the statement had been sent. */
export class EngineAwayError extends Error {
  /** @param {{ mayHaveHappened: boolean, cause?: unknown }} how */
  constructor({ mayHaveHappened, cause }) {
    super('the database engine is not available', { cause });
    this.name = 'EngineAwayError';
    this.mayHaveHappened = mayHaveHappened;
  }
}

/** The engine's server was reached, and all its connections are taken. */
export class EngineBusyError extends Error {
  constructor() {
    super('no connection to the database engine became free in time');
    this.name = 'EngineBusyError';
  }
}

/** WriteConflict, LockTimeout and NoSuchTransaction: the whole transaction may be retried. */
const TRANSIENT_CODES = new Set([112, 24, 251]);

const SHUTDOWN_STATES = new Set(['57P01', '57P02', '57P03', '57P05']);

/** @param {unknown} error @returns {boolean} whether an error of the PostgreSQL client says that its connection is of no use any more */
export function isConnectionLoss(error) {
  const { code = '', message = '' } = /** @type {{ code?: string, message?: string }} */ (error);
  if (SHUTDOWN_STATES.has(code) || code.startsWith('08')) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EACCES'].includes(code)) return true;
  return /Connection terminated|Client has encountered a connection error|timeout expired|Client was closed/.test(
    message,
  );
}

/** The constraint that a number which is not newer than its session's last one runs into (see schema.mjs). */
const WAS_DONE = 'write_was_done';

/** @param {unknown} error @returns {boolean} whether a numbered write or commit was done before */
export function isRepetition(error) {
  return /** @type {{ constraint?: string }} */ (error).constraint === WAS_DONE;
}

/** @param {bigint | undefined} number */
export function noSuchTransaction(number) {
  return new CommandError(251, 'NoSuchTransaction', `transaction ${number} is not in progress`, {
    labels: [TRANSIENT],
  });
}

/**
 * @param {unknown} error
 * @param {{ inTransaction: boolean, isRepeatable: boolean }} command  `isRepeatable`: sent again as it is, it is done only once
 * @returns {CommandError}
 */
export function asCommandError(error, { inTransaction, isRepeatable }) {
  if (error instanceof CommandError) return error;
  const again = isRepeatable ? [RETRYABLE] : inTransaction ? [TRANSIENT] : [];
  if (error instanceof EngineAwayError) {
    const options = { labels: again, cause: error };
    return error.mayHaveHappened
      ? new CommandError(11600, 'InterruptedAtShutdown', error.message, options)
      : new CommandError(10107, 'NotWritablePrimary', error.message, options);
  }
  if (error instanceof EngineBusyError)
    return new CommandError(262, 'ExceededTimeLimit', error.message, { labels: again, cause: error });
  const { code: state, message } = /** @type {{ code?: string, message: string }} */ (error);
  if (typeof state !== 'string' || state.length !== 5)
    return new CommandError(1, 'InternalError', message, { cause: error });
  const { code, codeName } = mongoCodeOf(state);
  return new CommandError(code, codeName, message, {
    labels: inTransaction && TRANSIENT_CODES.has(code) ? [TRANSIENT] : [],
    cause: error,
  });
}
