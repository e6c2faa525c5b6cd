import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Fails after this long. */
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Looks again and again until `look` gives something other than null, undefined or false, and gives that back.
 * @throws Error that says what was waited for, and what the last look saw or threw
 */
export async function waitFor<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { withinMs = 60_000, everyMs = 40 }: Patience = {},
): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      last = seen;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() >= giveUpAt) throw new Error(`${what}: not within ${withinMs / 1000} s. Last seen: ${text(last)}`);
    await pause(everyMs);
  }
}

/** Waits until the checks of `look` hold, as `expect` has them. */
export async function eventually(what: string, look: () => void | Promise<void>, patience?: Patience): Promise<void> {
  await waitFor(
    what,
    async () => {
      await look();
      return true;
    },
    patience,
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
