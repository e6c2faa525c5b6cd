/** Something that a connection needs and does not have, in the words of the merchant who has to see to it. */
export interface CheckFinding {
  /** What was looked at: `API key`, `Orders`. */
  readonly what: string;
  readonly problem: string;
  /** What to do about it, and where. */
  readonly remedy: string;
  /** It works without; something is only slower or left out. */
  readonly warning?: true;
}

/** What came of trying a connection. Holds nothing secret. */
export interface ConnectionCheck {
  /** It can be worked with; there may be warnings. */
  readonly ok: boolean;
  /** Whose account answered, as the platform or its settings name it; null: nobody answered. */
  readonly account: string | null;
  readonly findings: readonly CheckFinding[];
}

/** The check of what was found. */
export function checkOf(account: string | null, findings: readonly CheckFinding[]): ConnectionCheck {
  return { ok: findings.every((finding) => finding.warning), account, findings };
}

/** The checks that were begun went this far: whatever comes after them would only fail in the same way. */
export class CheckEndedError extends Error {
  constructor(readonly finding: CheckFinding) {
    super(finding.problem);
    this.name = 'CheckEndedError';
  }
}
