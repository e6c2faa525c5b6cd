import { HealthIndicatorService } from '@nestjs/terminus';
import { BACKLOG_LIMIT_MS, HealthChecks } from './health-checks.service.js';

const away = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7'));
const database = (answer: () => Promise<void>) => ({ takesWrites: answer });
const up = database(() => Promise.resolve());
const redis = (policy: string | null) => ({
  takesWrites: () => Promise.resolve(true),
  evictionPolicy: () => Promise.resolve(policy),
});
const backlog = (oldestMs: number) => ({ oldestMs: () => Promise.resolve(oldestMs) });

const checks = (databaseProbe = up, redisProbe = redis(null), backlogProbe = backlog(0)) =>
  new HealthChecks(new HealthIndicatorService(), databaseProbe, redisProbe, backlogProbe);

describe('HealthChecks', () => {
  it('report up when every dependency answers', async () => {
    const all = checks(up, redis('noeviction'), backlog(0));
    expect(await all.database()).toEqual({ database: { status: 'up' } });
    expect(await all.redis()).toEqual({ redis: { status: 'up' } });
    expect(await all.backlog()).toEqual({ backlog: { status: 'up', oldestMs: 0 } });
  });

  it('report down, without a reason, when a dependency does not answer', async () => {
    const all = checks(database(away), { takesWrites: away, evictionPolicy: away }, { oldestMs: away });
    expect(await all.database()).toEqual({ database: { status: 'down' } });
    expect(await all.redis()).toEqual({ redis: { status: 'down' } });
    expect(await all.backlog()).toEqual({ backlog: { status: 'down' } });
  });

  it('report a Redis that answers but refuses writes', async () => {
    const replica = { ...redis('noeviction'), takesWrites: () => Promise.resolve(false) };
    expect(await checks(up, replica).redis()).toEqual({ redis: { status: 'down', reason: 'it refuses writes' } });
  });

  it('report down when work waits too long', async () => {
    expect(await checks(up, undefined, backlog(BACKLOG_LIMIT_MS + 1)).backlog()).toMatchObject({
      backlog: { status: 'down' },
    });
    expect(await checks(up, undefined, backlog(BACKLOG_LIMIT_MS)).backlog()).toMatchObject({
      backlog: { status: 'up' },
    });
  });

  it('warn of a Redis that may evict jobs', async () => {
    expect(await checks(up, redis('allkeys-lru')).redis()).toEqual({
      redis: { status: 'up', warning: 'maxmemory-policy is not noeviction' },
    });
    expect(await checks(up, redis(null)).redis()).toEqual({ redis: { status: 'up' } });
  });
});
