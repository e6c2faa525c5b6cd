import { type Language } from '../words/language.js';
import { type Words } from '../words/words.js';
import { type Alert } from './alert.schema.js';

/** What an alert says in one language. */
export interface AlertTexts {
  readonly title: string;
  readonly why: string;
  /** The advice. */
  readonly action: string;
  /** What happened this time. */
  readonly detail: string;
}

/** What happened this time. A document from before there were codes has its English text. */
export function detailOf(
  { code, params = {}, detail = '' }: Pick<Alert, 'code' | 'params' | 'detail'>,
  words: Words,
  language: Language,
): string {
  return code === undefined ? detail : words.text({ code, params }, language);
}
