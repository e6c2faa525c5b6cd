import { type CheckFinding, type ConnectionCheck } from '../../connectors/contract.js';
import { type Language } from '../../words/language.js';
import { type Message } from '../../words/message.js';
import { type Words } from '../../words/words.js';

/** A finding in the reader's language, and its code and values for a screen that says it in another one. */
interface WordedFinding {
  readonly what: string;
  readonly problem: string;
  /** What to do about it, and where. */
  readonly remedy: string;
  readonly code: string;
  readonly params: NonNullable<Message['params']>;
  readonly warning?: true;
}

export interface WordedCheck extends Omit<ConnectionCheck, 'findings'> {
  readonly findings: readonly WordedFinding[];
}

export function wordedCheck(check: ConnectionCheck, words: Words, language: Language): WordedCheck {
  const worded = ({ what, code, params = {}, warning }: CheckFinding): WordedFinding => ({
    what: words.text({ code: what }, language),
    problem: words.text({ code: `${code}.problem`, params }, language),
    remedy: words.text({ code: `${code}.remedy`, params }, language),
    code,
    params,
    ...(warning && { warning }),
  });
  return { ...check, findings: check.findings.map(worded) };
}
