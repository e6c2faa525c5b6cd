import { jest } from '@jest/globals';
import { type ModuleRef } from '@nestjs/core';
import { withContext } from '../common/context.js';
import { type AppConfig } from '../config/app-config.js';
import { JobQueue } from './job-queue.service.js';
import { type JobData } from './queue-names.js';

const GATHER_MS = 60;

function queueWith(gatherMs = GATHER_MS) {
  const added: { data: JobData; opts?: { delay: number } }[][] = [];
  const queue = { client: { status: 'ready' }, addBulk: async (jobs: (typeof added)[number]) => void added.push(jobs) };
  const modules = { get: () => queue } as unknown as ModuleRef;
  const config = { values: { GATHER_MS: gatherMs } } as AppConfig;
  return {
    jobs: new JobQueue(modules, config),
    added,
    idsOf: () => added.map((group) => group.map(({ data }) => data.ids)),
  };
}

describe('JobQueue', () => {
  it('sends the first wake-up at once, and those that follow within the gathering time in one job, each document once', async () => {
    jest.useFakeTimers();
    try {
      const { jobs, idsOf } = queueWith();
      void jobs.enqueue('inbox', [{ ids: ['a'] }]);
      await jest.advanceTimersByTimeAsync(1);
      expect(idsOf()).toEqual([[['a']]]);
      const rest = [jobs.enqueue('inbox', [{ ids: ['b', 'c'] }])];
      await jest.advanceTimersByTimeAsync(GATHER_MS / 2);
      rest.push(jobs.enqueue('inbox', [{ ids: ['c'] }]), jobs.enqueue('inbox', [{ ids: ['d'] }]));
      await jest.advanceTimersByTimeAsync(GATHER_MS / 4);
      expect(idsOf()).toHaveLength(1);
      await jest.advanceTimersByTimeAsync(GATHER_MS / 4);
      expect(await Promise.all(rest)).toEqual([true, true, true]);
      expect(idsOf()).toEqual([[['a']], [['b', 'c', 'd']]]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('names no more documents in a job than its queue allows', async () => {
    const { jobs, idsOf } = queueWith(0);
    await jobs.enqueue('pushes', [{ ids: ['one', 'two'] }]);
    expect(idsOf()).toEqual([[['one'], ['two']]]);
  });

  it('keeps the context of each document', async () => {
    const { jobs, added } = queueWith(0);
    await Promise.all([
      jobs.enqueue('orders', [{ ids: ['a'], correlationIds: ['c1'], orderIds: ['1'] }]),
      withContext({ correlationIds: ['c2'] }, async () => jobs.send('orders', ['b'])),
      jobs.enqueue('orders', [{ ids: ['a'], correlationIds: ['c3'] }]),
      jobs.enqueue('orders', [{ ids: ['swept'] }]),
    ]);
    expect(added.flat().map(({ data }) => data)).toEqual([
      {
        ids: ['a', 'b', 'swept'],
        contexts: { a: { correlationIds: ['c1', 'c3'], orderIds: ['1'] }, b: { correlationIds: ['c2'], orderIds: [] } },
      },
    ]);
  });

  it('does not gather what is to come later', async () => {
    const { jobs, added } = queueWith();
    await jobs.enqueue('feeds', [{ ids: ['a'] }], 500);
    await jobs.enqueue('feeds', [{ ids: ['b'] }], 700);
    expect(added.flat().map(({ data, opts }) => [data.ids, opts?.delay])).toEqual([
      [['a'], 500],
      [['b'], 700],
    ]);
  });
});
