/** find, aggregate and the other commands with a cursor; count and distinct. */
import { CommandError } from '../errors.mjs';
import { SQL } from '../statements.mjs';
import { elementOf, encode } from '../wire/document.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/** @param {Context} context @param {import('../engine.mjs').Statement} statement */
async function firstPage(context, statement) {
  const [[page, continuation, , id] = []] = await context.run(statement, [context.database, context.spec()]);
  if (Buffer.isBuffer(continuation))
    context.front.cursors.add({
      id: BigInt(String(id)),
      database: context.database,
      continuation,
      session: context.session,
      transaction: context.transaction?.key,
    });
  return /** @type {Buffer} */ (page);
}

/** @param {Context} context */
export const find = (context) => firstPage(context, SQL.find);
/** @param {Context} context */
export const listCollections = (context) => firstPage(context, SQL.listCollections);
/** @param {Context} context */
export const listIndexes = (context) => firstPage(context, SQL.listIndexes);

/** @param {Context} context */
export function aggregate(context) {
  const firstStage = context.body.document('pipeline')?.document('0')?.firstName();
  if (firstStage === '$changeStream')
    throw new CommandError(
      40573,
      'Location40573',
      'change streams are not available: this database keeps no log that they could be read from',
    );
  return firstPage(context, SQL.aggregate);
}

/** @param {Context} context */
export async function getMore(context) {
  const id = context.body.bigint('getMore');
  const cursor = context.front.cursors.get(id);
  if (cursor.transaction !== context.transaction?.key)
    throw new CommandError(50738, 'Location50738', `cursor id ${id} belongs to another transaction`);
  const [[page, continuation] = []] = await context.run(SQL.getMore, [
    cursor.database,
    context.spec(),
    cursor.continuation,
  ]);
  if (Buffer.isBuffer(continuation)) cursor.continuation = continuation;
  else context.front.cursors.delete(cursor.id);
  return /** @type {Buffer} */ (page);
}

/** @param {Context} context */
export async function killCursors(context) {
  const asked = Object.values(context.body.document('cursors')?.plain() ?? {}).map((id) => BigInt(id));
  const killed = new Set(context.front.cursors.deleteWhere((cursor) => asked.includes(cursor.id)));
  await forgetInEngine(context.front, [...killed]);
  const known = asked.filter((id) => killed.has(id));
  const unknown = asked.filter((id) => !killed.has(id));
  return encode({ cursorsKilled: known, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [], ok: 1 });
}

/** @param {import('./context.mjs').Front} front @param {bigint[]} ids */
export async function forgetInEngine({ engine }, ids) {
  if (ids.length > 0) await engine.query(SQL.deleteCursors, [ids.map(String)]);
}

/** Matches every document, and makes the engine count instead of reading an estimate from its statistics. */
const EVERYTHING = elementOf('query', encode({ $expr: true }), 'object');

/** @param {Context} context */
export async function count(context) {
  const isEverything = (context.body.document('query')?.bytes.length ?? 5) === 5;
  const spec = isEverything ? context.spec({ leaveOut: ['query'], add: [EVERYTHING] }) : context.spec();
  const [[reply] = []] = await context.run(SQL.count, [context.database, spec]);
  return /** @type {Buffer} */ (reply);
}

/** @param {Context} context */
export async function distinct(context) {
  const [[reply] = []] = await context.run(SQL.distinct, [context.database, context.spec()]);
  return /** @type {Buffer} */ (reply);
}
