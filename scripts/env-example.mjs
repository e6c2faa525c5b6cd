/** `npm run env-example`: writes `.env.example` from the settings of the core and of each connector; a test compares the two. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { endWith } from './lib/ending.mjs';
import { createOutput } from './lib/output.mjs';
import { ROOT } from './lib/paths.mjs';

await endWith(async () => {
  await ensureBuilt({ root: ROOT, output: createOutput(process.stderr) });
  const { status } = spawnSync(process.execPath, [join(ROOT, 'dist/src/cli/env-example/main.js')], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status ?? 1;
});
