import { RecentReads } from './recent-reads.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);

describe('a recent reading of an order', () => {
  const reads = new RecentReads();
  beforeAll(() => {
    reads.record('shop/1', { startedAt: at(60).getTime(), edited: false });
    reads.record('shop/2', { startedAt: at(60).getTime(), edited: true });
  });

  it.each([
    ['that arrived well before it', 'shop/1', 30, false, true],
    ['that arrived after it', 'shop/1', 61, false, false],
    ['that arrived so shortly before it that clocks may differ', 'shop/1', 59.5, false, false],
    ['about edits, which were not read', 'shop/1', 30, true, false],
    ['about edits, which were read', 'shop/2', 30, true, true],
    ['about another order', 'shop/3', 30, false, false],
  ])('serves a webhook %s: %s', (_what, order, arrivedAt, edited, serves) => {
    expect(reads.serves(order, at(arrivedAt), edited)).toBe(serves);
  });

  it('is forgotten after 10,000 readings of other orders', () => {
    for (let i = 0; i < 10_000; i++) reads.record(`other/${i}`, { startedAt: at(60).getTime(), edited: false });
    expect(reads.serves('shop/1', at(30), false)).toBe(false);
    expect(reads.serves('other/0', at(30), false)).toBe(true);
  });
});
