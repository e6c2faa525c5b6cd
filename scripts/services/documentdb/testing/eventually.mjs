import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is truthy. The test's own time-out ends it otherwise.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<NonNullable<T>>}
 */
export async function eventually(ask) {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(50);
  }
}
