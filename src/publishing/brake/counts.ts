const FRESH_MS = 60_000;

/** How many there are of what is counted often and changes slowly: counted anew every minute. */
export class Counts {
  private readonly known = new Map<string, { at: number; count: Promise<number> }>();

  of(name: string, count: () => Promise<number>): Promise<number> {
    const known = this.known.get(name);
    if (known && Date.now() - known.at < FRESH_MS) return known.count;
    const counting = count();
    this.known.set(name, { at: Date.now(), count: counting });
    counting.catch(() => this.known.delete(name));
    return counting;
  }
}
