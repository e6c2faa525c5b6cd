/** Exit statuses, for scripts. */
export const EXIT = {
  /** Nothing is wrong, or everything was repaired. */
  fine: 0,
  /** The ledger or its projection has a fault. */
  differences: 1,
  /** It could not run: a wrong argument, no database, an unknown SKU. */
  notRun: 2,
} as const;

export const USAGE = `Usage: npm run ledger -- verify | rebuild | explain SKU

  verify       recomputes every stock entry from its chain of movements and lists what differs; changes nothing
  rebuild      the same, and makes entries show the end of their chains; the chains stay as they are, and what runs may go on
  explain SKU  why the number is what it is: balances, newest movements, open reservations, what channels were told

Exit status: 0 nothing is wrong (rebuild: any more), 1 differences were found, 2 it could not run.`;

export type Request =
  { readonly command: 'verify' | 'rebuild' } | { readonly command: 'explain'; readonly sku: string };

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Request {
  const [command, sku, ...more] = args;
  if (command === 'explain' && sku && more.length === 0) return { command, sku };
  if ((command === 'verify' || command === 'rebuild') && sku === undefined) return { command };
  throw new UsageError();
}

/** The arguments are not among those that there are. */
export class UsageError extends Error {
  constructor() {
    super(USAGE);
    this.name = 'UsageError';
  }
}
