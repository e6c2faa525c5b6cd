import { type AlertKind } from '../alerts/alert-kinds.js';
import { type Listing } from '../listings/listing.schema.js';
import { type OrderDoc } from '../orders/order.types.js';
import { isCauseGone, type AlertFacts } from './alert-causes.js';

const OPENED = new Date('2026-01-02T00:00:00Z');
const BEFORE = new Date('2026-01-01T00:00:00Z');
const AFTER = new Date('2026-01-03T00:00:00Z');
const DONE = { requested: 2, processed: 2 };
const OPEN = { requested: 3, processed: 2 };

const facts = (changes: Partial<AlertFacts> = {}): AlertFacts => ({
  orders: new Map(),
  listings: new Map(),
  counted: new Set(),
  withReturns: new Set(),
  ...changes,
});
const ofOrder = (order: Partial<OrderDoc>) =>
  facts({ orders: new Map([['f/1', { transfers: [], record: DONE, deliver: DONE, ...order } as OrderDoc]]) });
const ofListing = (listing: Partial<Listing>) => facts({ listings: new Map([['f/A', listing as Listing]]) });
const gone = (kind: AlertKind, subject: string, known: AlertFacts) =>
  isCauseGone({ kind, subject, openedAt: OPENED }, known);

describe('the cause of an alert', () => {
  it.each([
    ['an order that waits for a SKU', 'needs_mapping', ofOrder({ unmapped: ['X'] }), false],
    [
      'an order whose delivery the ERP refuses',
      'needs_mapping',
      ofOrder({ unmapped: [], deliver: { ...OPEN, error: 'unknown SKU' } }),
      false,
    ],
    ['an order that waits for nothing', 'needs_mapping', ofOrder({ unmapped: [] }), true],
    ['an order that somebody is working on', 'needs_mapping', ofOrder({ deliver: OPEN }), false],
    ['an order whose plan is being recorded', 'return_unresolved', ofOrder({ record: OPEN }), false],
    ['units whose fate is undecided', 'return_unresolved', { ...ofOrder({}), withReturns: new Set(['f/1']) }, false],
    ['units whose fate is decided', 'return_unresolved', ofOrder({}), true],
    ['a delivery that waits', 'delivery_short', ofOrder({ deliver: { ...OPEN, error: 'not all in stock' } }), false],
    ['a delivery that is done', 'delivery_short', ofOrder({}), true],
    [
      'a delivery that met something else',
      'delivery_conflict',
      ofOrder({ transfers: [{ n: 1, name: 'x', state: 'conflict' }] }),
      false,
    ],
    [
      'one that was looked at again',
      'delivery_conflict',
      ofOrder({ transfers: [{ n: 1, name: 'x', state: 'closed' }] }),
      true,
    ],
  ] as [string, AlertKind, AlertFacts, boolean][])('of %s (%s)', (_name, kind, known, expected) => {
    expect(gone(kind, 'f/1', known)).toBe(expected);
  });

  it.each([
    ['a number that is refused', 'push_rejected', ofListing({ error: 'not found' }), false],
    ['a number that was taken', 'push_rejected', ofListing({}), true],
    [
      'a channel that took a number since',
      'drift',
      ofListing({ published: { quantity: 1, at: AFTER, state: 'accepted' } }),
      true,
    ],
    [
      'a channel that was told before',
      'drift',
      ofListing({ published: { quantity: 1, at: BEFORE, state: 'accepted' } }),
      false,
    ],
    [
      'a channel that has not taken it yet',
      'drift',
      ofListing({ published: { quantity: 1, at: AFTER, state: 'sent' } }),
      false,
    ],
    ['a channel of which nobody knows what it shows', 'drift', ofListing({}), false],
  ] as [string, AlertKind, AlertFacts, boolean][])('of %s (%s)', (_name, kind, known, expected) => {
    expect(gone(kind, 'f/A', known)).toBe(expected);
  });

  it('of an unknown SKU is gone once a person has counted it', () => {
    expect(gone('needs_mapping', 'A/B', facts())).toBe(false);
    expect(gone('needs_mapping', 'A/B', facts({ counted: new Set(['A/B']) }))).toBe(true);
  });

  it('is never gone when its subject no longer exists, or the cause is undecidable', () => {
    for (const kind of [
      'return_unresolved',
      'delivery_short',
      'delivery_conflict',
      'push_rejected',
      'drift',
      'connection_paused',
      'oversold',
    ] as const)
      expect(gone(kind, 'f/1', facts())).toBe(false);
  });
});
