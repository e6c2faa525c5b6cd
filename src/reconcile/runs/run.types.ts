/** `reconcile`: everything is compared again. `initial_load`: what is there is taken over for the first time. */
export const RUN_KINDS = ['reconcile', 'initial_load'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** `stopped`: somebody said so, or the work could not be done. What was found until then stands. */
export type RunState = 'running' | 'done' | 'stopped';

/** What is done with one connection of a run. */
export type PartKind = 'erp_stock' | 'channel_stock' | 'erp_load' | 'channel_load';

/**
 * What a look at one SKU came to. `matched`: both sides say the same. `drifted`: they did not; the right side was told, unless the run only
 * reports. `loaded`: its first number was taken over. `kept`: an initial load found another number and left the ledger alone. `infinite`: the
 * channel sells it without a number. `missing_in_ledger`: an ERP has it, and nobody counts it here. `held`: the brake waits for a person. `moving`: it was being told both times that it was looked at.
 * `untold`: there is nothing to compare, the channel was not told anything.
 */
export const OUTCOMES = [
  'matched',
  'drifted',
  'loaded',
  'kept',
  'missing_in_erp',
  'missing_in_ledger',
  'missing_in_channel',
  'uncountable',
  'infinite',
  'held',
  'moving',
  'untold',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How many came out how. Left out: none. */
export type Counts = Readonly<Partial<Record<Outcome, number>>>;

/** One connection of a run, and what came of it so far. */
export interface RunPart {
  readonly connection: string;
  readonly work: PartKind;
  readonly counts: Counts;
  /** The uncountable ones, by what is wrong with them. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Why it was not done, or not to its end. */
  readonly skipped?: string;
}

/** Where a part goes on. */
export interface RunCursor {
  readonly phase: string;
  /** The last that was looked at: an id, or a page of a platform; null begins. */
  readonly after: string | null;
  /** Not before this time. */
  readonly notBefore?: Date;
  /** What was seen before is not believed. */
  readonly since?: Date;
}

/** What one step came to. */
export interface StepResult {
  /** Null: nothing is left of the part. */
  readonly next: RunCursor | null;
  /** Those of which both sides say the same, and of which no line is kept. */
  readonly matched: number;
  /** What was found otherwise. */
  readonly findings: readonly Finding[];
}

/** What was found of one SKU, in units. `suspect`: it is looked at once more before anything is said of it. */
export interface Finding {
  /** Tells it from the others of its part. */
  readonly key: string;
  readonly outcome: Outcome | 'suspect';
  readonly sku: string | null;
  readonly warehouse?: string;
  /** The other side's own name of it. */
  readonly externalId?: string;
  /** What the ledger had, or what the channel was told. */
  readonly ours?: number;
  /** What the ERP has, or what the channel shows. */
  readonly theirs?: number;
  /** A word for what is wrong with it, for counting. */
  readonly reason?: string;
  readonly detail?: string;
  /** It was a suspect. */
  readonly again?: true;
}

/** How many findings came out how; a suspect is not counted yet. */
export function countsOf({ matched, findings }: Pick<StepResult, 'matched' | 'findings'>): Counts {
  const counts: Partial<Record<Outcome, number>> = matched > 0 ? { matched } : {};
  for (const { outcome } of findings) if (outcome !== 'suspect') counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The uncountable ones, by what is wrong with them. */
export function reasonsOf(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const reasons: Record<string, number> = {};
  for (const { outcome, reason } of findings)
    if (outcome === 'uncountable' && reason) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return reasons;
}

/** The sum over all parts. */
export function totalOf(parts: readonly Pick<RunPart, 'counts'>[]): Record<Outcome, number> {
  const sum = (outcome: Outcome) => parts.reduce((total, { counts }) => total + (counts[outcome] ?? 0), 0);
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sum(outcome)])) as Record<Outcome, number>;
}
