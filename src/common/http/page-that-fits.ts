import { AnswerTooLargeError } from './outbound.service.js';

/**
 * Asks for a page of the first size, and while the answer is too large for a page of the next one.
 * @throws AnswerTooLargeError when the smallest page is too large as well
 */
export async function pageThatFits<Page>(
  sizes: readonly [number, ...(readonly number[])],
  ask: (size: number) => Promise<Page>,
): Promise<Page> {
  const [size, next, ...smaller] = sizes;
  try {
    return await ask(size);
  } catch (error) {
    if (next === undefined || !(error instanceof AnswerTooLargeError)) throw error;
    return pageThatFits([next, ...smaller], ask);
  }
}
