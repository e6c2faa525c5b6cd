/** Ends a command of this folder: errors for people show their text only, all others their stack. */
import { StartError } from './errors.mjs';
import { diskFull } from './preflight.mjs';

/** @param {() => Promise<number | void>} command  returns the exit code */
export async function endWith(command) {
  try {
    process.exitCode = (await command()) ?? 0;
  } catch (thrown) {
    const error = thrown?.code === 'ENOSPC' ? diskFull(thrown.path ?? 'this folder', thrown) : thrown;
    process.stderr.write(error instanceof StartError ? `\n${error.message}\n` : `\n${error?.stack ?? error}\n`);
    process.exitCode = error instanceof StartError ? error.exitCode : 1;
  }
}
