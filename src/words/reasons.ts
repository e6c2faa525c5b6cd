import { isReasonCode } from './core-words.js';
import { type Language } from './language.js';
import { type Message } from './message.js';
import { type Words } from './words.js';

/** Why something waits, as the API says it. */
export interface WordedReason {
  readonly detail: string;
  /** Null: the words are another system's. */
  readonly code: string | null;
  readonly params: NonNullable<Message['params']>;
}

/** @param reason a message, or what is stored: a code, or the words of another system */
export function wordedReason(reason: string | Message, words: Words, language: Language): WordedReason {
  if (typeof reason === 'string' && !isReasonCode(reason)) return { detail: reason, code: null, params: {} };
  const message = typeof reason === 'string' ? { code: reason } : reason;
  return { detail: words.text(message, language), code: message.code, params: message.params ?? {} };
}
