import { BullModule, getQueueToken } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Queue } from 'bull';
import { type Connection } from 'mongoose';
import { installationId } from '../common/mongo/installation.js';
import { RUN_SCRIPT, type RunScript } from '../common/limits/run-script.js';
import { JobQueue } from './job-queue.service.js';
import { AdmissionControl } from './admission-control.service.js';
import { MarkRegistry } from './mark-registry.service.js';
import { QUEUE_NAMES } from './queue-names.js';
import { RedisProbe } from './redis-probe.service.js';
import { RedisClientsModule } from './redis-clients.module.js';
import { RedisClients } from './redis-clients.service.js';

/** Finished jobs are kept only for inspecting the queue; the logs say what they did. */
const KEPT = { completed: { age: 3_600, count: 1_000 }, failed: { age: 86_400, count: 1_000 } };

/** The limits live in the Redis that the queues use. */
function runScriptOf(queue: Queue): RunScript {
  return async (script, keys, args): Promise<unknown> => queue.client.eval(script, keys.length, ...keys, ...args);
}

/** The queues, for every module that enqueues jobs. */
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
        // Bull restarts a job of a dead process; repeating a job changes nothing.
        settings: { lockDuration: 30_000, stalledInterval: 10_000, maxStalledCount: 100 },
      }),
    }),
    BullModule.registerQueue(...QUEUE_NAMES.map((name) => ({ name }))),
  ],
  providers: [
    JobQueue,
    MarkRegistry,
    AdmissionControl,
    RedisProbe,
    { provide: RUN_SCRIPT, inject: [getQueueToken('inbox')], useFactory: runScriptOf },
  ],
  exports: [BullModule, JobQueue, MarkRegistry, AdmissionControl, RedisProbe, RUN_SCRIPT],
})
export class QueuesModule {}
