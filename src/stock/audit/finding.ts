/**
 * What can be wrong with an entry.
 * In its chain, which nobody repairs: `gap`, `fork`, `identity` (its id is not its entry and seq), `balance`, `rule` (deltas that its kind
 * does not make), `master`, `key_twice`, `end_without_reserve`.
 * In what is shown of it, which can be made again: `projection`, `no_entry`, `no_movements`.
 */
export type FindingKind =
  | 'gap'
  | 'fork'
  | 'identity'
  | 'balance'
  | 'rule'
  | 'master'
  | 'key_twice'
  | 'end_without_reserve'
  | 'projection'
  | 'no_entry'
  | 'no_movements';

export interface Finding {
  readonly kind: FindingKind;
  readonly entry: string;
  /** Of the movement; absent where the entry as a whole is meant. */
  readonly seq?: number;
  readonly detail: string;
}

const REPAIRABLE: ReadonlySet<FindingKind> = new Set(['projection', 'no_entry', 'no_movements']);

/** Whether it can be made right from the chain. */
export function isRepairable({ kind }: Finding): boolean {
  return REPAIRABLE.has(kind);
}
