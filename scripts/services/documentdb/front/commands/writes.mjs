/** insert, update, delete, findAndModify. */
import { describeWriteErrors, duplicateKeyError, isDuplicateKey } from '../duplicates.mjs';
import { SQL } from '../statements.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/**
 * @param {Context} context
 * @param {import('../engine.mjs').Statement} statement
 * @param {string} sequenceName  the document sequence that the operations may come in
 */
async function write(context, statement, sequenceName) {
  const sequence = context.sequences.get(sequenceName) ?? null;
  const [[reply, isClean] = []] = await context.run(statement, [context.database, context.spec({ except: sequenceName }), sequence]);
  return isClean ? /** @type {Buffer} */ (reply) : describeWriteErrors(context, /** @type {Buffer} */ (reply), sequenceName);
}

/** @param {Context} context */
export const insert = (context) => write(context, SQL.insert, 'documents');
/** @param {Context} context */
export const update = (context) => write(context, SQL.update, 'updates');
/** @param {Context} context */
export const remove = (context) => write(context, SQL.delete, 'deletes');

/** @param {Context} context */
export async function findAndModify(context) {
  try {
    const [[reply] = []] = await context.run(SQL.findAndModify, [context.database, context.spec()]);
    return /** @type {Buffer} */ (reply);
  } catch (error) {
    throw isDuplicateKey(error) ? await duplicateKeyError(context, error) : error;
  }
}
