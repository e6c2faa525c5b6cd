/**
 * Resolves as `work` does, or as `onLate` does when the work takes longer than `limitMs`. `onLate` may
 * throw. Late work continues, and its result is dropped.
 */
export async function withDeadline<T, L>(work: Promise<T>, limitMs: number, onLate: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    return await Promise.race([work, limit.then(onLate)]);
  } finally {
    clearTimeout(timer);
  }
}
