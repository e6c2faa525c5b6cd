import { setTimeout as pause } from 'node:timers/promises';
import { FailureLimits, LOGGED_PER_CLIENT, MOST_PER_CLIENT } from '../src/auth-failures/failure-limits.js';
import { RateLimits } from '../src/common/limits/rate-limits.service.js';
import { NoRoomError, type Bucket, type Lane } from '../src/common/limits/room.js';
import { RedisLimitStore } from './support/tiendanube-rig.js';

/** So slow that nothing leaks out while a test runs. */
const SLOW = { size: 40, emptiesInMs: 40 * 3_600_000 };
const LANES: readonly Lane[] = ['urgent', 'ordinary', 'sweep'];

describe('the limit of failures to authenticate', () => {
  const stores: RedisLimitStore[] = [];
  const installation = `test-${process.pid}`;
  const clientKey = (client: string) => `stock-orchestrator:${installation}:auth-failures:client:${client}`;
  beforeAll(() => {
    stores.push(new RedisLimitStore(), new RedisLimitStore());
  });
  afterAll(async () => {
    const keys = ['client:203.0.113.7', 'account:shop'];
    await stores[0]?.redis.del(...keys.map((key) => `stock-orchestrator:${installation}:auth-failures:${key}`));
    for (const { redis } of stores) redis.disconnect();
  });

  it('is one for all processes, and asks Redis no more of a client that is beyond it', async () => {
    const processes = stores.map(({ redis }) => new FailureLimits(redis, installation));
    const half = Array.from({ length: MOST_PER_CLIENT / 2 + 5 });
    const verdicts = await Promise.all(
      processes.flatMap((limits) => half.map(() => limits.count('203.0.113.7', 'shop'))),
    );
    expect(verdicts.filter(({ isLogged }) => isLogged)).toHaveLength(LOGGED_PER_CLIENT);
    expect(verdicts.filter(({ retryAfterS }) => retryAfterS === null)).toHaveLength(MOST_PER_CLIENT);
    // Each process learns from an answer that the client is beyond the limit.
    for (const limits of processes) await limits.count('203.0.113.7', 'shop');
    const counted = () => stores[0]?.redis.get(clientKey('203.0.113.7'));
    const before = await counted();
    for (const limits of processes)
      expect(await limits.count('203.0.113.7', 'shop')).toMatchObject({ isLogged: false });
    expect(await counted()).toBe(before);
  });
});

