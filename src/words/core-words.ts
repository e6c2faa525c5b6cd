import alertsEn from './alerts/en.json' with { type: 'json' };
import alertsEs from './alerts/es.json' with { type: 'json' };
import alertsPt from './alerts/pt.json' with { type: 'json' };
import checksEn from './checks/en.json' with { type: 'json' };
import checksEs from './checks/es.json' with { type: 'json' };
import checksPt from './checks/pt.json' with { type: 'json' };
import importsEn from './imports/en.json' with { type: 'json' };
import importsEs from './imports/es.json' with { type: 'json' };
import importsPt from './imports/pt.json' with { type: 'json' };
import installEn from './install/en.json' with { type: 'json' };
import installEs from './install/es.json' with { type: 'json' };
import installPt from './install/pt.json' with { type: 'json' };
import ordersEn from './orders/en.json' with { type: 'json' };
import ordersEs from './orders/es.json' with { type: 'json' };
import ordersPt from './orders/pt.json' with { type: 'json' };
import previewEn from './preview/en.json' with { type: 'json' };
import previewEs from './preview/es.json' with { type: 'json' };
import previewPt from './preview/pt.json' with { type: 'json' };
import problemsEn from './problems/en.json' with { type: 'json' };
import problemsEs from './problems/es.json' with { type: 'json' };
import problemsPt from './problems/pt.json' with { type: 'json' };
import reasonsEn from './reasons/en.json' with { type: 'json' };
import reasonsEs from './reasons/es.json' with { type: 'json' };
import reasonsPt from './reasons/pt.json' with { type: 'json' };
import { Words, type WordBook } from './words.js';

/** The language files by topic. A new topic is a folder beside these and a line here. */
export const CORE_WORDS = {
  alerts: { en: alertsEn, es: alertsEs, pt: alertsPt },
  checks: { en: checksEn, es: checksEs, pt: checksPt },
  imports: { en: importsEn, es: importsEs, pt: importsPt },
  install: { en: installEn, es: installEs, pt: installPt },
  orders: { en: ordersEn, es: ordersEs, pt: ordersPt },
  preview: { en: previewEn, es: previewEs, pt: previewPt },
  problems: { en: problemsEn, es: problemsEs, pt: problemsPt },
  reasons: { en: reasonsEn, es: reasonsEs, pt: reasonsPt },
} satisfies Readonly<Record<string, WordBook>>;

/** The codes of the core: the topic, a dot, and the key in the language file. */
export type WordCode = {
  [Topic in keyof typeof CORE_WORDS]: `${Topic}.${keyof (typeof CORE_WORDS)[Topic]['en'] & string}`;
}[keyof typeof CORE_WORDS];

/** The texts of the core alone, for what is said before or beside Nest. */
export const coreWords = new Words(CORE_WORDS);

/** What is wrong with a request: each type has a title, and a text for each of its causes. */
export type ProblemType = keyof typeof problemsEn extends infer Key
  ? Key extends `${infer Type}.title`
    ? Type
    : never
  : never;
export type ProblemCode<Type extends ProblemType = ProblemType> = Exclude<
  Extract<WordCode, `problems.${Type}.${string}`>,
  `${string}.title`
>;

/** Codes of why something waits. Stored as they are where a reason may also be the words of another system. */
export type ReasonCode = Extract<WordCode, `reasons.${string}`>;

/** Whether a stored reason is one of our codes. */
export function isReasonCode(reason: string): reason is ReasonCode {
  return reason.startsWith('reasons.') && Object.hasOwn(reasonsEn, reason.slice('reasons.'.length));
}
