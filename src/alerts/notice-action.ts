import { type OutboundAnswer } from '../common/http/outbound.service.js';

/** What is to become of a notice that was not taken. `blame`: the notice itself is at fault. */
export type NoticeAction =
  | { readonly do: 'later'; readonly reason: string; readonly afterMs?: number }
  | { readonly do: 'blame'; readonly reason: string };

const AT_FAULT = new Set([400, 413, 422]);
const LONGEST_WAIT_S = 3_600;

/**
 * Null: the webhook took the notice. Its address is a secret: nothing of it is in a reason. Slack answers 400 to a payload that it does not
 * understand, 403, 404 and 410 where the address is not valid any more, and 429 with Retry-After in seconds (its guide on incoming webhooks).
 */
export function noticeActionOf({ status, headers }: Pick<OutboundAnswer, 'status' | 'headers'>): NoticeAction | null {
  if (status >= 200 && status < 300) return null;
  const reason = `the alert webhook answered ${status}`;
  if (AT_FAULT.has(status)) return { do: 'blame', reason };
  const seconds = Number(headers['retry-after']);
  return status === 429 && Number.isFinite(seconds) && seconds > 0
    ? { do: 'later', reason, afterMs: Math.min(seconds, LONGEST_WAIT_S) * 1_000 }
    : { do: 'later', reason };
}
