import { RecentReads } from './recent-reads.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);

describe('recently read orders', () => {
  const reads = new RecentReads();
  beforeAll(() => {
    reads.record('shop/1', { startedAt: at(60).getTime(), edited: false });
    reads.record('shop/2', { startedAt: at(60).getTime(), edited: true });
  });

  it.each([
    ['was told well before', 'shop/1', 30, false, true],
    ['was told after it', 'shop/1', 61, false, false],
    ['was told so shortly before that clocks may differ', 'shop/1', 59.5, false, false],
    ['was told of edits, which were not read', 'shop/1', 30, true, false],
    ['was told of edits, which were read', 'shop/2', 30, true, true],
    ['is another order', 'shop/3', 30, false, false],
  ])('serve webhooks that %s: %s', (_what, order, toldAt, edited, serves) => {
    expect(reads.serves(order, at(toldAt), edited)).toBe(serves);
  });

  it('are forgotten after very many other reads', () => {
    for (let i = 0; i < 10_000; i++) reads.record(`other/${i}`, { startedAt: at(60).getTime(), edited: false });
    expect(reads.serves('shop/1', at(30), false)).toBe(false);
    expect(reads.serves('other/0', at(30), false)).toBe(true);
  });
});
