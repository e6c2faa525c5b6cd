/**
 * `npm run services -- status | stop | reset | logs [name]`: inspects and stops what `npm start` runs,
 * from another terminal.
 */
import { endWith } from './lib/ending.mjs';
import { StartError } from './lib/errors.mjs';
import { logs, reset, status, stop } from './lib/services-commands.mjs';

const COMMANDS = { status, stop, reset, logs };

await endWith(() => {
  const [name = 'status', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : null;
  if (!command) throw new StartError('Usage: npm run services -- status | stop | reset | logs [name]');
  return command(args);
});
