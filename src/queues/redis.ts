import { Redis, type RedisOptions } from 'ioredis';
import { type AppConfig } from '../config/app-config.js';

type ClientKind = 'client' | 'subscriber' | 'bclient';

/**
 * Redis clients as Bull wants them. The one that adds jobs fails at once while Redis is away, instead of keeping commands in memory;
 * those that wait for jobs reconnect for ever.
 */
export function redisClients(config: AppConfig): (kind: ClientKind) => Redis {
  return (kind) => {
    const options: RedisOptions = {
      maxRetriesPerRequest: null,
      enableReadyCheck: false,
      enableOfflineQueue: kind !== 'client',
      retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
    };
    const client = typeof config.redis === 'string' ? new Redis(config.redis, options) : new Redis({ ...config.redis, ...options });
    // Bull reports what goes wrong; without a listener of its own a lost connection would end the process.
    client.on('error', () => undefined);
    return client;
  };
}
