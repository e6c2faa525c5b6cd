import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { installationId } from '../common/mongo/installation.js';
import { LimitStore } from '../common/limits/limit-store.js';
import { BullLimitStore } from './bull-limit-store.service.js';
import { JobQueue } from './job-queue.service.js';
import { AdmissionControl } from './admission-control.service.js';
import { QUEUE_NAMES } from './queue-names.js';
import { RedisProbe } from './redis-probe.service.js';
import { RedisClientsModule } from './redis-clients.module.js';
import { RedisClients } from './redis-clients.service.js';

/** Finished jobs are kept for a look at the queue only; what they did stands in the logs. */
const KEPT = { completed: { age: 3_600, count: 1_000 }, failed: { age: 86_400, count: 1_000 } };

/** The queues themselves, for whoever has a hint to give. */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      imports: [RedisClientsModule],
      inject: [RedisClients, getConnectionToken()],
      useFactory: async (redis: RedisClients, database: Connection) => ({
        // Installations that share a Redis do not see each other's jobs.
        prefix: `stock-orchestrator:${await installationId(database)}`,
        createClient: redis.create,
        defaultJobOptions: { attempts: 1, removeOnComplete: KEPT.completed, removeOnFail: KEPT.failed },
        // A job that a dead process left is taken up again; doing one twice does nothing twice.
        settings: { lockDuration: 30_000, stalledInterval: 10_000, maxStalledCount: 100 },
      }),
    }),
    BullModule.registerQueue(...QUEUE_NAMES.map((name) => ({ name }))),
  ],
  providers: [JobQueue, AdmissionControl, RedisProbe, { provide: LimitStore, useClass: BullLimitStore }],
  exports: [BullModule, JobQueue, AdmissionControl, RedisProbe, LimitStore],
})
export class QueuesModule {}
