/** insert, update, delete, findAndModify. */
import { describeWriteErrors, duplicateKeyError, isDuplicateKey } from '../duplicates.mjs';
import { numbered, runNumbered } from '../numbered-writes.mjs';
import { SQL } from '../statements.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/**
 * @param {import('../statements.mjs').WriteStatement} statement
 * @returns {(context: Context, values: unknown[]) => Promise<unknown[][]>}
 */
function runner(statement) {
  const once = numbered(statement);
  return (context, values) =>
    context.isRetryableWrite ? runNumbered(context, once, values) : context.run(statement, values);
}

/**
 * @param {import('../statements.mjs').WriteStatement} statement
 * @param {string} sequenceName  the document sequence that the operations may come in
 */
function write(statement, sequenceName) {
  const run = runner(statement);
  return async (/** @type {Context} */ context) => {
    const sequence = context.sequences.get(sequenceName) ?? null;
    const [[reply, isClean] = []] = await run(context, [
      context.database,
      context.spec({ except: sequenceName }),
      sequence,
    ]);
    return isClean
      ? /** @type {Buffer} */ (reply)
      : describeWriteErrors(context, /** @type {Buffer} */ (reply), sequenceName);
  };
}

export const insert = write(SQL.insert, 'documents');
export const update = write(SQL.update, 'updates');
export const remove = write(SQL.delete, 'deletes');

const runFindAndModify = runner(SQL.findAndModify);

/** @param {Context} context */
export async function findAndModify(context) {
  try {
    const [[reply] = []] = await runFindAndModify(context, [context.database, context.spec()]);
    return /** @type {Buffer} */ (reply);
  } catch (error) {
    throw isDuplicateKey(error) ? await duplicateKeyError(context, error) : error;
  }
}
