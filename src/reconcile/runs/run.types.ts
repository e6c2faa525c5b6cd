/** `reconcile`: compares everything again. `initial_load`: takes over the existing stock for the first time. */
export const RUN_KINDS = ['reconcile', 'initial_load'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** `stopped`: by a person, or because the work was impossible. Its findings so far stand. */
export type RunState = 'running' | 'done' | 'stopped';

/** The work on one connection of a run. */
export type PartKind = 'erp_stock' | 'channel_stock' | 'erp_load' | 'channel_load';

/**
 * The outcome for one SKU. `matched`: both sides agree. `drifted`: they did not; the other side was
 * corrected, unless the run only reports. `loaded`: its first number was taken over. `kept`: the ledger was
 * left alone, as an initial load found another number, or the ledger decides about a SKU that an ERP has, too. `infinite`: the channel sells it without a number.
 * `missing_in_ledger`: an ERP has it, and it is not counted here. `held`: the brake waits for a person.
 * `moving`: it was being published at both reads. `untold`: nothing was published, so there is nothing to
 * compare.
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

/** The number of findings by outcome; absent: none. */
export type Counts = Readonly<Partial<Record<Outcome, number>>>;

/** One connection of a run, and its results so far. */
export interface RunPart {
  readonly connection: string;
  readonly work: PartKind;
  readonly counts: Counts;
  /** The uncountable ones, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Why it was skipped, in whole or in part. */
  readonly skipped?: string;
}

/** Where a part continues. */
export interface RunCursor {
  readonly phase: string;
  /** The last processed id, or a page of a platform; null: from the beginning. */
  readonly after: string | null;
  /** The earliest time of the next step. */
  readonly notBefore?: Date;
  /** Earlier readings are not used. */
  readonly since?: Date;
}

/** The result of one step. */
export interface StepResult {
  /** Null: the part is finished. */
  readonly next: RunCursor | null;
  /** The number of matches, which have no lines. */
  readonly matched: number;
  /** All other findings. */
  readonly findings: readonly Finding[];
}

/** A finding about one SKU, in units. `suspect`: it is read once more before it is reported. */
export interface Finding {
  /** Identifies it within its part. */
  readonly key: string;
  readonly outcome: Outcome | 'suspect';
  readonly sku: string | null;
  readonly warehouse?: string;
  /** The other side's own id for it. */
  readonly externalId?: string;
  /** The ledger's number, or the published one. */
  readonly ours?: number;
  /** The ERP's number, or the channel's. */
  readonly theirs?: number;
  /** A code for the reason, for counting. */
  readonly reason?: string;
  readonly detail?: string;
  /** It was a suspect before. */
  readonly again?: true;
}

/** The number of findings by outcome; suspects are not counted yet. */
export function countsOf({ matched, findings }: Pick<StepResult, 'matched' | 'findings'>): Counts {
  const counts: Partial<Record<Outcome, number>> = matched > 0 ? { matched } : {};
  for (const { outcome } of findings) if (outcome !== 'suspect') counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The uncountable ones, by reason. */
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
