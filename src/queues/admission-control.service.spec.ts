import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdmissionControl } from './admission-control.service.js';

describe('letting webhooks go first', () => {
  let intakeFirst: AdmissionControl;
  let rush: NodeJS.Timeout;

  beforeEach(() => {
    intakeFirst = new AdmissionControl();
  });
  afterEach(() => {
    clearInterval(rush);
    intakeFirst.onApplicationShutdown();
  });

  const beginRush = async () => {
    rush = setInterval(() => Array.from({ length: 10 }, () => intakeFirst.tookIn()), 5);
    await new Promise((resolve) => setTimeout(resolve, 250));
  };

  it('runs a job at once when no webhooks arrive', () => {
    let ran = false;
    void intakeFirst.run('gang', async () => void (ran = true));
    expect(ran).toBe(true);
  });

  it('gathers short jobs into gangs in a rush, and runs every one of them', async () => {
    await beginRush();
    const begun: number[] = [];
    const jobs = Array.from({ length: 30 }, (_, n) => intakeFirst.run('gang', async () => begun.push(n)));
    expect(begun).toEqual([]);
    await Promise.all(jobs);
    expect(begun).toHaveLength(30);
  });

  it('gives back what a job gives, and its error', async () => {
    await beginRush();
    await expect(intakeFirst.run('single', async () => 7)).resolves.toBe(7);
    await expect(intakeFirst.run('gang', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('keeps nobody waiting when the process ends', async () => {
    await beginRush();
    const job = intakeFirst.run('gang', async () => 'done');
    clearInterval(rush);
    intakeFirst.onApplicationShutdown();
    await expect(job).resolves.toBe('done');
  });
});
