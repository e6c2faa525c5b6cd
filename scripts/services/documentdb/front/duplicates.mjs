/**
 * Duplicate keys and other errors of single operations, reported as MongoDB does: with the index's keys
 * and the value at fault.
 */
import { deserialize } from 'bson';
import { mongoCodeOf, unpackState } from './error-codes.mjs';
import { CommandError } from './errors.mjs';
import { operationAt, valuesOf, writtenBy } from './key-values.mjs';
import { SQL } from './statements.mjs';
import { encode } from './wire/document.mjs';

/** @typedef {import('./commands/context.mjs').Context} Context */
/** @typedef {{ name: string, keyPattern: Record<string, unknown> | undefined }} Index */

const DUPLICATE = 11000;
const UNPROMOTED = { promoteValues: false };
const ID_INDEX = { name: '_id_', keyPattern: { _id: 1 } };

/** @param {unknown} error */
export function isDuplicateKey(error) {
  const { code } = /** @type {{ code?: unknown }} */ (error);
  return typeof code === 'string' && mongoCodeOf(code).code === DUPLICATE;
}

/**
 * A write's answer with the engine's packed codes turned into MongoDB's.
 * @param {Context} context
 * @param {Buffer} reply
 * @param {string} sequenceName  of the operations
 * @returns {Promise<Buffer>}
 */
export async function describeWriteErrors(context, reply, sequenceName) {
  const answer = deserialize(reply, UNPROMOTED);
  if (!Array.isArray(answer.writeErrors)) return reply;
  const indexes = new IndexNames(context);
  const writeErrors = [];
  for (const { index, code, errmsg, ...rest } of answer.writeErrors) {
    const { code: mongoCode } = mongoCodeOf(unpackState(Number(code)));
    const error = { index, code: mongoCode, errmsg, ...rest };
    if (mongoCode === DUPLICATE) {
      const operation = operationAt(context, sequenceName, Number(index));
      Object.assign(
        error,
        duplicateOf(context, await indexes.named(String(errmsg)), operation && writtenBy(operation, sequenceName)),
      );
    }
    writeErrors.push(error);
  }
  return encode({ ...answer, writeErrors });
}

/**
 * The same for a command of one operation, which fails as a whole.
 * @param {Context} context
 * @param {unknown} error  the server's
 * @returns {Promise<CommandError>}
 */
export async function duplicateKeyError(context, error) {
  const { constraint = '', detail = '' } = /** @type {{ constraint?: string, detail?: string }} */ (error);
  const index = await indexOfConstraint(context, constraint);
  // The detail begins with the document that was refused: Key (document, …)=(BSONHEX…, …)
  const [, hex] = /\)=\(BSONHEX([0-9a-f]+)/.exec(detail) ?? [];
  const { errmsg, ...extra } = duplicateOf(
    context,
    index,
    hex ? { document: deserialize(Buffer.from(hex, 'hex'), UNPROMOTED), isWhole: true } : undefined,
  );
  return new CommandError(DUPLICATE, 'DuplicateKey', errmsg, { extra });
}

/** @param {Context} context @param {Index} index @param {{ document: Record<string, unknown>, isWhole: boolean } | undefined} written */
function duplicateOf(context, { name, keyPattern }, written) {
  const keyValue = keyPattern && written ? valuesOf(written, Object.keys(keyPattern)) : undefined;
  const shown = keyValue
    ? ` dup key: { ${Object.entries(keyValue)
        .map(([path, value]) => `${path}: ${JSON.stringify(value)}`)
        .join(', ')} }`
    : '';
  return {
    errmsg: `E11000 duplicate key error collection: ${context.database}.${context.collection()} index: ${name}${shown}`,
    ...(keyPattern ? { keyPattern } : {}),
    ...(keyValue ? { keyValue } : {}),
  };
}

/** The indexes of the command's collection, read once for an answer with many errors. */
class IndexNames {
  #context;
  /** @type {Promise<{ name: string, key: Record<string, unknown> }[]> | undefined} */
  #all;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /** @param {string} message  the engine's, which ends with the index's name @returns {Promise<Index>} */
  async named(message) {
    const name = /Index '(.*)'/.exec(message)?.[1] ?? '';
    if (name === ID_INDEX.name) return ID_INDEX;
    this.#all ??= this.#read();
    return { name, keyPattern: (await this.#all).find((index) => index.name === name)?.key };
  }

  async #read() {
    const { database, front } = this.#context;
    const spec = encode({ listIndexes: this.#context.collection(), cursor: { batchSize: 1000 } });
    try {
      const [[page] = []] = await front.engine.query(SQL.listIndexes, [database, spec]);
      return deserialize(/** @type {Buffer} */ (page)).cursor.firstBatch;
    } catch (error) {
      // The collection was created in the transaction that failed, so no other connection sees it.
      if (mongoCodeOf(/** @type {{ code: string }} */ (error).code).codeName === 'NamespaceNotFound') return [];
      throw error;
    }
  }
}

/** @param {Context} context @param {string} constraint  `documents_rum_index_<number>`, or the primary key's name @returns {Promise<Index>} */
async function indexOfConstraint(context, constraint) {
  const [, number] = /index_(\d+)/.exec(constraint) ?? [];
  if (!number) return ID_INDEX;
  const [[name, key] = []] = await context.front.engine.query(SQL.indexById, [number]);
  return { name: String(name ?? ''), keyPattern: Buffer.isBuffer(key) ? deserialize(key) : undefined };
}
