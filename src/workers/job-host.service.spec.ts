import { type DiscoveryService, type ModuleRef } from '@nestjs/core';
import { type Job } from 'bull';
import { type LogEntry, type LogSink } from '../common/log-sink.js';
import { type AdmissionControl } from '../queues/admission-control.service.js';
import { BatchJobHandler, JobHandler } from '../queues/job-handler.decorator.js';
import { type JobOutcome } from '../queues/job-outcome.js';
import { QUEUE_NAMES, type JobData } from '../queues/queue-names.js';
import { JobHost } from './job-host.service.js';
import { JobRunner } from './job-runner.service.js';

const done = (id: string): JobOutcome => ({ action: `done.${id}`, status: 'success' });

class Orders {
  readonly worked: string[] = [];

  @JobHandler('orders')
  async work(id: string): Promise<JobOutcome> {
    if (id === 'bad') throw new Error('no such order');
    this.worked.push(id);
    return done(id);
  }
}

class Stock {
  readonly observed: (readonly string[])[] = [];

  @BatchJobHandler('stock')
  async observe(ids: readonly string[]): Promise<Map<string, JobOutcome>> {
    this.observed.push(ids);
    return new Map(ids.map((id) => [id, done(id)]));
  }
}

class Others {
  @JobHandler('inbox')
  @JobHandler('movements')
  @JobHandler('pushes')
  @JobHandler('feeds')
  @JobHandler('commands')
  @JobHandler('imports')
  @JobHandler('reconcile')
  async work(id: string): Promise<JobOutcome> {
    return done(id);
  }
}

function hostOf(...instances: object[]) {
  const logged: LogEntry[] = [];
  const processors = new Map<string, (job: Job<JobData>) => Promise<void>>();
  const discovery = { getProviders: () => instances.map((instance) => ({ instance })) } as unknown as DiscoveryService;
  const queueOf = (name: string) => ({
    on: () => undefined,
    process: async (_concurrency: number, process: (job: Job<JobData>) => Promise<void>) =>
      void processors.set(name, process),
  });
  const modules = {
    get: (token: string) => queueOf(QUEUE_NAMES.find((name) => token.includes(name)) ?? token),
  } as unknown as ModuleRef;
  const logs: LogSink = { write: (entry) => void logged.push(entry) };
  const admission = { run: (_: string, job: () => Promise<unknown>) => job() } as unknown as AdmissionControl;
  const host = new JobHost(discovery, modules, new JobRunner(logs, admission), logs);
  const run = (name: string, ids: string[]) =>
    processors.get(name)?.({ id: 1, data: { ids }, timestamp: Date.now(), opts: {} } as unknown as Job<JobData>);
  return { host, run, logged };
}

describe('JobHost', () => {
  it('refuses a start in which a queue has no handler', () => {
    const { host } = hostOf(new Others(), new Stock());
    expect(() => host.onApplicationBootstrap()).toThrow('No handler takes the jobs of: orders');
  });

  it('refuses a start in which a queue has two handlers', () => {
    const { host } = hostOf(new Others(), new Stock(), new Orders(), new Orders());
    expect(() => host.onApplicationBootstrap()).toThrow('Two handlers take the jobs of: orders');
  });

  it('passes all ids of a job to a batch handler, and logs each of them', async () => {
    const stock = new Stock();
    const { host, run, logged } = hostOf(new Others(), stock, new Orders());
    host.onApplicationBootstrap();
    await run('stock', ['a', 'b']);
    expect(stock.observed).toEqual([['a', 'b']]);
    expect(logged.map(({ action }) => action)).toEqual(['done.a', 'done.b']);
  });

  it('continues with the other ids when one fails, logs the failure, and fails the job', async () => {
    const orders = new Orders();
    const { host, run, logged } = hostOf(new Others(), new Stock(), orders);
    host.onApplicationBootstrap();
    await expect(run('orders', ['a', 'bad', 'b'])).rejects.toThrow('no such order');
    expect(orders.worked).toEqual(['a', 'b']);
    expect(logged.map(({ action, status }) => [action, status])).toEqual([
      ['done.a', 'success'],
      ['job.orders', 'error'],
      ['done.b', 'success'],
    ]);
  });
});
