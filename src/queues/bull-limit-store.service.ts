import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import { type Queue } from 'bull';
import { LimitStore } from '../common/limits/limit-store.js';

/** Keeps the limits in the Redis that the queues use. */
@Injectable()
export class BullLimitStore extends LimitStore {
  constructor(@InjectQueue('inbox') private readonly queue: Queue) {
    super();
  }

  async run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.queue.client.eval(script, keys.length, ...keys, ...args);
  }
}
