/**
 * `npm run sandbox -- order | cancel | stock ...`: plays a sale or a stock change in the sandbox that `npm
 * start` runs. All arguments are passed on to the sandbox's own program.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { readEnvironment } from './lib/env.mjs';
import { endWith } from './lib/ending.mjs';
import { createOutput } from './lib/output.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT, serviceSet } from './lib/paths.mjs';
import { CREDENTIALS, isPlaceholder } from './lib/placeholders.mjs';
import { checkNode } from './lib/preflight.mjs';
import { readState } from './lib/state.mjs';

await endWith(async () => {
  checkNode();
  const set = serviceSet('dev');
  const output = createOutput(process.stderr);
  await ensurePackages({ root: ROOT, output, logDir: set.logDir });
  await ensureBuilt({ root: ROOT, output });

  const { values } = readEnvironment(ROOT);
  const { app, sandbox } = readState(set.dir).services;
  const port = sandbox?.port ?? values.SANDBOX_PORT ?? 4010;
  const env = {
    ...values,
    ...Object.fromEntries(CREDENTIALS.map((name) => [name, ''])),
    SANDBOX_URL: isPlaceholder(values.SANDBOX_URL) ? `http://127.0.0.1:${port}` : values.SANDBOX_URL,
    SANDBOX_PORT: String(port),
    SANDBOX_DATA: join(set.dir, 'sandbox'),
    APP_URL: app?.url ?? `http://127.0.0.1:${isPlaceholder(values.PORT) ? 3000 : values.PORT}`,
  };
  const args = ['--enable-source-maps', join(ROOT, 'dist/sandbox/main.js'), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
