/** Duplicate keys and other errors of single operations, told the way MongoDB tells them: with the index's keys and the value at fault. */
import { deserialize } from 'bson';
import { mongoCodeOf, unpackState } from './error-codes.mjs';
import { CommandError } from './errors.mjs';
import { SQL } from './statements.mjs';
import { documentsIn, encode, RawDocument } from './wire/document.mjs';

/** @typedef {import('./commands/context.mjs').Context} Context */

const DUPLICATE = 11000;
const UNPROMOTED = { promoteValues: false };

/** @param {unknown} error */
export function isDuplicateKey(error) {
  const { code } = /** @type {{ code?: unknown }} */ (error);
  return typeof code === 'string' && mongoCodeOf(code).code === DUPLICATE;
}

/**
 * A write's answer with the engine's packed codes turned into MongoDB's.
 * @param {Context} context
 * @param {Buffer} reply
 * @param {string} sequenceName
 * @returns {Promise<Buffer>}
 */
export async function describeWriteErrors(context, reply, sequenceName) {
  const answer = deserialize(reply, UNPROMOTED);
  if (!Array.isArray(answer.writeErrors)) return reply;
  const writeErrors = [];
  for (const { index, code, errmsg, ...rest } of answer.writeErrors) {
    const { code: mongoCode } = mongoCodeOf(unpackState(Number(code)));
    const told =
      mongoCode === DUPLICATE
        ? await tellDuplicate(context, String(errmsg), operationAt(context, sequenceName, Number(index)))
        : { errmsg };
    writeErrors.push({ index, code: mongoCode, ...rest, ...told });
  }
  return encode({ ...answer, writeErrors });
}

/**
 * The same for a command of one operation, which fails as a whole.
 * @param {Context} context
 * @param {unknown} error
 * @returns {Promise<CommandError>}
 */
export async function duplicateKeyError(context, error) {
  const { errmsg, ...extra } = await tellDuplicate(context, /** @type {Error} */ (error).message, undefined);
  return new CommandError(DUPLICATE, 'DuplicateKey', String(errmsg), { extra, cause: error });
}

/** @param {Context} context @param {string} engineMessage @param {Record<string, unknown> | undefined} document */
async function tellDuplicate(context, engineMessage, document) {
  const collection = context.body.string(context.name) ?? '';
  const index = /Index '(.*)'/.exec(engineMessage)?.[1] ?? '';
  const keyPattern = index === '_id_' ? { _id: 1 } : await keyPatternOf(context, collection, index);
  const keyValue =
    keyPattern && document ? Object.fromEntries(Object.keys(keyPattern).map((path) => [path, valueAt(document, path)])) : undefined;
  const shown = keyValue ? ` dup key: ${JSON.stringify(keyValue)}` : '';
  return {
    errmsg: `E11000 duplicate key error collection: ${context.database}.${collection} index: ${index}${shown}`,
    ...(keyPattern ? { keyPattern } : {}),
    ...(keyValue ? { keyValue } : {}),
  };
}

/** @param {Context} context @param {string} collection @param {string} name @returns {Promise<Record<string, unknown> | undefined>} */
async function keyPatternOf(context, collection, name) {
  const [[page] = []] = await context.front.engine.query(SQL.listIndexes, [context.database, encode({ listIndexes: collection })]);
  const { cursor } = deserialize(/** @type {Buffer} */ (page));
  return cursor.firstBatch.find((/** @type {{ name: string }} */ index) => index.name === name)?.key;
}

/** @param {Context} context @param {string} sequenceName @param {number} index @returns {Record<string, unknown> | undefined} the document that was to be inserted */
function operationAt(context, sequenceName, index) {
  if (sequenceName !== 'documents') return undefined;
  const sequence = context.sequences.get(sequenceName);
  if (!sequence) return context.body.document(sequenceName)?.document(String(index))?.decoded();
  let at = 0;
  for (const document of documentsIn(sequence)) if (at++ === index) return new RawDocument(document).decoded();
  return undefined;
}

/** @param {Record<string, unknown>} document @param {string} path */
function valueAt(document, path) {
  return path.split('.').reduce((/** @type {any} */ value, key) => value?.[key], document) ?? null;
}
