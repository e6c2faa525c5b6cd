import { type WordCode } from '../words/core-words.js';
import { type Message } from '../words/message.js';

export type CheckTopic = Extract<WordCode, `checks.what.${string}`>;

/** Something that a connection needs and does not have. */
export interface CheckFinding {
  /** The subject of the check. */
  readonly what: CheckTopic;
  /** Names two texts, of the problem and of what to do about it: `falabella.wrong_key` has `.problem` and `.remedy`. */
  readonly code: string;
  readonly params?: Message['params'];
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
    super(finding.code);
    this.name = 'CheckEndedError';
  }
}
