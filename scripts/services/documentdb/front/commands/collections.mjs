/** Making, changing, removing and describing collections and databases. */
import { CommandError } from '../errors.mjs';
import { SQL } from '../statements.mjs';
import { encode } from '../wire/document.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/** @param {Context} context @param {import('../engine.mjs').Statement} statement @param {unknown[]} values */
async function single(context, statement, values) {
  const [[reply] = []] = await context.run(statement, values);
  return /** @type {Buffer} */ (reply);
}

/** @param {Context} context */
export const create = (context) => single(context, SQL.create, [context.database, context.spec()]);
/** @param {Context} context */
export const collMod = (context) =>
  single(context, SQL.collMod, [context.database, context.collection(), context.spec()]);
/** @param {Context} context */
export const renameCollection = (context) => single(context, SQL.renameCollection, [context.spec()]);
/** @param {Context} context */
export const collStats = (context) =>
  single(context, SQL.collStats, [context.database, context.collection(), context.body.number('scale') ?? 1]);
/** @param {Context} context */
export const dbStats = (context) => single(context, SQL.dbStats, [context.database, context.body.number('scale') ?? 1]);
/** @param {Context} context */
export const validate = (context) => single(context, SQL.validate, [context.database, context.spec()]);
/** @param {Context} context */
export const listDatabases = (context) => single(context, SQL.listDatabases, [context.spec()]);
/** @param {Context} context */
export const currentOp = (context) => single(context, SQL.currentOp, [context.spec()]);

/** @param {Context} context */
export async function drop(context) {
  const collection = context.collection();
  const [[wasThere] = []] = await context.run(SQL.drop, [context.database, collection]);
  return encode(wasThere ? { ns: `${context.database}.${collection}`, ok: 1 } : { ok: 1 });
}

/** @param {Context} context */
export async function dropDatabase(context) {
  await context.run(SQL.dropDatabase, [context.database]);
  return encode({ dropped: context.database, ok: 1 });
}

const EXPLAINS = /** @type {Record<string, import('../engine.mjs').Statement>} */ ({
  find: SQL.explainFind,
  aggregate: SQL.explainAggregate,
  count: SQL.explainCount,
  distinct: SQL.explainDistinct,
});

/** The plan is PostgreSQL's, not MongoDB's. @param {Context} context */
export async function explain(context) {
  const asked = context.body.document('explain');
  const statement = asked && EXPLAINS[asked.firstName()];
  if (!statement)
    throw new CommandError(
      115,
      'CommandNotSupported',
      `explain of ${asked?.firstName() ?? 'nothing'} is not available`,
    );
  const [[plan] = []] = await context.run(statement, [context.database, asked.keep((name) => !name.startsWith('$'))]);
  return encode({ explainVersion: '1', queryPlanner: { engine: 'documentdb', plan }, ok: 1 });
}
