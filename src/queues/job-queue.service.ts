import { getQueueToken } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Queue } from 'bull';
import { Batcher } from '../common/batcher.js';
import { currentContext } from '../common/context.js';
import { type JobContext, type JobData, type QueueName } from './queue-names.js';

const DEADLINE_MS = 250;
/** Jobs that come within a millisecond travel to Redis together. */
const GROUP = { maxItems: 200, waitMs: 1 };

type Data<Name extends QueueName> = JobData[Name] & JobContext;

interface Lane {
  readonly queue: Queue<JobContext>;
  readonly now: Batcher<JobContext, boolean>;
}

/** Tells the workers where to look. A hint that is lost, or that Redis is not there to take, costs time only: the sweeper finds the mark. */
@Injectable()
export class JobQueue {
  private readonly logger = new Logger('Hints');
  private readonly lanes = new Map<QueueName, Lane>();
  private away = false;

  constructor(private readonly modules: ModuleRef) {}

  /** Adds jobs. True when Redis has them. Never throws, and never waits for a Redis that is away. */
  async enqueue<Name extends QueueName>(name: Name, jobs: readonly Data<Name>[], delayMs = 0): Promise<boolean> {
    const lane = this.lane(name);
    if (delayMs > 0) return this.add(lane.queue, jobs, delayMs);
    const added = await Promise.all(jobs.map((job) => lane.now.add(job)));
    return added.every(Boolean);
  }

  /** Adds one job with the context of the work in hand, and does not wait. */
  send<Name extends QueueName>(name: Name, data: JobData[Name], delayMs = 0): void {
    const { correlationIds, orderIds } = currentContext();
    void this.enqueue(name, [{ ...data, correlationIds, orderIds }], delayMs);
  }

  private async add(queue: Queue<JobContext>, jobs: readonly JobContext[], delayMs: number): Promise<boolean> {
    try {
      if (queue.client.status !== 'ready') throw new Error(`Redis is ${queue.client.status}`);
      const opts = delayMs > 0 ? { delay: delayMs } : undefined;
      await withDeadline(queue.addBulk(jobs.map((data) => ({ data, opts }))));
      if (this.away) this.logger.log('Redis takes jobs again');
      this.away = false;
      return true;
    } catch (error) {
      if (!this.away)
        this.logger.warn(`hints are left to the sweeper: ${error instanceof Error ? error.message : 'unknown error'}`);
      this.away = true;
      return false;
    }
  }

  private lane(name: QueueName): Lane {
    const known = this.lanes.get(name);
    if (known) return known;
    const queue = this.modules.get<Queue<JobContext>>(getQueueToken(name), { strict: false });
    const flush = async (jobs: readonly JobContext[]) => {
      const added = await this.add(queue, jobs, 0);
      return jobs.map(() => added);
    };
    const lane = { queue, now: new Batcher<JobContext, boolean>(flush, GROUP) };
    this.lanes.set(name, lane);
    return lane;
  }
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
