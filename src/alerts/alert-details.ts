import { isReasonCode } from '../words/core-words.js';
import { type Message, type MessageParam } from '../words/message.js';
import { type AlertCode, type AlertKind } from './alert-kinds.js';

/** What an alert of a kind says. */
export type AlertDetail<Kind extends AlertKind = AlertKind> = Message<AlertCode<Kind>>;

/** Kinds whose detail is what another system says. */
type ReasonKind =
  | 'delivery_short'
  | 'delivery_partial'
  | 'delivery_conflict'
  | 'order_attention'
  | 'push_rejected'
  | 'connection_paused';

/** The reason is a code of ours, or the words of another system. */
export function reasonDetail<Kind extends ReasonKind>(kind: Kind, reason: string) {
  return { code: `alerts.${kind}.detail` as const, params: { reason: paramOf(reason) } };
}

/** An order waits for these SKUs to be mapped. @param nearest known SKUs that they may be meant to be */
export function unmappedDetail(skus: readonly string[], nearest: readonly string[]): AlertDetail<'needs_mapping'> {
  const params = { skus: skus.join(', ') };
  if (nearest.length === 0) return { code: 'alerts.needs_mapping.detail', params };
  return { code: 'alerts.needs_mapping.near', params: { ...params, nearest: nearest.join(', ') } };
}

/** An order or an observation stopped at a SKU that the ERP cannot count. */
export function uncountableDetail(reason: string): AlertDetail<'needs_mapping'> {
  return { code: 'alerts.needs_mapping.uncountable', params: { reason: paramOf(reason) } };
}

/** Units were delivered and are not sold any more. */
export function returnedDetail(
  units: readonly { readonly sku: string; readonly units: number }[],
): AlertDetail<'return_unresolved'> {
  const list = units.map(({ sku, units: n }) => `${n} x ${sku}`).join(', ');
  return { code: 'alerts.return_unresolved.detail', params: { units: list } };
}

/** A platform has asked for no calls since then. */
export function silentDetail(since: Date): AlertDetail<'connection_silent'> {
  return { code: 'alerts.connection_silent.detail', params: { since: since.toISOString() } };
}

/** A connection begins in shadow again. */
export function longAwayDetail(since: Date): AlertDetail<'long_pause'> {
  return { code: 'alerts.long_pause.unused', params: { since: since.toISOString() } };
}

/** The channel shows another number than the published one. Null: it shows nothing, or nothing was published. */
export function driftDetail(shown: number | null, published: number | null): AlertDetail<'drift'> {
  if (published === null) return { code: 'alerts.drift.unpublished', params: { shown: shown ?? 0 } };
  return shown === null
    ? { code: 'alerts.drift.missing', params: { published } }
    : { code: 'alerts.drift.other', params: { shown, published } };
}

function paramOf(reason: string): MessageParam {
  return isReasonCode(reason) ? { code: reason } : reason;
}
