/**
 * The front process: MongoDB's wire protocol on 127.0.0.1, in front of PostgreSQL with DocumentDB.
 * Environment: FRONT_PORT, FRONT_SOCKET_FOLDER (PostgreSQL's), FRONT_SET_NAME, FRONT_MAX_CONNECTIONS.
 */
import { Cursors } from './cursors.mjs';
import { Engine } from './engine.mjs';
import { forgetOldWrites } from './numbered-writes.mjs';
import { listen } from './server.mjs';
import { Transactions } from './transactions.mjs';
import { forgetInEngine } from './commands/reads.mjs';

const HOST = '127.0.0.1';
const SWEEP_MS = 10_000;

const { FRONT_PORT, FRONT_SOCKET_FOLDER, FRONT_SET_NAME = 'npm-start', FRONT_MAX_CONNECTIONS = '40' } = process.env;
if (!FRONT_PORT || !FRONT_SOCKET_FOLDER) throw new Error('FRONT_PORT and FRONT_SOCKET_FOLDER are needed');

const port = Number(FRONT_PORT);
const engine = new Engine({ socketFolder: FRONT_SOCKET_FOLDER, maxConnections: Number(FRONT_MAX_CONNECTIONS) });
const front = {
  engine,
  cursors: new Cursors(),
  transactions: new Transactions(engine),
  identity: { setName: FRONT_SET_NAME, address: `${HOST}:${port}`, startedAt: Date.now() },
};

const server = await listen(front, { port, host: HOST });
process.stdout.write(`listening on ${HOST}:${port}\n`);

const sweep = setInterval(async () => {
  await front.transactions.sweep(Date.now());
  try {
    await forgetInEngine(front, front.cursors.deleteIdle(Date.now()));
    await forgetOldWrites(engine);
  } catch (error) {
    // The engine is unreachable: the next round does it.
    if (engine.isThere) process.stderr.write(`sweep: ${/** @type {Error} */ (error).message}\n`);
  }
}, SWEEP_MS);

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
  process.once(signal, () => {
    clearInterval(sweep);
    server.close();
    // Connections to PostgreSQL end with the process, and it rolls back what was open.
    process.exit(0);
  });
}
