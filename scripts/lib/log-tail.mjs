/** Reading a growing log: from a point on, and continuously. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const LOOK_EVERY_MS = 150;
const MOST_BYTES = 256 * 1024;

/** @returns {number} the length of the file now, in bytes */
export const lengthOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** @returns {string} the content of the file from `offset` on (only its end, when it is long) */
export function textSince(file, offset) {
  if (lengthOf(file) === 0) return '';
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const from = Math.max(offset > size ? 0 : offset, size - MOST_BYTES);
    const bytes = Buffer.alloc(size - from);
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, from));
  } finally {
    closeSync(handle);
  }
}

/**
 * Passes on each whole line that is appended after `offset`.
 * @param {string} file
 * @param {number} offset
 * @param {(line: string) => void} onLine
 * @returns {() => void} stops it, after the lines written by then
 */
export function follow(file, offset, onLine) {
  let position = offset;
  let rest = '';
  const look = () => {
    const length = lengthOf(file);
    if (length < position) position = 0;
    if (length === position) return;
    const lines = (rest + textSince(file, position)).split('\n');
    position = length;
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    look();
  };
}
