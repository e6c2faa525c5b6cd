import { setTimeout as pause } from 'node:timers/promises';

/** On a slow or busy machine every wait may last this many times as long. */
const TIMES = Number(process.env.TEST_PATIENCE ?? 1);

export interface Patience {
  /** Fails after this long, times TEST_PATIENCE. */
  readonly withinMs?: number;
  /** Between two looks; left out: soon at first, and then less often, so that who waits takes little from who works. */
  readonly everyMs?: number;
}

const SOON_MS = { first: 40, longest: 150, growth: 1.2 };

/**
 * Looks again and again until `look` gives something other than null, undefined or false, and gives that back.
 * @throws Error that says what was waited for, and what the last look saw or threw
 */
export async function waitFor<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { withinMs = 60_000, everyMs }: Patience = {},
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
