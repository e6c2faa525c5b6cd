import fc from 'fast-check';
import { feedOutcome } from './feed-outcome.js';
import { type Feed, type FeedState } from './interfaces/falabella.interface.js';

const feed = (change: Partial<Feed>): Feed => ({
  feedId: 'f',
  state: 'finished',
  stateText: 'Finished',
  action: 'ProductStockUpdate',
  createdAt: '2026-03-01 10:00:00',
  total: 3,
  failed: 0,
  errors: [],
  ...change,
});
const error = (sku: string | null, message = 'no') => ({ code: '1', message, sku });

describe('the outcome of a push', () => {
  it.each<[FeedState, string]>([
    ['queued', 'pending'],
    ['processing', 'pending'],
    ['unknown', 'pending'],
    ['finished', 'finished'],
    ['canceled', 'failed'],
    ['error', 'failed'],
  ])('for a feed that is %s is %s', (state, outcome) => {
    expect(feedOutcome(feed({ state })).state).toBe(outcome);
  });

  it('names the SKUs that failed within a finished feed, once each, with all reasons', () => {
    const errors = [
      error('A', 'Negative value is not allowed'),
      error('B'),
      error('A', 'Invalid tax class'),
      error('B'),
    ];
    expect(feedOutcome(feed({ failed: 2, errors }))).toEqual({
      state: 'finished',
      rejected: [
        { sku: 'A', reason: 'Negative value is not allowed; Invalid tax class' },
        { sku: 'B', reason: 'no' },
      ],
    });
  });

  it.each([
    ["Seller SKU '9788441418011' not found", '9788441418011'],
    ['Seller SKU "Poleron azul" not found', 'Poleron azul'],
    ["Seller SKU 'it's one' not found", "it's one"],
    ["Field Capacity, Team (for Seller SKU: 1000030588) with value 'Invalid Field' has a problem", '1000030588'],
    ["Field X (for Seller SKU: Poleron (M) azul) with value 'y'", 'Poleron (M) azul'],
    ['SellerSku: ABC-1, quantity refused', 'ABC-1'],
    ['Invalid Seller Sku List: ABC 1', 'ABC 1'],
  ])('finds the SKU in the message when no field has it: %s', (message, sku) => {
    expect(feedOutcome(feed({ failed: 1, errors: [error(null, message)] }))).toEqual({
      state: 'finished',
      rejected: [{ sku, reason: message }],
    });
  });

  it.each([
    ['nothing named', [error(null, 'Invalid warehouse')], 'none of them'],
    ['fewer named than failed', [error('A')], 'only A'],
    ['a word that only looks like a name', [error(null, 'Seller SKU not found')], 'none of them'],
  ])('is unknown for all SKUs with %s', (_what, errors, words) => {
    const outcome = feedOutcome(feed({ failed: 2, errors }));
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(`refused 2 of 3 SKUs and named ${words}`) as string,
    });
  });

  it('counts named errors when the number of failures is missing', () => {
    expect(feedOutcome(feed({ failed: null, errors: [error('A')] }))).toMatchObject({
      state: 'finished',
      rejected: [{ sku: 'A' }],
    });
  });

  it('never calls a push finished with fewer rejections than failures', () => {
    const anyError = fc.record({
      code: fc.string(),
      message: fc.string(),
      sku: fc.option(fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(fc.nat(5), fc.array(anyError, { maxLength: 8 }), (failed, errors) => {
        const outcome = feedOutcome(feed({ failed, errors }));
        if (outcome.state === 'finished') expect(outcome.rejected.length).toBeGreaterThanOrEqual(failed);
        else expect(outcome.state).toBe('failed');
      }),
    );
  });
});
