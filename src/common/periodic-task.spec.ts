import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Logger } from '@nestjs/common';
import { PeriodicTask } from './periodic-task.js';
import { setRole } from '../config/role.js';

const EVERY_MS = 1_000;

describe('PeriodicTask', () => {
  const lines: string[] = [];
  const logger = { warn: (line: string) => lines.push(line), debug: () => undefined } as unknown as Logger;
  const options = { everyMs: EVERY_MS, logger, failure: 'it failed' };
  let runs = 0;
  const count = () => void (runs += 1);

  beforeEach(() => {
    jest.useFakeTimers();
    lines.length = 0;
    runs = 0;
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('runs again and again until it is stopped', async () => {
    const task = new PeriodicTask(count, options);
    task.start(0);
    await jest.advanceTimersByTimeAsync(3 * EVERY_MS);
    expect(runs).toBe(4);
    await task.stop();
    await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(runs).toBe(4);
  });

  it('leaves out up to a tenth of each interval', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const task = new PeriodicTask(count, options);
    task.start();
    await jest.advanceTimersByTimeAsync(0.9 * EVERY_MS - 1);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    await task.stop();
  });

  it('runs after as long as the work says', async () => {
    const task = new PeriodicTask(() => (count(), 10), options);
    task.start(0);
    await jest.advanceTimersByTimeAsync(100);
    expect(runs).toBe(11);
    await task.stop();
  });

  it('starts no run while another is in progress', async () => {
    let inProgress = 0;
    let most = 0;
    const task = new PeriodicTask(async () => {
      most = Math.max(most, ++inProgress);
      await new Promise((resolve) => setTimeout(resolve, 5 * EVERY_MS));
      inProgress -= 1;
    }, options);
    task.start(0);
    task.soon(0);
    await jest.advanceTimersByTimeAsync(EVERY_MS);
    void task.run();
    await jest.advanceTimersByTimeAsync(20 * EVERY_MS);
    expect(most).toBe(1);
    const stopped = task.stop();
    await jest.advanceTimersByTimeAsync(5 * EVERY_MS);
    await stopped;
  });

  it('runs once more for what was asked during a run', async () => {
    const task = new PeriodicTask(async () => {
      count();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }, options);
    task.start(0);
    await jest.advanceTimersByTimeAsync(10);
    task.soon(0);
    await jest.advanceTimersByTimeAsync(30);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(20);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(100);
    await task.stop();
  });

  it('puts a run forward, never off', async () => {
    const task = new PeriodicTask(count, options);
    task.start();
    task.soon(10);
    task.soon(500);
    await jest.advanceTimersByTimeAsync(10);
    expect(runs).toBe(1);
    await task.stop();
  });

  it('runs only when it is asked to where it has no interval', async () => {
    const task = new PeriodicTask(count, { logger, failure: 'it failed' });
    task.soon(0);
    task.start();
    await jest.advanceTimersByTimeAsync(100_000);
    expect(runs).toBe(0);
    task.soon(10);
    await jest.advanceTimersByTimeAsync(100_000);
    expect(runs).toBe(1);
    await task.stop();
  });

  it('logs a run that fails, and goes on', async () => {
    const task = new PeriodicTask(() => {
      count();
      throw new Error('no route');
    }, options);
    task.start();
    await task.run();
    expect(lines).toEqual(['it failed: no route']);
    await jest.advanceTimersByTimeAsync(EVERY_MS + 1);
    expect(runs).toBe(2);
    await task.stop();
  });

  it('waits for the run in progress when it stops', async () => {
    let isDone = false;
    const task = new PeriodicTask(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isDone = task.stopped;
    }, options);
    task.start(0);
    await jest.advanceTimersByTimeAsync(10);
    const stopped = task.stop();
    await jest.advanceTimersByTimeAsync(50);
    await stopped;
    expect(isDone).toBe(true);
  });

  it('that is for workers runs in a process of requests only when it is asked for', async () => {
    setRole('api');
    try {
      const task = new PeriodicTask(() => (count(), 10), { ...options, byWorkersOnly: true });
      await task.startWithRun();
      await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
      expect(runs).toBe(0);
      task.soon(5);
      await jest.advanceTimersByTimeAsync(10 * EVERY_MS);
      expect(runs).toBe(1);
      await task.stop();
    } finally {
      setRole('all');
    }
  });
});
