import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import { type Queue } from 'bull';

/** Queries the Redis that the queues use. */
@Injectable()
export class RedisProbe {
  constructor(@InjectQueue('inbox') private readonly queue: Queue) {}

  /** Rejects when Redis does not answer. */
  async ping(): Promise<void> {
    await this.queue.client.ping();
  }

  /** Its `maxmemory-policy`; null where it is not reported. */
  async evictionPolicy(): Promise<string | null> {
    const answer: unknown = await this.queue.client.config('GET', 'maxmemory-policy').catch(() => null);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  }
}
