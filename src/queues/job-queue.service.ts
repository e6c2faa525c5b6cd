import { getQueueToken } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Queue } from 'bull';
import { withDeadline } from '../common/deadline.js';
import { errorText } from '../common/error-text.js';
import { Batcher } from '../common/batcher.js';
import { currentContext } from '../common/context.js';
import { type JobData, type QueueName } from './queue-names.js';

const DEADLINE_MS = 250;
/** Jobs that are enqueued within a millisecond go to Redis in one command. */
const GROUP = { maxItems: 200, waitMs: 1 };

interface Lane {
  readonly queue: Queue<JobData>;
  readonly now: Batcher<JobData, boolean>;
}

/**
 * Wakes workers. A job that is lost, or that cannot be added while Redis is unreachable, costs time only:
 * the sweeper finds the mark.
 */
@Injectable()
export class JobQueue {
  private readonly logger = new Logger('JobQueue');
  private readonly lanes = new Map<QueueName, Lane>();
  private away = false;

  constructor(private readonly modules: ModuleRef) {}

  /** Adds jobs. True when Redis has them. Never throws, and never waits for an unreachable Redis. */
  async enqueue(name: QueueName, jobs: readonly JobData[], delayMs = 0): Promise<boolean> {
    const lane = this.lane(name);
    if (delayMs > 0) return this.add(lane.queue, jobs, delayMs);
    const added = await Promise.all(jobs.map((job) => lane.now.add(job)));
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
    const flush = async (jobs: readonly JobData[]) => {
      const added = await this.add(queue, jobs, 0);
      return jobs.map(() => added);
    };
    const lane = { queue, now: new Batcher<JobData, boolean>(flush, GROUP) };
    this.lanes.set(name, lane);
    return lane;
  }
}
