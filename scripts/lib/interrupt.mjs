/** Ctrl-C and its kin: the first asks for an orderly end, the second hurries it. */
import { refuseSpawns } from '../services/process.mjs';
import { endRunning } from './run.mjs';

/** npm passes a Ctrl-C on that the terminal has already sent us: both are one press. */
const ONE_PRESS_MS = 800;
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * @param {(exitCode: number, hurry: AbortSignal) => void} onFirst
 * @returns {() => void} stops listening
 */
export function onInterrupt(onFirst) {
  const hurry = new AbortController();
  let firstAt = 0;
  const handler = (signal) => {
    const now = Date.now();
    if (firstAt === 0) {
      firstAt = now;
      refuseSpawns('this command is being stopped');
      endRunning();
      onFirst(CODES[signal], hurry.signal);
    } else if (now - firstAt > ONE_PRESS_MS) hurry.abort();
  };
  for (const signal of Object.keys(CODES)) process.on(signal, handler);
  return () => {
    for (const signal of Object.keys(CODES)) process.off(signal, handler);
  };
}
