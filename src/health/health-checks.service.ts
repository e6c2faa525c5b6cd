import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { withDeadline } from '../common/deadline.js';
import { RedisProbe } from '../queues/redis-probe.service.js';
import { DatabaseProbe } from './database-probe.service.js';
import { Sweeper } from '../workers/sweeper.service.js';

const ANSWER_LIMIT_MS = 2_000;
/** Work that waits longer than this is not being done, or not fast enough. */
export const BACKLOG_LIMIT_MS = 5 * 60_000;
/** With any other policy Redis may evict jobs when its memory is full. */
const SAFE_EVICTION = 'noeviction';

/** The single checks. Their answers hold no addresses and no error texts, because anyone may read them. */
@Injectable()
export class HealthChecks {
  constructor(
    private readonly indicators: HealthIndicatorService,
    @Inject(DatabaseProbe) private readonly databaseProbe: Pick<DatabaseProbe, 'takesWrites'>,
    @Inject(RedisProbe) private readonly redisProbe: Pick<RedisProbe, 'takesWrites' | 'evictionPolicy'>,
    @Inject(Sweeper) private readonly sweeper: Pick<Sweeper, 'oldestMs'>,
  ) {}

  async database(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('database');
    const proved = await inTime(async () => {
      await this.databaseProbe.takesWrites();
      return true;
    });
    return proved ? check.up() : check.down();
  }

  /** An unsafe eviction policy is reported as a warning only, because the sweeper recovers lost jobs. */
  async redis(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('redis');
    const found = await inTime(async () => ({
      takesWrites: await this.redisProbe.takesWrites(),
      policy: await this.redisProbe.evictionPolicy(),
    }));
    if (!found) return check.down();
    if (!found.takesWrites) return check.down({ reason: 'it refuses writes' });
    return found.policy === null || found.policy === SAFE_EVICTION
      ? check.up()
      : check.up({ warning: `maxmemory-policy is not ${SAFE_EVICTION}` });
  }

  async backlog(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('backlog');
    const oldestMs = await inTime(() => this.sweeper.oldestMs());
    if (oldestMs === undefined) return check.down();
    return oldestMs > BACKLOG_LIMIT_MS ? check.down({ oldestMs }) : check.up({ oldestMs });
  }
}

/**
 * The result of `ask`; undefined when it fails or takes too long. The reason stays out of the answer; the
 * logs have it.
 */
async function inTime<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withDeadline(ask(), ANSWER_LIMIT_MS, () => undefined);
  } catch {
    return undefined;
  }
}
