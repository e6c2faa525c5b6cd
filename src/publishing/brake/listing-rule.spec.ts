import fc from 'fast-check';
import { idleMark } from '../../common/mongo/mark.js';
import { isZeroedByHand, weighListing, type BrakedListing } from './listing-rule.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const LIVE = { publishing: 'live' } as const;
const listing = (changes: Partial<BrakedListing> = {}): BrakedListing => ({
  _id: 'shop/A',
  sku: 'A',
  rules: { buffer: 0, cap: null, notForSale: false },
  causes: [],
  push: idleMark(),
  last: { quantity: 10, at: NOW },
  ...changes,
});
const weight = (
  to: number,
  changes: Partial<BrakedListing> = {},
  connection: Parameters<typeof weighListing>[0] = LIVE,
) => weighListing(connection, { listing: listing(changes), to }, NOW);

describe('a number of a listing', () => {
  it('counts where it would be set to 0 or change by more than half', () => {
    expect(weight(0)).toBe('large');
    expect(weight(4)).toBe('large');
    expect(weight(16)).toBe('large');
    expect(weight(6)).toBe('calm');
  });

  it('never waits when it falls because of an order, which would oversell', () => {
    const causes = [{ correlationId: 'c' }, { orderId: '17' }];
    expect(weight(0, { causes })).toBe('free');
    expect(weight(3, { causes })).toBe('free');
    expect(weight(25, { causes })).toBe('large');
  });

  it('never waits where a person set it to 0', () => {
    expect(weight(0, { rules: { buffer: 0, cap: null, notForSale: true } })).toBe('free');
    expect(weight(0, {}, { publishing: 'stopped' })).toBe('free');
    expect(isZeroedByHand(LIVE, listing())).toBe(false);
  });

  it('is not a change when it returns from 0 to the earlier number', () => {
    expect(weight(11, { last: { quantity: 10, at: NOW } })).toBe('calm');
    expect(weight(50, { last: { quantity: 0, at: NOW } })).toBe('calm');
  });

  it("is published after a person's approval, and when no earlier number is known", () => {
    expect(weight(0, { approved: true })).toBe('free');
    const unknown = listing();
    delete unknown.last;
    expect(weighListing(LIVE, { listing: unknown, to: 0 }, NOW)).toBe('free');
  });

  it('is published, whatever the number, when an order made it smaller', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(500), (quantity, to, from) => {
        const sold = { causes: [{ orderId: '1' }], last: { quantity, at: NOW }, large: { at: NOW, from } };
        if (to < quantity) expect(weight(to, sold)).toBe('free');
      }),
    );
  });
});
