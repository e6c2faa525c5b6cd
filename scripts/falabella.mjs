/**
 * `npm run falabella -- check | webhooks | probe`: a person's commands for a Falabella account. Without
 * real credentials it uses the sandbox that `npm start` runs.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { readEnvironment } from './lib/env.mjs';
import { endWith } from './lib/ending.mjs';
import { createOutput } from './lib/output.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT, serviceSet } from './lib/paths.mjs';
import { credentialsGiven } from './lib/placeholders.mjs';
import { checkNode } from './lib/preflight.mjs';
import { readState } from './lib/state.mjs';

await endWith(async () => {
  checkNode();
  const set = serviceSet('dev');
  const output = createOutput(process.stderr);
  await ensurePackages({ root: ROOT, output, logDir: set.logDir });
  await ensureBuilt({ root: ROOT, output });

  const { values } = readEnvironment(ROOT);
  const { sandbox } = readState(set.dir).services;
  const env =
    sandbox && credentialsGiven(values).length === 0
      ? { ...values, SANDBOX_URL: `http://127.0.0.1:${sandbox.port}` }
      : values;
  const args = [
    '--enable-source-maps',
    join(ROOT, 'dist/src/connectors/falabella/command/main.js'),
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
