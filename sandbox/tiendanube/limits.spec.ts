import { startSandbox, type Sandbox } from '../server.js';
import { stockOf, storeState, tiendanube } from '../testing/tiendanube.js';
import { LeakyBucket } from './limits.js';

const start = 1_700_000_000_000;

describe('the limits of the simulated Tiendanube', () => {
  it.each([
    ['basic', 40, 2],
    ['next', 400, 20],
  ] as const)('allow a store of plan %s %i calls at once and %i per second', (plan, size, perSecond) => {
    const bucket = new LeakyBucket(() => plan);
    const atOnce = Array.from({ length: size + 10 }, () => bucket.pass(start));
    expect(atOnce.filter((passes) => passes)).toHaveLength(size);
    expect(bucket.counters).toMatchObject({ calls: size + 10, violations: 10, fullest: size });
    const second = Array.from({ length: perSecond + 1 }, () => bucket.pass(start + 1000));
    expect(second.filter((passes) => passes)).toHaveLength(perSecond);
  });

  it('refuse the first of four calls in a second after about twenty seconds', () => {
    const bucket = new LeakyBucket(() => 'basic');
    let refusedAt = 0;
    for (let n = 0; refusedAt === 0; n += 1) if (!bucket.pass(start + n * 250)) refusedAt = (n * 250) / 1000;
    expect(refusedAt).toBeGreaterThan(18);
    expect(refusedAt).toBeLessThan(22);
  });

  it('report how full the bucket is, and in how many milliseconds it is empty', () => {
    const bucket = new LeakyBucket(() => 'basic');
    for (let n = 0; n < 10; n += 1) bucket.pass(start);
    expect(bucket.headers(start)).toEqual({
      'x-rate-limit-limit': '40',
      'x-rate-limit-remaining': '30',
      'x-rate-limit-reset': '5000',
    });
    expect(bucket.waitMs()).toBe(4500);
    expect(bucket.headers(start + 4500)).toMatchObject({ 'x-rate-limit-remaining': '39', 'x-rate-limit-reset': '500' });
  });

  describe('in its answers', () => {
    let sandbox: Sandbox;
    beforeEach(async () => {
      sandbox = await startSandbox();
    });
    afterEach(() => sandbox.close());
    const get = (store = 5001) => tiendanube(sandbox, '/store', { store });
    const push = (skus: string[], store = 5001) =>
      tiendanube(sandbox, '/products/stock-price', {
        method: 'PATCH',
        store,
        body: skus.map((sku) => stockOf(sandbox, sku, [{ stock: 3 }], store)),
      });

    /** Calls as fast as it can until one is refused. */
    const refused = async () => {
      for (;;) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => get()));
        const tooMany = answers.filter(({ status }) => status === 429);
        if (tooMany[0]) return { first: tooMany[0], count: tooMany.length };
      }
    };

    it('are counted store by store, and calls beyond them are answered 429 without a Retry-After', async () => {
      const { first, count } = await refused();
      expect(first.headers.get('x-rate-limit-remaining')).toBe('0');
      expect(Number(first.headers.get('x-rate-limit-reset'))).toBeGreaterThan(19_000);
      expect(first.headers.get('retry-after')).toBeNull();
      expect(first.body).toMatchObject({ code: 429 });
      expect(storeState(sandbox).limits.violations).toBe(count);
      expect(storeState(sandbox, '', 5004).limits).toMatchObject({ calls: 0, violations: 0 });
      expect((await get(5004)).headers.get('x-rate-limit-limit')).toBe('400');
      sandbox.settings.tiendanube.limitBody = 'empty';
      expect((await refused()).first.body).toBe('');
    });

    it('may keep calls in the bucket waiting until they have leaked out', () => {
      const headers = { authentication: 'bearer sandbox-tiendanube-token-5001', 'user-agent': 'App (dev@example.com)' };
      const request = {
        method: 'GET',
        path: '/tiendanube/v1/5001/store',
        rawQuery: '',
        query: new URLSearchParams(),
        headers,
        body: '',
      };
      const waits = () => [1, 2].map(() => sandbox.world.tiendanube.serve(request).after !== undefined);
      expect(waits()).toEqual([false, false]);
      sandbox.settings.tiendanube.bucketed = 'delayed';
      expect(waits()).toEqual([true, true]);
    });

    it('also weigh updates of variants, and answer 429 though the bucket has room', async () => {
      Object.assign(sandbox.settings.tiendanube, { weightedLimit: true, weightCapacity: 10, weightPerSecond: 0 });
      expect((await push(['PROD-001', 'PROD-002', 'PROD-003'])).status).toBe(200);
      const refused = await push(['PROD-004', 'PROD-005', 'PROD-006']);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('x-rate-limit-remaining'))).toBeGreaterThan(30);
      expect((await push(['PROD-004', 'PROD-005'])).status).toBe(200);
      expect(storeState(sandbox).limits).toMatchObject({ violations: 0, weightedRefusals: 1 });
      expect(storeState(sandbox, 'PROD-006').shown[0]?.stock).toBe(142);
    });

    it('are off when the setting says so', async () => {
      sandbox.settings.tiendanube.rateLimit = false;
      const answers = await Promise.all(Array.from({ length: 45 }, () => get()));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    });
  });
});
