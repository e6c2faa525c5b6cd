import { type Feed } from '../interfaces/falabella.interface.js';
import { candidatesFor, missingFrom } from './find-feed.js';

const sentAt = new Date('2026-05-01T12:00:00Z');
const items = [
  { sku: 'A', quantity: 1 },
  { sku: 'B', quantity: 2 },
];
const feed = (change: Partial<Feed> = {}): Feed => ({
  feedId: 'f',
  state: 'queued',
  stateText: 'Queued',
  action: 'ProductStockUpdate',
  createdAt: '2026-05-01 12:00:02',
  total: 2,
  failed: null,
  errors: [],
  ...change,
});
const isCandidate = (change: Partial<Feed>, others: readonly string[] = []) =>
  candidatesFor(items, sentAt, new Set(others), [feed(change)]).length === 1;

describe('a candidate for a lost push', () => {
  it.each([
    ['of the same time', {}],
    ['of the same time in Chile', { createdAt: '2026-05-01 09:00:30' }],
    ['of the same time where it is tomorrow', { createdAt: '2026-05-02 02:03:00' }],
    ['without a readable time', { createdAt: '' }],
    ['of fewer entries, for some may have been refused', { total: 1 }],
    ['of an unknown number of entries', { total: null }],
    ['under another name for stock', { action: 'UpdateStock' }],
  ])('is a feed %s', (_what, change) => {
    expect(isCandidate(change)).toBe(true);
  });

  it.each([
    ['of products', { action: 'ProductUpdate' }],
    ['of more entries', { total: 3 }],
    ['made earlier', { createdAt: '2026-05-01 11:50:00' }],
    ['made much later', { createdAt: '2026-05-01 12:20:00' }],
  ])('is not a feed %s', (_what, change) => {
    expect(isCandidate(change)).toBe(false);
  });

  it('is not a feed of another push', () => {
    expect(isCandidate({}, ['f'])).toBe(false);
  });
});

describe('the content of a feed', () => {
  const input = (...stock: readonly (readonly [string, number, string?])[]) => ({
    feedId: 'f',
    stock: stock.map(([sku, quantity, location = '']) => ({ sku, quantity, location })),
  });

  it('shows its push, in any order of its entries', () => {
    expect(missingFrom(input(['B', 2], ['A', 1]), items)).toEqual([]);
    expect(missingFrom(input(['A', 1]), items)).toEqual(['B']);
  });

  it.each([
    ['another quantity', input(['A', 1], ['B', 3])],
    ['another SKU', input(['A', 1], ['C', 2])],
    ['another place', input(['A', 1, 'NORTE'])],
  ])('belongs to another push when it has %s', (_what, made) => {
    expect(missingFrom(made, items)).toBeNull();
  });

  it('is distinguished by its locations', () => {
    const parts = [
      { location: 'NORTE', quantity: 1 },
      { location: 'SUR', quantity: 0 },
    ];
    expect(missingFrom(input(['A', 1, 'NORTE'], ['A', 0, 'SUR']), [{ sku: 'A', quantity: 1, parts }])).toEqual([]);
    expect(missingFrom(input(['A', 1]), [{ sku: 'A', quantity: 1, parts }])).toBeNull();
  });
});