describe('the limits that all processes share', () => {
  const stores: RedisLimitStore[] = [];
  const keys: string[] = [];
  let processes: readonly RateLimits[] = [];

  beforeAll(() => {
    stores.push(new RedisLimitStore(), new RedisLimitStore());
    processes = stores.map((store) => new RateLimits(store.run));
  });
  afterAll(async () => {
    if (keys.length > 0) await stores[0]?.redis.del(...keys);
    for (const { redis } of stores) redis.disconnect();
  });

  const at = (index: number): RateLimits =>
    processes[index % processes.length] ?? new RateLimits(() => Promise.reject(new Error('connection is closed')));

  /** A bucket for one test; `room`: the calls that fit in now. Without it the bucket is unknown. */
  async function bucket(room?: number, more: Partial<Bucket> = {}): Promise<Bucket> {
    const made = { ...SLOW, ...more, key: `test:${process.pid}:${keys.length}` };
    const key = `stock-orchestrator:limit:${made.key}`;
    keys.push(key);
    if (room !== undefined) await stores[0]?.redis.hset(key, { size: made.size, room, at: Date.now() });
    return made;
  }

  /** How many of these concurrent calls, by both processes, find room. */
  async function granted(of: Bucket, calls: number, lane: Lane = 'urgent'): Promise<number> {
    const takes = await Promise.allSettled(Array.from({ length: calls }, (_, i) => at(i).take(of, lane, 0)));
    return takes.filter(({ status }) => status === 'fulfilled').length;
  }

  it('give no more room than there is to concurrent callers', async () => {
    expect(await granted(await bucket(10), 50)).toBe(10);
  });

  it('never use all of a bucket, because calls that are sent apart may arrive together', async () => {
    expect(await granted(await bucket(1_000), 60)).toBe(38);
    expect(await granted(await bucket(1_000, { size: 400 }), 450)).toBe(380);
  });

  it.each([...LANES, 'push' as const])('let one call through where a platform takes one: %s', async (lane) => {
    const operation = await bucket(1, { size: 1, emptiesInMs: 60_000 });
    expect(await granted(operation, 5, lane)).toBe(1);
    const waitMs = await at(0).untilRoom(operation);
    expect(waitMs).toBeGreaterThan(50_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
  });

  it('let the least urgent lane take from a full bucket that is smaller than what it leaves to others', async () => {
    expect(await granted(await bucket(5, { size: 5 }), 5, 'sweep')).toBe(1);
  });

  it('begin without room when it is unknown what was used', async () => {
    const unknown = await bucket();
    expect(await granted(unknown, 5)).toBe(0);
    expect(await at(1).untilRoom(unknown)).toBeGreaterThan(0);
  });

  it('leave room to more urgent lanes', async () => {
    const counts: number[] = [];
    const shared = await bucket(10);
    for (const lane of [...LANES].reverse()) counts.push(await granted(shared, 20, lane));
    expect(counts).toEqual([4, 4, 2]);
  });

  it('alternate between pushes and callers of single answers when little room is left, with one process or two', async () => {
    const scarce = await bucket(0, { emptiesInMs: 2_000 });
    const taken: Lane[] = [];
    const keepsAsking = async (lane: Lane, index: number) => {
      while (taken.length < 24) {
        // A push checks first, and comes back a little later than it was told to.
        for (let wait = 1; lane === 'push' && wait > 0;) {
          wait = await at(index).untilRoom(scarce);
          if (wait > 0) await pause(wait + 15);
        }
        await at(index).take(scarce, lane, 60_000);
        taken.push(lane);
      }
    };
    await Promise.all(
      [0, 1].flatMap((index) => [
        keepsAsking('push', index),
        keepsAsking('urgent', index),
        keepsAsking('urgent', index),
      ]),
    );
    const pushes = taken.slice(0, 24).filter((lane) => lane === 'push').length;
    expect(pushes).toBeGreaterThanOrEqual(6);
    expect(pushes).toBeLessThanOrEqual(13);
  });

  it('let pushes follow each other at once while there is room', async () => {
    expect(await granted(await bucket(30), 20, 'push')).toBe(20);
  });

  it('give each refused caller a different time to retry', async () => {
    const full = await bucket(0);
    const refused = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => at(i).take(full, 'ordinary', 0)));
    const waits = refused.map((one) =>
      one.status === 'rejected' && one.reason instanceof NoRoomError ? one.reason.waitMs : 0,
    );
    const eachMs = full.emptiesInMs / full.size;
    const inTurn = [...waits].sort((a, b) => a - b);
    for (const [place, wait] of inTurn.slice(1).entries())
      expect(wait - (inTurn[place] ?? 0)).toBeGreaterThan(eachMs * 0.9);
  });

  it('wait for room that comes soon enough, and take it', async () => {
    const quick = await bucket(0, { emptiesInMs: 400 });
    await Promise.all(Array.from({ length: 10 }, (_, i) => at(i).take(quick, 'urgent', 5_000)));
  });

  it("follow the platform's report when it has less room, and never when it has more", async () => {
    const shared = await bucket(30);
    await at(0).note(shared, { size: null, remaining: 40 });
    await at(0).note(shared, { size: 40, remaining: 7 });
    await at(0).note(shared, { size: null, remaining: null });
    expect(await granted(shared, 30)).toBe(5);
  });

  it('grow and shrink with the size that the platform reports', async () => {
    const shared = await bucket(0, { emptiesInMs: 400 });
    await at(0).note(shared, { size: 400, remaining: null });
    // Ten times as large, it empties in the same time.
    await Promise.all(Array.from({ length: 60 }, (_, i) => at(i).take(shared, 'urgent', 5_000)));
  });

  it('send nothing while Redis is unreachable', async () => {
    const away = new RateLimits(() => Promise.reject(new Error('connection is closed')));
    await expect(away.take(await bucket(10), 'urgent', 0)).rejects.toBeInstanceOf(NoRoomError);
    expect(await away.untilRoom(await bucket(10))).toBeGreaterThan(0);
    await away.note(await bucket(10), { size: 40, remaining: 1 });
  });
});
