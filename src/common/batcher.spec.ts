import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

describe('gathering into groups', () => {
  it('gives each caller its own result or error', async () => {
    const doubled = new Batcher<number, number>(
      async (items) => items.map((n) => (n === 3 ? new Error('three') : n * 2)),
      {
        maxItems: 10,
        waitMs: 1,
      },
    );
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => doubled.add(n)));
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value : (r.reason as Error).message))).toEqual([
      2,
      4,
      'three',
      8,
    ]);
  });

  it('lets the next group gather while enough are in flight, and loses none', async () => {
    const open: (() => void)[] = [];
    const sizes: number[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        sizes.push(items.length);
        await new Promise<void>((resolve) => open.push(resolve));
        return items;
      },
      { maxItems: 100, waitMs: 1, inFlight: 1 },
    );
    const first = batcher.add(0);
    await until(() => open.length === 1);
    const others = Array.from({ length: 20 }, (_, n) => batcher.add(n + 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sizes).toEqual([1]);
    open.shift()?.();
    expect(await first).toBe(0);
    await until(() => open.length === 1);
    open.shift()?.();
    expect(await Promise.all(others)).toHaveLength(20);
    expect(sizes).toEqual([1, 20]);
  });

  it('continues after a group that failed', async () => {
    let calls = 0;
    const batcher = new Batcher<number, number>(
      async (items) => {
        calls += 1;
        if (calls === 1) throw new Error('away');
        return items;
      },
      { maxItems: 10, waitMs: 1, inFlight: 1 },
    );
    await expect(batcher.add(1)).rejects.toThrow('away');
    await expect(batcher.add(2)).resolves.toBe(2);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
