/** How many clients are counted separately. Failures of further ones are only in the total. */
const MOST_CLIENTS = 1_000;
/** Clients that a log document names. */
const MOST_NAMED = 20;

/** Failures of a minute that have no log document of their own. */
export interface TalliedFailures {
  readonly count: number;
  /** Those that were answered with 429. */
  readonly beyond: number;
  /** Those with the most failures, the most first. */
  readonly clients: readonly { readonly client: string; readonly failures: number }[];
}

/** Counts failures by client. */
export class FailureTally {
  private count = 0;
  private beyond = 0;
  private readonly clients = new Map<string, number>();

  add(client: string, isBeyond: boolean): void {
    this.count += 1;
    if (isBeyond) this.beyond += 1;
    const known = this.clients.get(client);
    if (known !== undefined || this.clients.size < MOST_CLIENTS) this.clients.set(client, (known ?? 0) + 1);
  }

  /** Returns the counts, and sets them to zero. */
  take(): TalliedFailures {
    const { count, beyond } = this;
    const clients = [...this.clients]
      .map(([client, failures]) => ({ client, failures }))
      .sort((a, b) => b.failures - a.failures)
      .slice(0, MOST_NAMED);
    this.count = 0;
    this.beyond = 0;
    this.clients.clear();
    return { count, beyond, clients };
  }
}
