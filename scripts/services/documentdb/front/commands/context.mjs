/** A command in progress: the client's message, and its access to the engine. */
import { CommandError, noSuchTransaction } from '../errors.mjs';
import { documentOf, documentsIn, elementOf } from '../wire/document.mjs';

/** Fields for the front process, not for the engine. */
const OURS = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'autocommit',
  'lsid',
  'readConcern',
  'startTransaction',
  'stmtId',
  'stmtIds',
  'txnNumber',
  'writeConcern',
]);

/**
 * @typedef {object} Front  what all commands share
 * @property {import('../engine.mjs').Engine} engine
 * @property {import('../cursors.mjs').Cursors} cursors
 * @property {import('../transactions.mjs').Transactions} transactions
 * @property {{ setName: string, address: string, startedAt: number }} identity
 */

export class Context {
  /**
   * @param {object} of
   * @param {Front} of.front
   * @param {import('../wire/document.mjs').RawDocument} of.body
   * @param {Map<string, Buffer>} of.sequences
   * @param {string} of.database
   * @param {{ id: number }} of.connection
   */
  constructor({ front, body, sequences, database, connection }) {
    this.front = front;
    this.body = body;
    this.sequences = sequences;
    this.database = database;
    this.connection = connection;
    this.name = body.firstName();
    this.session = body.document('lsid')?.binary('id')?.toString('hex');
    this.number = body.bigint('txnNumber');
    this.isInTransaction = body.has('autocommit') && !body.flag('autocommit');
    /** @type {import('../transactions.mjs').Transaction | null} */
    this.transaction = null;
  }

  get isRetryableWrite() {
    return this.number !== undefined && this.session !== undefined && !this.isInTransaction;
  }

  /** The collection that the command names as the value of its first field. */
  collection() {
    const name = this.body.string(this.name);
    if (!name) throw new CommandError(73, 'InvalidNamespace', `${this.name} needs the name of a collection`);
    return name;
  }

  /**
   * The command as the engine wants it.
   * @param {{ except?: string, leaveOut?: string[], add?: Buffer[] }} [how]  `except`: a document sequence that goes to the engine beside it; `add`: further elements
   */
  spec({ except, leaveOut = [], add = [] } = {}) {
    const folded = [...this.sequences]
      .filter(([name]) => name !== except)
      .map(([name, documents]) => elementOf(name, arrayOf(documents), 'array'));
    const kept = this.body.keep((name) => !OURS.has(name) && !leaveOut.includes(name));
    return folded.length + add.length === 0 ? kept : documentOf([kept.subarray(4, -1), ...folded, ...add]);
  }

  /**
   * @param {import('../engine.mjs').Statement} statement
   * @param {unknown[]} values
   * @returns {Promise<unknown[][]>}
   */
  async run(statement, values) {
    if (this.transaction === null) return this.front.engine.query(statement, values);
    // The transaction may have ended while this command was waiting.
    const { client } = this.transaction;
    if (!client) throw noSuchTransaction(this.number);
    return this.front.engine.on(client, statement, values);
  }
}

/** @param {Buffer} documents  one after the other @returns {Buffer} the same as an array */
function arrayOf(documents) {
  return documentOf([...documentsIn(documents)].map((document, index) => elementOf(String(index), document, 'object')));
}
