import { type Setting } from './setting.js';

/** A password that a person chose for another system has this many characters at least. */
const LEAST_SENT = 8;
/** What only proves who calls us is made for that, so it can be long. */
const LEAST_OF_OURS = 16;
const LEAST_DIFFERENT = 5;
/** Of 32 bytes made at random, fewer never occur. */
const LEAST_DIFFERENT_BYTES = 8;

/** Why production does not use a secret; null: it may. The text follows the name of the setting, and never repeats the value. */
export function weaknessOf(value: string, { secret }: Pick<Setting<unknown>, 'secret'>): string | null {
  const least = secret?.sentTo.length === 0 ? LEAST_OF_OURS : LEAST_SENT;
  if (value.length < least) return `must have ${least} characters or more in production`;
  return isRepetitive(value) ? 'must not repeat a few characters in production' : null;
}

/** Whether a text has so few different characters that it was not made at random. */
export function isRepetitive(text: string): boolean {
  return new Set(text).size < LEAST_DIFFERENT;
}

/** Whether a sealing key was not made at random: all zero, or a few bytes repeated. */
export function isWeakKey(key: Buffer): boolean {
  return new Set(key).size < LEAST_DIFFERENT_BYTES;
}
