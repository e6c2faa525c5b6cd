import { describe, expect, it } from '@jest/globals';
import { type PropertyRuns } from './support/property.js';
import { propertyRuns } from './support/runs.js';
import { inThread } from './support/worker/in-thread.js';

describe('any sequence of orders, edits, partial cancels, cancels, re-opens, repeats, reorderings and crashes', () => {
  it('ends in the balances of the newest version of each order', async () => {
    expect(await inThread<PropertyRuns, string | null>('balances.ts', propertyRuns(10_000))).toBeNull();
  }, 600_000);
});
