/**
 * What every answer says to a browser: take it as what it says it is, keep no copy, show it in no frame of
 * another page, and tell nobody where it was. A route may say otherwise of keeping.
 */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
