import { getQueueToken } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Queue } from 'bull';
import { currentContext } from '../common/context.js';
import { type JobContext, type JobData, type QueueName } from './queue-names.js';

const DEADLINE_MS = 250;

/** Tells the workers where to look. A hint that is lost, or that Redis is not there to take, costs time only: the sweeper finds the mark. */
@Injectable()
export class HintsService {
  private readonly logger = new Logger('Hints');
  private away = false;

  constructor(private readonly modules: ModuleRef) {}

  /** Adds jobs in one round trip. True when Redis has them. Never throws, and never waits for a Redis that is away. */
  async enqueue<Name extends QueueName>(name: Name, jobs: readonly (JobData[Name] & JobContext)[], delayMs = 0): Promise<boolean> {
    if (jobs.length === 0) return true;
    try {
      const queue = this.modules.get<Queue<JobData[Name] & JobContext>>(getQueueToken(name), { strict: false });
      if (queue.client.status !== 'ready') throw new Error(`Redis is ${queue.client.status}`);
      const options = delayMs > 0 ? { delay: delayMs } : undefined;
      await withDeadline(queue.addBulk(jobs.map((data) => ({ data, opts: options }))));
      if (this.away) this.logger.log('Redis takes jobs again');
      this.away = false;
      return true;
    } catch (error) {
      if (!this.away) this.logger.warn(`hints are left to the sweeper: ${error instanceof Error ? error.message : 'unknown error'}`);
      this.away = true;
      return false;
    }
  }

  /** Adds one job with the context of the work in hand, and does not wait. */
  send<Name extends QueueName>(name: Name, data: JobData[Name], delayMs = 0): void {
    const { correlationIds, orderIds } = currentContext();
    void this.enqueue(name, [{ ...data, correlationIds, orderIds }], delayMs);
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
