import fc from 'fast-check';
import { type FalabellaFeedLimit } from '../settings.js';
import { type DuePush, type PastPush } from '../../contract.js';
import { feedBudget, planFeed } from './feed-budget.js';

const limit: FalabellaFeedLimit = { burst: 50, intervalMs: 120_000, renews: 'daily', urgentAt: 5 };
const now = new Date('2026-05-01T12:00:00Z');
const ago = (ms: number): PastPush => ({ at: new Date(now.getTime() - ms) });
const minutes = (count: number) => count * 60_000;
const pushes = (count: number, firstAgoMs: number, everyMs: number) =>
  Array.from({ length: count }, (_, i) => ago(firstAgoMs - i * everyMs));
const due = (sku: string, quantity: number, published: number | null, more: Partial<DuePush> = {}): DuePush => ({
  sku,
  quantity,
  published,
  since: now,
  ...more,
});

describe("the rest of a seller's limit on stock pushes", () => {
  it('is the whole burst, at once, before any push', () => {
    expect(feedBudget([], now, limit)).toEqual({ burst: 50, nextAt: now });
  });

  it('shrinks with every push of the day, and the next ordinary one waits for its interval', () => {
    const left = feedBudget([ago(minutes(1)), ago(minutes(300)), ago(minutes(1_500))], now, limit);
    expect(left.burst).toBe(48);
    expect(left.nextAt.getTime() - now.getTime()).toBe(60_000 + 5_000);
  });

  it('is one push per interval once the burst is used up, until a day has passed', () => {
    const spent = pushes(50, minutes(1_439), 1_000);
    expect(feedBudget(spent, now, limit)).toEqual({ burst: 0, nextAt: now });
    expect(feedBudget(spent, new Date(now.getTime() + minutes(2)), limit).burst).toBe(50);
  });

  it('returns one by one when the burst renews that way', () => {
    const steadily = { ...limit, renews: 'steadily' } as const;
    const spent = pushes(50, minutes(10), 0);
    expect(feedBudget(spent, now, steadily).burst).toBe(5);
    expect(feedBudget(spent, new Date(now.getTime() + minutes(200)), steadily).burst).toBe(50);
    expect(feedBudget(pushes(100, minutes(200), minutes(2)), now, steadily).burst).toBeGreaterThan(40);
  });

  it.each(['daily', 'steadily'] as const)(
    'is nothing after a refusal, whoever used it up, and the interval begins there (%s)',
    (renews) => {
      const refused = { ...ago(minutes(1)), refused: true };
      const left = feedBudget([refused], now, { ...limit, renews });
      expect(left.burst).toBe(0);
      expect(left.nextAt.getTime() - now.getTime()).toBe(65_000);
    },
  );

  it('does not wait for pushes that a wrong clock recorded ahead of time', () => {
    expect(feedBudget(pushes(60, minutes(-60), 1_000), now, limit)).toEqual({ burst: 50, nextAt: now });
  });

  it('ends at 770 a day', () => {
    const full = pushes(770, minutes(1_400), 100_000);
    const left = feedBudget(full, now, limit);
    expect(left).toEqual({ burst: 0, nextAt: new Date(now.getTime() + minutes(40)) });
  });
});

