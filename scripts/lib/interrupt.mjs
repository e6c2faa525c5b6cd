/**
 * Handles Ctrl-C and similar signals: the first asks for an orderly end, the second hurries it. The end of
 * the parent process counts as a signal: a supervisor that kills npm leaves this process without one.
 */
import { refuseSpawns } from '../services/process.mjs';
import { endRunning } from './run.mjs';

/** npm repeats a Ctrl-C that the terminal has already sent to us; both are one press. */
const ONE_PRESS_MS = 800;
/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'];
const PARENT_CHECK_MS = 500;

/**
 * @typedef {{ hurry: AbortSignal, unlisten: () => void }} Interrupt  `hurry` is raised by the second press
 *
 * @param {(signal: NodeJS.Signals) => void} onFirst
 * @returns {Interrupt}
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
      onFirst(signal);
    } else if (now - firstAt > ONE_PRESS_MS) hurry.abort();
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(parentCheck);
    if (firstAt === 0) handler('SIGHUP');
  }, PARENT_CHECK_MS).unref();
  const unlisten = () => {
    clearInterval(parentCheck);
    SIGNALS.forEach((signal) => process.off(signal, handler));
  };
  return { hurry: hurry.signal, unlisten };
}
