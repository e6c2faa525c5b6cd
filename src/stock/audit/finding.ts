/**
 * What can be wrong with an entry.
 * In its chain, which is never repaired: `gap`, `fork`, `identity` (the id is not entry and seq),
 * `balance`, `rule` (deltas that the kind does not make), `master`, `key_twice`, `end_without_reserve`.
 * In its projection, which can be rebuilt: `projection`, `no_entry`, `no_movements`.
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
  /** The seq of the movement; absent when the finding is about the whole entry. */
  readonly seq?: number;
  readonly detail: string;
}

const REPAIRABLE: ReadonlySet<FindingKind> = new Set(['projection', 'no_entry', 'no_movements']);

/** Whether the chain allows a repair. */
export function isRepairable({ kind }: Finding): boolean {
  return REPAIRABLE.has(kind);
}
