/** The engine's SQL functions. Each takes the database's name and the command itself as BSON. */

const SPEC = '$2::bytea::documentdb_core.bson';
const SEQUENCE = '$3::bytea::documentdb_core.bsonsequence';

/**
 * @typedef {object} WriteStatement
 * @property {string} name
 * @property {string} text
 * @property {string} call    the function call alone
 * @property {number} values  how many it takes
 */

/** @param {string} fn @param {number} values @returns {WriteStatement} */
function write(fn, values) {
  const call = `documentdb_api.${fn}($1, ${SPEC}${values === 3 ? `, ${SEQUENCE}` : ''})`;
  return { name: fn, text: `select p_result::bytea, p_success from ${call}`, call, values };
}
/** @param {string} fn */
const firstPage = (fn) => ({
  name: fn,
  text: `select cursorpage::bytea, continuation::bytea, persistconnection, cursorid from documentdb_api.${fn}_cursor_first_page($1, ${SPEC})`,
});
/** @param {string} fn */
const document = (fn) => ({ name: fn, text: `select document::bytea from documentdb_api.${fn}($1, ${SPEC})` });

export const SQL = {
  insert: write('insert', 3),
  update: write('update', 3),
  delete: write('delete', 3),
  findAndModify: write('find_and_modify', 2),
  find: firstPage('find'),
  aggregate: firstPage('aggregate'),
  listCollections: firstPage('list_collections'),
  listIndexes: firstPage('list_indexes'),
  getMore: {
    name: 'getMore',
    text: `select cursorpage::bytea, continuation::bytea from documentdb_api.cursor_get_more($1, ${SPEC}, $3::bytea::documentdb_core.bson)`,
  },
  deleteCursors: { name: 'deleteCursors', text: 'select documentdb_api_internal.delete_cursors($1::bigint[])' },
  count: document('count_query'),
  distinct: document('distinct_query'),
  validate: document('validate'),
  createIndexes: {
    name: 'createIndexes',
    text: `select retval::bytea, ok, requests::bytea from documentdb_api.create_indexes_background($1, ${SPEC})`,
  },
  buildIndex: { name: 'buildIndex', text: 'call documentdb_api_internal.build_index_concurrently(2)' },
  indexBuildStatus: {
    name: 'indexBuildStatus',
    text: 'select retval::bytea, ok, complete from documentdb_api_internal.check_build_index_status($1::bytea::documentdb_core.bson)',
  },
  dropIndexes: { name: 'dropIndexes', text: `call documentdb_api.drop_indexes($1, ${SPEC}, null)` },
  create: { name: 'create', text: `select documentdb_api.create_collection_view($1, ${SPEC})::bytea` },
  drop: { name: 'drop', text: 'select documentdb_api.drop_collection($1, $2)' },
  dropDatabase: { name: 'dropDatabase', text: 'select documentdb_api.drop_database($1)' },
  renameCollection: {
    name: 'renameCollection',
    text: 'select documentdb_api.rename_collection($1::bytea::documentdb_core.bson)::bytea',
  },
  collMod: { name: 'collMod', text: 'select documentdb_api.coll_mod($1, $2, $3::bytea::documentdb_core.bson)::bytea' },
  collStats: { name: 'collStats', text: 'select documentdb_api.coll_stats($1, $2, $3)::bytea' },
  dbStats: { name: 'dbStats', text: 'select documentdb_api.db_stats($1, $2)::bytea' },
  listDatabases: {
    name: 'listDatabases',
    text: 'select documentdb_api.list_databases($1::bytea::documentdb_core.bson)::bytea',
  },
  currentOp: {
    name: 'currentOp',
    text: 'select document::bytea from documentdb_api.current_op_command($1::bytea::documentdb_core.bson)',
  },
  begin: { name: 'begin', text: 'begin isolation level repeatable read' },
  numberedEnd: {
    name: 'numberedEnd',
    text: `insert into front.numbered_writes as known (session, number, reply, at) values ($1, $2, $3, now())
      on conflict (session) do update
        set number = case when excluded.number > known.number then excluded.number else -1 end, reply = excluded.reply, at = excluded.at`,
  },
  commit: { name: 'commit', text: 'commit' },
  rollback: { name: 'rollback', text: 'rollback' },
  numberedWrite: { name: 'numberedWrite', text: 'select number, reply from front.numbered_writes where session = $1' },
  forgetNumberedWrites: {
    name: 'forgetNumberedWrites',
    text: 'delete from front.numbered_writes where at < now() - $1::interval',
  },
  indexById: {
    name: 'indexById',
    text: 'select (index_spec).index_name, (index_spec).index_key::bytea from documentdb_api_catalog.collection_indexes where index_id = $1',
  },
  ping: { name: 'ping', text: 'select 1' },
  explainFind: {
    name: 'explainFind',
    text: `explain (format json) select document from documentdb_api_catalog.bson_aggregation_find($1, ${SPEC})`,
  },
  explainAggregate: {
    name: 'explainAggregate',
    text: `explain (format json) select document from documentdb_api_catalog.bson_aggregation_pipeline($1, ${SPEC})`,
  },
  explainCount: {
    name: 'explainCount',
    text: `explain (format json) select document from documentdb_api_catalog.bson_aggregation_count($1, ${SPEC})`,
  },
  explainDistinct: {
    name: 'explainDistinct',
    text: `explain (format json) select document from documentdb_api_catalog.bson_aggregation_distinct($1, ${SPEC})`,
  },
};
