import { setTimeout as pause } from 'node:timers/promises';

/** Multiplies every time limit, for a slow or busy machine. */
const TIMES = Number(process.env.TEST_PATIENCE ?? 1);

export interface WaitOptions {
  /** The time limit, multiplied by TEST_PATIENCE. */
  readonly withinMs?: number;
  /**
   * The interval between two attempts. Default: short at first, then longer, so that waiting takes little
   * from the work.
   */
  readonly everyMs?: number;
}

const SOON_MS = { first: 40, longest: 150, growth: 1.2 };

/**
 * Repeats `look` until it returns something other than null, undefined or false, and gives that back.
 * @throws Error with what was waited for, and with the last value or error
 */
export async function waitFor<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { withinMs = 60_000, everyMs }: WaitOptions = {},
): Promise<T> {
  const limitMs = withinMs * TIMES;
  const giveUpAt = Date.now() + limitMs;
  let last: unknown = 'nothing';
  let soonMs = SOON_MS.first;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      last = seen;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() >= giveUpAt) throw new Error(`${what}: not within ${limitMs / 1000} s. Last seen: ${text(last)}`);
    await pause(everyMs ?? soonMs);
    soonMs = Math.min(SOON_MS.longest, soonMs * SOON_MS.growth);
  }
}

/** Waits until the checks of `look` pass, as `expect` has them. */
export async function eventually(what: string, look: () => void | Promise<void>, options?: WaitOptions): Promise<void> {
  await waitFor(
    what,
    async () => {
      await look();
      return true;
    },
    options,
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
