import { idleMark, openMark } from '../../common/mongo/mark.js';
import { type PublishedState } from '../../listings/listing.schema.js';
import { compareListing, expectedOf, type ListingComparison } from './compare-listing.js';

const AT = new Date('2026-11-22T10:00:00Z');
const told = (quantity: number, more: Partial<PublishedState> = {}): PublishedState => ({
  quantity,
  at: AT,
  state: 'accepted',
  ...more,
});
const known = (number?: PublishedState) => ({ push: idleMark(), ...(number ? { published: number } : {}) });
const look = (changes: Partial<ListingComparison>): ListingComparison => ({
  before: known(told(5)),
  after: known(told(5)),
  publishing: 'live',
  wanted: { quantity: 5 },
  shown: { quantity: 5 },
  ...changes,
});

describe('the number that a channel shows', () => {
  it('is right when it was published', () => {
    expect(compareListing(look({}))).toBe('same');
    expect(compareListing(look({ shown: { quantity: 4 } }))).toBe('differs');
  });

  it('is right when it was published during the read', () => {
    const later = known(told(3, { at: new Date(AT.getTime() + 1_000), state: 'sent' }));
    expect(compareListing(look({ after: later, shown: { quantity: 3 } }))).toBe('same');
    expect(compareListing(look({ after: later, shown: { quantity: 5 } }))).toBe('same');
    expect(compareListing(look({ after: later, shown: { quantity: 4 } }))).toBe('moving');
  });

  it.each([
    ['has to be told', { ...known(told(5)), push: openMark() }],
    ['is being told', { ...known(told(5)), lease: { owner: 'push', until: AT } }],
    ['was told and has not agreed yet', known(told(5, { state: 'sent' }))],
    ['was told anew', known(told(5, { at: new Date(AT.getTime() + 1) }))],
    ['has sold it since', { push: openMark() }],
  ])('is inconclusive while it %s', (_what, after) => {
    expect(compareListing(look({ after, shown: { quantity: 4 } }))).toBe('moving');
  });

  it('is compared by location when the channel has several', () => {
    const parts = [
      { location: 'A', quantity: 3 },
      { location: 'B', quantity: 2 },
    ];
    const both = { before: known(told(5, { parts })), after: known(told(5, { parts })) };
    expect(compareListing(look({ ...both, shown: { quantity: 5, parts } }))).toBe('same');
    expect(compareListing(look({ ...both, shown: { quantity: 5 } }))).toBe('same');
    const moved = [
      { location: 'A', quantity: 2 },
      { location: 'B', quantity: 3 },
    ];
    expect(compareListing(look({ ...both, shown: { quantity: 5, parts: moved } }))).toBe('differs');
    expect(
      compareListing(look({ ...both, shown: { quantity: 7, parts: [...parts, { location: 'C', quantity: 2 }] } })),
    ).toBe('differs');
  });

  it('is held while the brake waits for a person', () => {
    const held = { from: 5, to: 0, wanted: 2, at: AT, since: AT };
    expect(compareListing(look({ after: { ...known(told(5)), held }, shown: { quantity: 4 } }))).toBe('held');
    expect(compareListing(look({ after: { ...known(told(5)), held } }))).toBe('same');
  });

  it('cannot be compared when the channel states none, or none was published', () => {
    expect(compareListing(look({ shown: null }))).toBe('untold');
    expect(compareListing(look({ before: known(), after: known() }))).toBe('untold');
  });

  it('is missing when the channel does not have the SKU', () => {
    expect(compareListing(look({ shown: undefined }))).toBe('missing');
  });

  it('is compared in shadow with the target', () => {
    const shadow = { publishing: 'shadow', wanted: { quantity: 8 } } as const;
    expect(compareListing(look({ ...shadow, shown: { quantity: 8 } }))).toBe('same');
    expect(compareListing(look({ ...shadow, shown: { quantity: 5 } }))).toBe('differs');
    expect(compareListing(look({ ...shadow, wanted: undefined }))).toBe('untold');
    expect(expectedOf(look(shadow))).toBe(8);
    expect(expectedOf(look({}))).toBe(5);
  });
});
