/**
 * `npm start`: from a bare checkout to a running app. `--watch` (`npm run start:dev`) rebuilds and
 * restarts on every change. Until the packages are installed nothing here may import one.
 */
import { launch } from './lib/launch.mjs';
import { endWith } from './lib/ending.mjs';
import { StartError } from './lib/errors.mjs';

const args = process.argv.slice(2);
await endWith(() => {
  if (args.some((arg) => arg !== '--watch'))
    throw new StartError('Usage: npm start, or npm run start:dev to follow changes');
  return launch({ watch: args.includes('--watch') });
});
// Followed logs and unfinished waits would keep the process alive.
process.exit();
