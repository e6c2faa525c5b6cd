import { describe, expect, it } from '@jest/globals';
import { type PropertyRuns } from './support/property.js';
import { propertyRuns } from './support/runs.js';
import { inThread } from './support/worker/in-thread.js';

describe('anything that two processes ask of the ledger, again and again until it is answered', () => {
  it('is done once, adds up from the first movement to the entry, and never takes below zero what is guarded', async () => {
    expect(await inThread<PropertyRuns, string | null>('ledger.ts', propertyRuns(10_000))).toBeNull();
  }, 600_000);
});
