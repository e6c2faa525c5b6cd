/** `npm run start:dev`: the compiler runs along, and a changed program is restarted. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawnOwned } from '../services/process.mjs';
import { compilerArgs, inputsHash, markBuilt } from './build.mjs';
import { reasonOf } from './errors.mjs';
import { follow, lengthOf } from './log-tail.mjs';
import { startApp } from './programs.mjs';

/** The compiler's own lines before and after each round. */
const ROUND_BEGINS = /Starting (incremental )?compilation/;
const ROUND_OVER = /Found (\d+) errors?\. Watching for file changes/;

/**
 * Ends only with an error: a service has failed.
 * @param {{ session: import('./session.mjs').Session, root: string, output: import('./output.mjs').Output,
 * env: Record<string, string | undefined>,
 * port: number, app: import('./programs.mjs').Running, sandbox: import('./programs.mjs').Running | null,
 * fallen: Promise<Error>,
 * restartSandbox: () => Promise<import('./programs.mjs').Running> }} running
 */
export async function watchSources({ session, root, output, env, port, app, sandbox, fallen, restartSandbox }) {
  const compilerLog = join(session.set.logDir, 'compiler.log');
  const from = lengthOf(compilerLog);
  const args = [...compilerArgs(root), '--watch', '--preserveWatchOutput', '--pretty', 'false'];
  await spawnOwned({ name: 'compiler', command: process.execPath, args, cwd: root, logFile: compilerLog });
  output.say('  Watching src/ and sandbox/ for changes.\n');

  let stopFollowing = followApp(app, output);
  let built = { app: fingerprint(root, 'src'), sandbox: fingerprint(root, 'sandbox') };

  let hashAtStart = inputsHash(root);
  const round = async (hash) => {
    const now = { app: fingerprint(root, 'src'), sandbox: fingerprint(root, 'sandbox') };
    const changed = { app: now.app !== built.app, sandbox: now.sandbox !== built.sandbox };
    built = now;
    // A source that changed while the compiler ran belongs to the next round.
    if (hash === inputsHash(root)) markBuilt(root, hash);
    if (changed.sandbox && sandbox) {
      await session.stopKind('sandbox');
      tellEnd('sandbox', await restartSandbox(), output);
    }
    if (!changed.app) return;
    await session.stopKind('app');
    stopFollowing();
    const again = await startApp({ session, root, output, env, port });
    stopFollowing = followApp(again, output);
  };
  tellEnd('sandbox', sandbox, output);

  // One round after the other, however fast the changes come.
  let rounds = Promise.resolve();
  follow(compilerLog, from, (line) => {
    const over = ROUND_OVER.exec(line);
    const begins = ROUND_BEGINS.test(line);
    if (begins) hashAtStart = inputsHash(root);
    if (line.trim() && !begins && over?.[1] !== '0') output.say(line);
    if (over?.[1] !== '0') return;
    const hash = hashAtStart;
    rounds = rounds
      .then(() => round(hash))
      .catch((error) => output.say(`${error.message || reasonOf(error)}\n\n  Waiting for a change.`));
  });
  throw await fallen;
}

function followApp(app, output) {
  tellEnd('app', app, output);
  const [owned] = app.service.processes;
  return owned ? follow(owned.logFile, app.logFrom, output.say) : () => {};
}

/**
 * An ended program does not stop everything here, as the next change may fix it. A stop for a restart is
 * not reported.
 */
function tellEnd(kind, program, output) {
  void program?.exited.then(({ code, signal }) => {
    if (signal === 'SIGTERM' || code === 0) return;
    output.say(`\n  The ${kind} ended (${signal ?? `exit code ${code}`}). Waiting for a change.`);
  });
}

/** Changes when any compiled file of the folder does. */
function fingerprint(root, folder) {
  const dir = join(root, 'dist', folder);
  if (!existsSync(dir)) return '';
  return readdirSync(dir, { recursive: true })
    .filter((name) => String(name).endsWith('.js'))
    .map((name) => {
      const { mtimeMs, size } = statSync(join(dir, String(name)));
      return `${name} ${mtimeMs} ${size}`;
    })
    .sort()
    .join('\n');
}
