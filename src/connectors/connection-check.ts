/** Something that a connection lacks, in the words of the merchant who must provide it. */
export interface CheckFinding {
  /** The subject of the check: `API key`, `Orders`. */
  readonly what: string;
  readonly problem: string;
  /** What to do about it, and where. */
  readonly remedy: string;
  /** The connection works without it, but is slower or leaves something out. */
  readonly warning?: true;
}

/** The result of testing a connection. It holds no secrets. */
export interface ConnectionCheck {
  /** The connection is usable; there may be warnings. */
  readonly ok: boolean;
  /** The account that answered, as the platform or its settings name it; null: no answer. */
  readonly account: string | null;
  readonly findings: readonly CheckFinding[];
}

export function checkOf(account: string | null, findings: readonly CheckFinding[]): ConnectionCheck {
  return { ok: findings.every((finding) => finding.warning), account, findings };
}

/** Ends a check, because all further calls would fail in the same way. */
export class CheckEndedError extends Error {
  constructor(readonly finding: CheckFinding) {
    super(finding.problem);
    this.name = 'CheckEndedError';
  }
}
