/** A driver's administrative commands, answered without the engine. */
import { hostname, cpus, totalmem } from 'node:os';
import { SQL } from '../statements.mjs';
import { encode } from '../wire/document.mjs';
import { MAX_MESSAGE_BYTES } from '../wire/frames.mjs';

/** @typedef {import('./context.mjs').Context} Context */

const VERSION = '7.0.0';
const MAX_WIRE_VERSION = 21;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** The engine's own limit. */
const MAX_WRITE_BATCH = 25_000;
const SESSION_MINUTES = 30;

const OK = encode({ ok: 1 });

/**
 * A replica set of one, since drivers allow transactions only there. While the engine is unreachable there
 * is no primary, so that drivers wait for one. No `topologyVersion`: with it a driver opens a monitor that
 * expects its answer to be held back, and writes then wait for it.
 * @param {Context} context
 */
export function hello({ front, connection }) {
  const { setName, address } = front.identity;
  const isPrimary = front.engine.isThere;
  return encode({
    helloOk: true,
    isWritablePrimary: isPrimary,
    ismaster: isPrimary,
    secondary: false,
    setName,
    setVersion: 1,
    hosts: [address],
    me: address,
    ...(isPrimary ? { primary: address } : {}),
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_WRITE_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
    ok: 1,
  });
}

/**
 * Asks the engine as well, so that an answered ping means that documents can be read. @param {Context}
 * context
 */
export async function ping(context) {
  await context.run(SQL.ping, []);
  return OK;
}

export function buildInfo() {
  const versionArray = VERSION.split('.').map(Number);
  return encode({
    version: VERSION,
    versionArray: [...versionArray, 0],
    gitVersion: 'documentdb',
    modules: [],
    bits: 64,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    ok: 1,
  });
}

export function hostInfo() {
  const system = {
    currentTime: new Date(),
    hostname: hostname(),
    cpuAddrSize: 64,
    memSizeMB: Math.round(totalmem() / 1024 ** 2),
    numCores: cpus().length,
  };
  return encode({ system, os: { type: process.platform }, extra: {}, ok: 1 });
}

export function connectionStatus() {
  return encode({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 });
}

/** @param {Context} context */
export function serverStatus({ front }) {
  const uptime = (Date.now() - front.identity.startedAt) / 1000;
  return encode({
    host: front.identity.address,
    version: VERSION,
    process: 'documentdb-front',
    pid: process.pid,
    uptime,
    localTime: new Date(),
    storageEngine: { name: 'documentdb', supportsCommittedReads: true, persistent: true },
    repl: {
      setName: front.identity.setName,
      isWritablePrimary: front.engine.isThere,
      hosts: [front.identity.address],
      me: front.identity.address,
    },
    metrics: { cursor: { open: { total: front.cursors.size } } },
    transactions: { currentOpen: front.transactions.openCount },
    ok: 1,
  });
}

/** @param {Context} context */
export function replSetGetStatus({ front }) {
  const { setName, address } = front.identity;
  const [state, stateStr] = front.engine.isThere ? [1, 'PRIMARY'] : [3, 'RECOVERING'];
  return encode({
    set: setName,
    date: new Date(),
    myState: state,
    members: [{ _id: 0, name: address, health: 1, state, stateStr, self: true }],
    ok: 1,
  });
}

/** @param {Context} context */
export function getParameter({ body }) {
  const known = { featureCompatibilityVersion: { version: '7.0' }, transactionLifetimeLimitSeconds: 60 };
  const all = body.string('getParameter') === '*' || body.document('getParameter')?.flag('allParameters');
  return encode({ ...Object.fromEntries(Object.entries(known).filter(([name]) => all || body.has(name))), ok: 1 });
}

/** @param {Context} context */
export function getLog({ body }) {
  return encode(
    body.string('getLog') === '*'
      ? { names: ['global', 'startupWarnings'], ok: 1 }
      : { totalLinesWritten: 0, log: [], ok: 1 },
  );
}

export function getCmdLineOpts() {
  return encode({ argv: [], parsed: {}, ok: 1 });
}

export function nothingToDo() {
  return OK;
}
