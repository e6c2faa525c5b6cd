/** Transactions and the end of sessions. */
import { CommandError } from '../errors.mjs';
import { encode } from '../wire/document.mjs';
import { forgetInEngine } from './reads.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/** @param {Context} context @returns {{ session: string, number: bigint }} */
function transactionOf({ session, number, name }) {
  if (session === undefined || number === undefined)
    throw new CommandError(72, 'InvalidOptions', `${name} needs a session and a transaction number`);
  return { session, number };
}

/** @param {Context} context */
export async function commitTransaction(context) {
  await context.front.transactions.commit(transactionOf(context));
  return encode({ ok: 1 });
}

/** @param {Context} context */
export async function abortTransaction(context) {
  await context.front.transactions.abort(transactionOf(context));
  return encode({ ok: 1 });
}

/** @param {Context} context */
export async function endSessions({ body, front }) {
  const ended = Object.values(body.document(body.firstName())?.plain() ?? {}).map((session) =>
    session.id?.toString('hex'),
  );
  for (const session of ended) await front.transactions.forget(session);
  await forgetInEngine(
    front,
    front.cursors.deleteWhere((cursor) => cursor.session !== undefined && ended.includes(cursor.session)),
  );
  return encode({ ok: 1 });
}
