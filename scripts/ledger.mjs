/**
 * `npm run ledger -- verify | rebuild | explain SKU`: checks the ledger of this checkout, beside a running
 * `npm start` or without one. The database is that of MONGODB_URI; else the one that `npm start` runs;
 * else one is started for this command. Exit status: 0 nothing is wrong, 1 differences were found, 2 it
 * could not run. Results go to stdout, everything else to stderr.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { endWith } from './lib/ending.mjs';
import { onInterrupt } from './lib/interrupt.mjs';
import { withLocalDatabase } from './lib/local-database.mjs';
import { createOutput } from './lib/output.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT, serviceSet } from './lib/paths.mjs';
import { checkNode } from './lib/preflight.mjs';

const NOT_RUN = 2;
/** The commands and their number of words. */
const WORDS = { verify: 1, rebuild: 1, explain: 2 };

/** @type {number | null} */
let status = null;
/** @type {import('node:child_process').ChildProcess | null} */
let child = null;
const interrupt = onInterrupt((signal) => child?.kill(signal));
await endWith(async () => {
  checkNode();
  const output = createOutput(process.stderr);
  await ensurePackages({ root: ROOT, output, logDir: serviceSet('dev').logDir });
  await ensureBuilt({ root: ROOT, output });
  const args = process.argv.slice(2);
  // A command that it does not understand needs no database.
  const asked = WORDS[args[0]] === args.length;
  status = asked
    ? await withLocalDatabase({ root: ROOT, output }, (env) => program(args, env))
    : await program(args, process.env);
  return status;
});
interrupt.unlisten();
// After any error the state of the ledger is unknown.
if (status === null) process.exitCode = NOT_RUN;

/** @returns {Promise<number>} */
function program(args, env) {
  child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'dist/src/cli/ledger/main.js'), ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? NOT_RUN));
  });
}
