/** Every supported command, by its name in lower case (MongoDB's own old and new names differ only in case). */
import * as collections from './collections.mjs';
import * as handshake from './handshake.mjs';
import * as indexes from './indexes.mjs';
import * as reads from './reads.mjs';
import * as sessions from './sessions.mjs';
import * as writes from './writes.mjs';

/**
 * @typedef {object} Command
 * @property {(context: import('./context.mjs').Context) => Buffer | Promise<Buffer>} run
 * @property {boolean} [inTransaction]  may be part of a transaction
 * @property {boolean} [endsTransaction]
 * @property {boolean} [isWrite]  its answer may hold write errors
 */

/** @type {Record<string, Command>} */
const COMMANDS = {
  hello: { run: handshake.hello },
  ismaster: { run: handshake.hello },
  ping: { run: handshake.ping },
  buildinfo: { run: handshake.buildInfo },
  hostinfo: { run: handshake.hostInfo },
  connectionstatus: { run: handshake.connectionStatus },
  serverstatus: { run: handshake.serverStatus },
  replsetgetstatus: { run: handshake.replSetGetStatus },
  getparameter: { run: handshake.getParameter },
  getlog: { run: handshake.getLog },
  getcmdlineopts: { run: handshake.getCmdLineOpts },
  logout: { run: handshake.nothingToDo },

  insert: { run: writes.insert, inTransaction: true, isWrite: true },
  update: { run: writes.update, inTransaction: true, isWrite: true },
  delete: { run: writes.remove, inTransaction: true, isWrite: true },
  findandmodify: { run: writes.findAndModify, inTransaction: true, isWrite: true },

  find: { run: reads.find, inTransaction: true },
  aggregate: { run: reads.aggregate, inTransaction: true },
  getmore: { run: reads.getMore, inTransaction: true },
  killcursors: { run: reads.killCursors, inTransaction: true },
  count: { run: reads.count, inTransaction: true },
  distinct: { run: reads.distinct, inTransaction: true },
  listcollections: { run: reads.listCollections },
  listindexes: { run: reads.listIndexes },

  createindexes: { run: indexes.createIndexes },
  dropindexes: { run: indexes.dropIndexes },
  create: { run: collections.create, inTransaction: true, isWrite: true },
  drop: { run: collections.drop },
  dropdatabase: { run: collections.dropDatabase },
  listdatabases: { run: collections.listDatabases },
  renamecollection: { run: collections.renameCollection },
  collmod: { run: collections.collMod },
  collstats: { run: collections.collStats },
  dbstats: { run: collections.dbStats },
  validate: { run: collections.validate },
  currentop: { run: collections.currentOp },
  explain: { run: collections.explain },

  committransaction: { run: sessions.commitTransaction, endsTransaction: true },
  aborttransaction: { run: sessions.abortTransaction, endsTransaction: true },
  endsessions: { run: sessions.endSessions },
  killsessions: { run: sessions.endSessions },
  refreshsessions: { run: handshake.nothingToDo },
};

const BY_NAME = new Map(Object.entries(COMMANDS));

/** @param {string} name @returns {Command | undefined} */
export function commandNamed(name) {
  return BY_NAME.get(name.toLowerCase());
}
