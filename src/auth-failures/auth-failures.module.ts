import { Module, type FactoryProvider } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { installationId } from '../common/mongo/installation.js';
import { RedisClientsModule } from '../queues/redis-clients.module.js';
import { RedisClients } from '../queues/redis-clients.service.js';
import { FailureLimits } from './failure-limits.js';
import { FailureWatch } from './failure-watch.service.js';

/** How long an answer waits for Redis, in milliseconds; then this process counts by itself. */
const REDIS_LIMIT_MS = 500;

const LIMITS: FactoryProvider<FailureLimits> = {
  provide: FailureLimits,
  inject: [RedisClients, getConnectionToken()],
  useFactory: async (clients: RedisClients, database: Connection) =>
    new FailureLimits(clients.createImpatient(REDIS_LIMIT_MS), await installationId(database)),
};

/** Who fails to authenticate: limited, counted, and made known to people. */
@Module({ imports: [RedisClientsModule], providers: [LIMITS, FailureWatch], exports: [FailureLimits, FailureWatch] })
export class AuthFailuresModule {}
