/** Runs work that shares a key one after the other, in the order of the calls; other work runs concurrently. */
export class InTurn {
  private readonly last = new Map<string, Promise<void>>();

  /** Joins every queue at once, so that no two can wait for each other. */
  async run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const before = keys.flatMap((key) => this.last.get(key) ?? []);
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    for (const key of keys) this.last.set(key, finished);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      finish();
      for (const key of keys) if (this.last.get(key) === finished) this.last.delete(key);
    }
  }
}
