import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { type Connection } from 'mongoose';
import { withDeadline } from '../common/deadline.js';
import { RedisProbe } from '../queues/redis-probe.service.js';
import { Sweeper } from '../workers/sweeper.service.js';

const ANSWER_LIMIT_MS = 2_000;
/** Work that waits longer than this shows that it is not being done, or not fast enough. */
export const BACKLOG_LIMIT_MS = 5 * 60_000;
/** Any other policy lets Redis throw jobs away when its memory is full. */
const SAFE_EVICTION = 'noeviction';

/** The single checks. What they answer holds no addresses and no error texts: anybody may read it. */
@Injectable()
export class HealthChecks {
  constructor(
    private readonly indicators: HealthIndicatorService,
    @InjectConnection() private readonly connection: Connection,
    @Inject(RedisProbe) private readonly probe: Pick<RedisProbe, 'ping' | 'evictionPolicy'>,
    @Inject(Sweeper) private readonly sweeper: Pick<Sweeper, 'oldestMs'>,
  ) {}

  async database(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('database');
    const answered = await inTime(async () => this.connection.db?.command({ ping: 1 }));
    return answered?.ok === 1 ? check.up() : check.down();
  }

  /** An unsafe eviction policy is named, but does not make it unhealthy: lost jobs are found again by the sweep. */
  async redis(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('redis');
    const policy = await inTime(async () => {
      await this.probe.ping();
      return { name: await this.probe.evictionPolicy() };
    });
    if (!policy) return check.down();
    return policy.name === null || policy.name === SAFE_EVICTION
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

/** What `ask` answers; undefined where it fails or takes too long. Why is not for the outside, and shows in the logs of the part itself. */
async function inTime<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withDeadline(ask(), ANSWER_LIMIT_MS, () => undefined);
  } catch {
    return undefined;
  }
}