describe('the SKUs of the next push', () => {
  it('are all of them when pushes are not limited, the most urgent first', () => {
    const plan = planFeed([due('B', 9, 10), due('A', 0, 3)], pushes(60, minutes(1), 0), now, {
      ...limit,
      intervalMs: 0,
    });
    expect(plan).toEqual({ skus: ['A', 'B'], again: null });
  });

  it.each([
    ['falls to nothing', 0, 9],
    ['falls to the threshold', 5, 6],
    ['falls below it', 2, 4],
    ['is few, and nobody knows what is shown', 5, null],
    ['is set to 0 for the first time', 0, null],
  ])('are at once a SKU that %s, while the burst lasts', (_what, quantity, published) => {
    const history = [ago(1_000)];
    expect(planFeed([due('A', quantity, published)], history, now, limit)).toEqual({ skus: ['A'], again: null });
    const spent = planFeed([due('A', quantity, published)], pushes(50, minutes(1), 0), now, limit);
    expect(spent).toEqual({ skus: [], again: new Date(now.getTime() + 65_000), closed: true });
  });

  it.each([
    ['falls to more than the threshold', 6, 7],
    ['rises from nothing', 3, 0],
    ['is many, whatever is shown', 6, null],
  ])('wait for the interval when it %s', (_what, quantity, published) => {
    expect(planFeed([due('A', quantity, published)], [ago(minutes(1))], now, limit)).toEqual({
      skus: [],
      again: new Date(now.getTime() + 65_000),
    });
    expect(planFeed([due('A', quantity, published)], [ago(minutes(3))], now, limit)).toEqual({
      skus: ['A'],
      again: null,
    });
  });

  it('include others beside an urgent one, at the cost of one call', () => {
    const plan = planFeed([due('ORDINARY', 40, 41), due('LAST', 0, 1)], [ago(1_000)], now, limit);
    expect(plan).toEqual({ skus: ['LAST', 'ORDINARY'], again: null });
  });

  it('start with those that fall to zero, then the fewest left, then sales, then the longest waiting', () => {
    const earlier = { since: new Date(now.getTime() - 1) };
    const waiting = [
      due('D', 50, 60),
      due('C', 50, 60, earlier),
      due('SOLD', 80, 81, { sold: true }),
      due('GIVEN BACK', 81, 80, { sold: true }),
      due('B', 4, 9),
      due('A', 1, 9),
      due('Z', 0, 9),
      due('Y', 0, 9, earlier),
    ];
    expect(planFeed(waiting, [], now, limit).skus).toEqual(['Y', 'Z', 'A', 'B', 'SOLD', 'C', 'D', 'GIVEN BACK']);
  });

  it('use no call of the burst for a sale that leaves enough, but the next regular one', () => {
    const sold = due('SOLD', 80, null, { sold: true });
    expect(planFeed([sold], [ago(minutes(1))], now, limit)).toEqual({
      skus: [],
      again: new Date(now.getTime() + 65_000),
    });
    const many = Array.from({ length: 2_000 }, (_, i) => due(`S${i}`, 40, 41, { since: new Date(now.getTime() - 1) }));
    expect(planFeed([...many, sold], pushes(50, minutes(3), 0), now, limit).skus).toContain('SOLD');
  });

  it('fill one call of 500 entries, with the time for the rest', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => due(`S${i}`, 40, 41));
    const first = planFeed(many, [], now, limit);
    expect([first.skus.length, first.again]).toEqual([500, new Date(now.getTime() + 125_000)]);
    const places = planFeed(
      many.map((one) => ({ ...one, places: 3 })),
      [],
      now,
      limit,
    );
    expect(places.skus).toHaveLength(166);
    const falling = many.map((one) => ({ ...one, quantity: 0 }));
    expect(planFeed(falling, [], now, limit)).toMatchObject({ again: now });
    expect(planFeed(falling, pushes(49, minutes(3), 0), now, limit).again).toEqual(new Date(now.getTime() + 125_000));
  });

  it('are none when none waits', () => {
    expect(planFeed([], [ago(0)], now, limit)).toEqual({ skus: [], again: null });
  });
});

/** Falabella's limit, in either reading of its documentation. */
class Gate {
  private tokens: number;
  private last = -Infinity;
  private windowStart = -Infinity;
  private used = 0;
  refused = 0;
  constructor(
    private readonly limit: FalabellaFeedLimit,
    private readonly reading: 'window' | 'bucket',
  ) {
    this.tokens = limit.burst;
  }

  pass(at: number): boolean {
    const { burst, intervalMs } = this.limit;
    if (this.reading === 'bucket') {
      if (this.last > -Infinity) this.tokens = Math.min(burst, this.tokens + (at - this.last) / intervalMs);
      const ok = this.tokens >= 1;
      if (ok) this.tokens -= 1;
      this.last = at;
      return this.count(ok);
    }
    if (at - this.windowStart >= 720 * intervalMs) [this.windowStart, this.used] = [at, 0];
    const ok = this.used < burst || at - this.last >= intervalMs;
    if (ok) [this.used, this.last] = [this.used + 1, at];
    return this.count(ok);
  }

  private count(ok: boolean): boolean {
    if (!ok) this.refused += 1;
    return ok;
  }
}

describe('the budget against the limit', () => {
  it('is never refused, and every SKU is pushed, however changes arrive and however Falabella counts', () => {
    const small: FalabellaFeedLimit = { burst: 4, intervalMs: 1_000, renews: 'daily', urgentAt: 5 };
    const changes = fc.array(fc.record({ afterMs: fc.nat(900), sku: fc.nat(30), quantity: fc.nat(12) }), {
      minLength: 1,
      maxLength: 60,
    });
    const reading = fc.constantFrom('window' as const, 'bucket' as const);
    fc.assert(
      fc.property(changes, reading, (script, counts) => {
        const gate = new Gate(small, counts);
        const history: PastPush[] = [];
        const published = new Map<string, number>();
        const waiting = new Map<string, DuePush>();
        let clock = 1_000_000;
        const pump = (until: number): void => {
          for (;;) {
            const plan = planFeed([...waiting.values()], history, new Date(clock), small);
            if (plan.skus.length > 0) {
              expect(gate.pass(clock)).toBe(true);
              history.push({ at: new Date(clock) });
              for (const sku of plan.skus) {
                published.set(sku, waiting.get(sku)?.quantity ?? -1);
                waiting.delete(sku);
              }
            }
            if (waiting.size === 0 || plan.again === null || plan.again.getTime() > until) break;
            clock = Math.max(clock, plan.again.getTime());
          }
          clock = Math.max(clock, until);
        };
        for (const { afterMs, sku, quantity } of script) {
          pump(clock + afterMs);
          waiting.set(
            `S${sku}`,
            due(`S${sku}`, quantity, published.get(`S${sku}`) ?? null, { since: new Date(clock) }),
          );
        }
        pump(clock + 10_000);
        expect(waiting.size).toBe(0);
        for (const { sku } of script)
          expect(published.get(`S${sku}`)).toBe(script.findLast((one) => one.sku === sku)?.quantity);
        expect(gate.refused).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
