import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdmissionControl } from './admission-control.service.js';

describe('AdmissionControl', () => {
  let admission: AdmissionControl;
  let webhooks: NodeJS.Timeout;

  beforeEach(() => {
    admission = new AdmissionControl();
  });
  afterEach(() => {
    clearInterval(webhooks);
    admission.onApplicationShutdown();
  });

  const overload = async () => {
    webhooks = setInterval(() => Array.from({ length: 10 }, () => admission.noteWebhook()), 5);
    await new Promise((resolve) => setTimeout(resolve, 250));
  };

  it('starts a job at once when no webhooks arrive', () => {
    let ran = false;
    void admission.run('batch', async () => void (ran = true));
    expect(ran).toBe(true);
  });

  it('starts short jobs in batches during an overload, and runs every one of them', async () => {
    await overload();
    const started: number[] = [];
    const jobs = Array.from({ length: 30 }, (_, n) => admission.run('batch', async () => started.push(n)));
    expect(started).toEqual([]);
    await Promise.all(jobs);
    expect(started).toHaveLength(30);
  });

  it('returns the result of a job, and its error', async () => {
    await overload();
    await expect(admission.run('solo', async () => 7)).resolves.toBe(7);
    await expect(admission.run('batch', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('starts queued jobs when the process ends', async () => {
    await overload();
    const job = admission.run('batch', async () => 'done');
    clearInterval(webhooks);
    admission.onApplicationShutdown();
    await expect(job).resolves.toBe('done');
  });

  it('counts the documents of long jobs, not the jobs', async () => {
    await overload();
    let running = 0;
    let most = 0;
    const long = async () => {
      running += 40;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 40;
    };
    await Promise.all(Array.from({ length: 12 }, () => admission.run('solo', long, 40)));
    expect(running).toBe(0);
    // Its capacity is 100 at most, and a job begins while any of it is free.
    expect(most).toBeLessThanOrEqual(120);
  });
});
