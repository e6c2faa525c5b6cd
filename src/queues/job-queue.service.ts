import { getQueueToken } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Queue } from 'bull';
import { withDeadline } from '../common/deadline.js';
import { errorText } from '../common/error-text.js';
import { Batcher } from '../common/batcher.js';
import { groupBy } from '../common/collections.js';
import { currentContext } from '../common/context.js';
import { AppConfig } from '../config/app-config.js';
import {
  QUEUES,
  together,
  type JobData,
  type QueueName,
  type QueueOptions,
  type WakeContext,
  type WakeUp,
} from './queue-names.js';

const DEADLINE_MS = 250;
const MOST_GATHERED = 500;

interface Wake extends WakeContext {
  readonly id: string;
}

interface Lane {
  readonly queue: Queue<JobData>;
  readonly now: Batcher<Wake, boolean>;
}

/**
 * Wakes workers. The first wake-up leaves at once; those that come within the next milliseconds (GATHER_MS) share jobs, so that the work on
 * them shares commands, too. A job that is lost, or that cannot be added while Redis is unreachable, costs time only: the sweeper finds the
 * mark.
 */
@Injectable()
export class JobQueue {
  private readonly logger = new Logger('JobQueue');
  private readonly lanes = new Map<QueueName, Lane>();
  private away = false;

  constructor(
    private readonly modules: ModuleRef,
    private readonly config: AppConfig,
  ) {}

  /** Adds jobs. True when Redis has them. Never throws, and never waits for an unreachable Redis. */
  async enqueue(name: QueueName, wakeUps: readonly WakeUp[], delayMs = 0): Promise<boolean> {
    const lane = this.lane(name);
    const wakes = wakeUps.flatMap(({ ids, ...context }) => ids.map((id) => ({ id, ...context })));
    if (delayMs > 0) return this.add(lane.queue, jobsOf(wakes, QUEUES[name].idsPerJob), delayMs);
    const added = await Promise.all(wakes.map((wake) => lane.now.add(wake)));
    return added.every(Boolean);
  }

  /** Adds one job with the context of the current work, and does not wait. */
  send(name: QueueName, ids: readonly string[], delayMs = 0): void {
    const { correlationIds, orderIds } = currentContext();
    void this.enqueue(name, [{ ids, correlationIds, orderIds }], delayMs);
  }

  private async add(queue: Queue<JobData>, jobs: readonly JobData[], delayMs: number): Promise<boolean> {
    try {
      if (queue.client.status !== 'ready') throw new Error(`Redis is ${queue.client.status}`);
      const opts = delayMs > 0 ? { delay: delayMs } : undefined;
      await withDeadline(queue.addBulk(jobs.map((data) => ({ data, opts }))), DEADLINE_MS, () => {
        throw new Error(`Redis did not answer within ${DEADLINE_MS} ms`);
      });
      if (this.away) this.logger.log('Redis takes jobs again');
      this.away = false;
      return true;
    } catch (error) {
      if (!this.away) this.logger.warn(`jobs are left to the sweeper: ${errorText(error)}`);
      this.away = true;
      return false;
    }
  }

  private lane(name: QueueName): Lane {
    const known = this.lanes.get(name);
    if (known) return known;
    const queue = this.modules.get<Queue<JobData>>(getQueueToken(name), { strict: false });
    const flush = async (wakes: readonly Wake[]) => {
      const added = await this.add(queue, jobsOf(wakes, QUEUES[name].idsPerJob), 0);
      return wakes.map(() => added);
    };
    const { gatherTimes = 1 }: QueueOptions = QUEUES[name];
    const everyMs = gatherTimes * this.config.values.GATHER_MS;
    const limits = { maxItems: MOST_GATHERED, waitMs: 1, everyMs };
    const lane = { queue, now: new Batcher<Wake, boolean>(flush, limits) };
    this.lanes.set(name, lane);
    return lane;
  }
}

/** Each document once. */
function jobsOf(wakes: readonly Wake[], idsPerJob: number): JobData[] {
  const byId = groupBy(wakes, ({ id }) => id);
  const ids = [...byId.keys()];
  return Array.from({ length: Math.ceil(ids.length / idsPerJob) }, (_, i) => {
    const named = ids.slice(i * idsPerJob, (i + 1) * idsPerJob);
    const known = named.flatMap((id) => {
      const context = together(byId.get(id) ?? []);
      return context.correlationIds.length + context.orderIds.length > 0 ? [[id, context] as const] : [];
    });
    return known.length > 0 ? { ids: named, contexts: Object.fromEntries(known) } : { ids: named };
  });
}
