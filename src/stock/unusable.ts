import { type StockEntry } from './schemas.js';

/** How long a number of the ERP may be unusable before channels stop showing the last one, in milliseconds: people edit products in steps. */
export const UNUSABLE_AFTER_MS = 60_000;

/** The entry was counted, and for a while now its ERP answers with no number that could be used. An ERP that does not answer changes nothing. */
export function isUnusable({ observedAt, problemSince }: Pick<StockEntry, 'observedAt' | 'problemSince'>): boolean {
  return (
    observedAt !== undefined && problemSince !== undefined && Date.now() - problemSince.getTime() >= UNUSABLE_AFTER_MS
  );
}
