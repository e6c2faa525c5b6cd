import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection } from 'mongoose';
import { installationId } from '../common/mongo/installation.js';
import { LimitStore } from '../common/limits/limit-store.js';
import { BullLimitStore } from './bull-limit-store.service.js';
import { JobQueue } from './job-queue.service.js';
import { AdmissionControl } from './admission-control.service.js';
import { MarkRegistry } from './mark-registry.service.js';
import { QUEUE_NAMES } from './queue-names.js';
import { RedisProbe } from './redis-probe.service.js';
import { RedisClientsModule } from './redis-clients.module.js';
import { RedisClients } from './redis-clients.service.js';

/** Finished jobs stay for an inspection of the queue only; the logs say what they did. */
const KEPT = { completed: { age: 3_600, count: 1_000 }, failed: { age: 86_400, count: 1_000 } };

/** The queues themselves, for all that enqueue jobs. */
@Global()
@Module({
  imports: [
    DiscoveryModule,
    BullModule.forRootAsync({
      imports: [RedisClientsModule],
      inject: [RedisClients, getConnectionToken()],
      useFactory: async (redis: RedisClients, database: Connection) => ({
        // Installations that share a Redis do not see each other's jobs.
        prefix: `stock-orchestrator:${await installationId(database)}`,
        createClient: redis.create,
        defaultJobOptions: { attempts: 1, removeOnComplete: KEPT.completed, removeOnFail: KEPT.failed },
        // Bull runs a job again that a dead process left; doing one twice changes nothing.
        settings: { lockDuration: 30_000, stalledInterval: 10_000, maxStalledCount: 100 },
      }),
    }),
    BullModule.registerQueue(...QUEUE_NAMES.map((name) => ({ name }))),
  ],
  providers: [JobQueue, MarkRegistry, AdmissionControl, RedisProbe, { provide: LimitStore, useClass: BullLimitStore }],
  exports: [BullModule, JobQueue, MarkRegistry, AdmissionControl, RedisProbe, LimitStore],
})
export class QueuesModule {}
