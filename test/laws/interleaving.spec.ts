import { describe, expect, it } from '@jest/globals';
import { type Report, type Runs } from './runs/interleavings.js';
import { runsOf } from './support/runs.js';
import { inThread } from './support/worker/in-thread.js';

const ONE = process.env.LAWS_SEED;
const RUNS = ONE === undefined ? runsOf(20_000) : 1;

/** Runs the real services over a database, an ERP and a clock in memory. A seed decides each run. */
describe('orders, deliveries, observations, people at work and crashes in any order', () => {
  it('end right without a healing sweep, and never overstate by our own doing', async () => {
    const report = await inThread<Runs, Report>('interleavings.ts', { firstSeed: Number(ONE ?? 1), runs: RUNS });
    if (report.failure) throw new Error(story(report.failure));
    expect(report.runs).toBe(RUNS);
  }, 3_600_000);
});

function story({ seed, trace, scenario, faults }: NonNullable<Report['failure']>): string {
  const again = `LAWS_SEED=${seed} npm test -- laws -t "end right"`;
  return [...trace, '', JSON.stringify(scenario), '', ...faults, '', `seed ${seed}; to see it alone: ${again}`].join(
    '\n',
  );
}
