const SEPARATOR = '#';

/**
 * The name of a push: its feed, followed by the SKUs that Falabella refused before the feed was created.
 * The feed does not contain these, but the outcome must.
 */
export function pushRef(feedId: string, refused: readonly string[]): string {
  return refused.length === 0 ? feedId : `${feedId}${SEPARATOR}${JSON.stringify(refused)}`;
}

/** @throws Error for a ref that `pushRef` did not make */
export function readPushRef(ref: string): { readonly feedId: string; readonly refused: readonly string[] } {
  const end = ref.indexOf(SEPARATOR);
  if (end < 0) return { feedId: ref, refused: [] };
  const refused = JSON.parse(ref.slice(end + 1)) as unknown;
  if (!Array.isArray(refused) || !refused.every((sku) => typeof sku === 'string'))
    throw new Error('not the name of a push');
  return { feedId: ref.slice(0, end), refused };
}
