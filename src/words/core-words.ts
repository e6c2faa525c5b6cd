import alertsEn from './alerts/en.json' with { type: 'json' };
import alertsEs from './alerts/es.json' with { type: 'json' };
import alertsPt from './alerts/pt.json' with { type: 'json' };
import reasonsEn from './reasons/en.json' with { type: 'json' };
import reasonsEs from './reasons/es.json' with { type: 'json' };
import reasonsPt from './reasons/pt.json' with { type: 'json' };
import { type WordBook } from './words.js';

/** The language files by topic. A new topic is a folder beside these and a line here. */
export const CORE_WORDS = {
  alerts: { en: alertsEn, es: alertsEs, pt: alertsPt },
  reasons: { en: reasonsEn, es: reasonsEs, pt: reasonsPt },
} satisfies Readonly<Record<string, WordBook>>;

/** The codes of the core: the topic, a dot, and the key in the language file. */
export type WordCode = {
  [Topic in keyof typeof CORE_WORDS]: `${Topic}.${keyof (typeof CORE_WORDS)[Topic]['en'] & string}`;
}[keyof typeof CORE_WORDS];

/** Codes of why something waits. Stored as they are where a reason may also be the words of another system. */
export type ReasonCode = Extract<WordCode, `reasons.${string}`>;

/** Whether a stored reason is one of our codes. */
export function isReasonCode(reason: string): reason is ReasonCode {
  return reason.startsWith('reasons.') && Object.hasOwn(reasonsEn, reason.slice('reasons.'.length));
}
