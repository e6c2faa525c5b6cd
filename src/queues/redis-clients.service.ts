import { Injectable } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { AppConfig } from '../config/app-config.js';

type ClientKind = 'client' | 'subscriber' | 'bclient';

/**
 * Redis clients as Bull needs them. The client that adds jobs fails at once while Redis is unreachable,
 * instead of keeping commands in memory; those that wait for jobs reconnect for ever. Bull closes only
 * clients that it created itself, so `end` closes these.
 */
@Injectable()
export class RedisClients {
  private readonly clients: Redis[] = [];

  constructor(private readonly config: AppConfig) {}

  readonly create = (kind: ClientKind): Redis => this.open({ enableOfflineQueue: kind !== 'client' });

  /** A client whose commands fail at once while Redis is unreachable, and after `limitMs` when it does not answer. */
  createImpatient(limitMs: number): Redis {
    return this.open({ enableOfflineQueue: false, commandTimeout: limitMs });
  }

  /** Closes every connection. Call it after the queues have closed. */
  end(): void {
    for (const client of this.clients) client.disconnect();
  }

  private open(more: RedisOptions): Redis {
    const options: RedisOptions = {
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
      ...more,
    };
    const { redis } = this.config;
    const client = typeof redis === 'string' ? new Redis(redis, options) : new Redis({ ...redis, ...options });
    // Bull reports errors; without a listener of its own a lost connection would end the process.
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }
}
