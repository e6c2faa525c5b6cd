import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import { type Queue } from 'bull';
import { RedisProbe } from '../health/probes.js';

/** Asks the Redis that the queues use. */
@Injectable()
export class BullRedisProbe extends RedisProbe {
  constructor(@InjectQueue('inbox') private readonly queue: Queue) {
    super();
  }

  async ping(): Promise<void> {
    await this.queue.client.ping();
  }

  async evictionPolicy(): Promise<string | null> {
    const answer: unknown = await this.queue.client.config('GET', 'maxmemory-policy').catch(() => null);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  }
}
