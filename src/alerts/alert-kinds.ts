import { type WordCode } from '../words/core-words.js';

/**
 * What needs a person, by kind. A new kind is one entry here and its words in src/words/alerts/: a title, why it matters, what to do
 * (`action`), and one text for each of its details.
 */
const DETAILS = {
  oversold: ['alerts.oversold.detail'],
  negative: ['alerts.negative.detail'],
  drift: ['alerts.drift.other', 'alerts.drift.unpublished', 'alerts.drift.missing'],
  needs_mapping: ['alerts.needs_mapping.detail', 'alerts.needs_mapping.near', 'alerts.needs_mapping.uncountable'],
  return_unresolved: ['alerts.return_unresolved.detail'],
  unknown_status: ['alerts.unknown_status.detail'],
  delivery_short: ['alerts.delivery_short.detail'],
  delivery_partial: ['alerts.delivery_partial.detail'],
  delivery_conflict: ['alerts.delivery_conflict.detail'],
  order_attention: ['alerts.order_attention.detail'],
  unusable_stock: ['alerts.unusable_stock.zero', 'alerts.unusable_stock.kept'],
  shared_sku: ['alerts.shared_sku.detail'],
  push_rejected: ['alerts.push_rejected.detail'],
  connection_paused: ['alerts.connection_paused.detail'],
  connection_unusable: ['alerts.connection_unusable.key', 'alerts.connection_unusable.settings'],
  connection_silent: ['alerts.connection_silent.detail'],
  auth_failures: ['alerts.auth_failures.detail'],
  long_pause: ['alerts.long_pause.unused', 'alerts.long_pause.away'],
  before_cutover: ['alerts.before_cutover.detail'],
  given_up: ['alerts.given_up.detail'],
  brake: ['alerts.brake.detail'],
} as const satisfies Readonly<Record<string, readonly WordCode[]>>;

export type AlertKind = keyof typeof DETAILS;
export const ALERT_KINDS = Object.keys(DETAILS) as readonly AlertKind[];

/** The codes of what an alert of a kind can say. */
export type AlertCode<Kind extends AlertKind = AlertKind> = (typeof DETAILS)[Kind][number];

/** Every code of a kind, of its details and of what is the same for all alerts of it. */
export function codesOf(kind: AlertKind): readonly WordCode[] {
  const { title, why, action } = kindCodes(kind);
  return [...DETAILS[kind], title, why, action];
}

/** What is the same for all alerts of a kind. */
export function kindCodes<Kind extends AlertKind>(kind: Kind) {
  return {
    title: `alerts.${kind}.title`,
    why: `alerts.${kind}.why`,
    action: `alerts.${kind}.action`,
  } as const satisfies Readonly<Record<string, WordCode>>;
}
