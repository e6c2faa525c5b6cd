import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import { type Queue } from 'bull';
import { ReplyError } from 'ioredis';

const HEALTH_KEY = 'stock-orchestrator:health';
const HEALTH_KEY_TTL_S = 60;

/** Queries the Redis that the queues use. */
@Injectable()
export class RedisProbe {
  constructor(@InjectQueue('inbox') private readonly queue: Queue) {}

  /** False: it answers, but refuses writes: a replica, without memory, or without the replicas that it needs. Rejects when it does not answer. */
  async takesWrites(): Promise<boolean> {
    try {
      await this.queue.client.set(HEALTH_KEY, Date.now(), 'EX', HEALTH_KEY_TTL_S);
      return true;
    } catch (error) {
      if (error instanceof ReplyError) return false;
      throw error;
    }
  }

  /** Its `maxmemory-policy`; null where it is not reported. */
  async evictionPolicy(): Promise<string | null> {
    const answer: unknown = await this.queue.client.config('GET', 'maxmemory-policy').catch(() => null);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
  }
}
