import { describe, expect, it } from '@jest/globals';
import { type Waiting } from './compose.js';
import { EntryQueues } from './entry-queues.js';

const SIZE = { entries: 2, runs: 3 };

function waiting(entry: string, name: string): Waiting & { name: string } {
  const run = { sku: entry, warehouse: 'main', master: 'ledger', commands: [] };
  return { name, entry, run, tries: 0, found: new Map(), resolve: () => undefined, reject: () => undefined };
}

function queuesWith(...runs: [entry: string, name: string][]): EntryQueues {
  const queues = new EntryQueues();
  for (const [entry, name] of runs) queues.add(waiting(entry, name));
  return queues;
}

const taken = (queues: EntryQueues, size = SIZE) =>
  [...queues.take(size)].map(
    ([entry, runs]) => `${entry}: ${runs.map((run) => (run as Waiting & { name: string }).name).join(' ')}`,
  );

describe('the queues of entries', () => {
  it('serve an entry in one group at a time', () => {
    const queues = queuesWith(['A', '1'], ['B', '1']);
    expect(taken(queues)).toEqual(['A: 1', 'B: 1']);
    queues.add(waiting('A', '2'));
    expect(queues.ready).toBe(false);
    expect(taken(queues)).toEqual([]);
    queues.giveBack(['A'], []);
    expect(taken(queues)).toEqual(['A: 2']);
  });

  it('let other entries pass one that is busy', () => {
    const queues = queuesWith(['A', '1']);
    taken(queues);
    for (const [entry, name] of [
      ['A', '2'],
      ['B', '1'],
      ['C', '1'],
    ] as const)
      queues.add(waiting(entry, name));
    expect(taken(queues)).toEqual(['B: 1', 'C: 1']);
  });

  it('put an entry with a long queue behind entries that arrived later', () => {
    const queues = queuesWith(['A', '1'], ['A', '2'], ['A', '3'], ['A', '4'], ['B', '1']);
    expect(taken(queues)).toEqual(['A: 1 2 3']);
    queues.giveBack(['A'], []);
    expect(taken(queues)).toEqual(['B: 1', 'A: 4']);
  });

  it('keep a retried run first in its queue', () => {
    const queues = queuesWith(['A', '1'], ['A', '2']);
    const [runs = []] = [...queues.take(SIZE).values()];
    queues.add(waiting('A', '3'));
    queues.giveBack(['A'], runs);
    expect(taken(queues)).toEqual(['A: 1 2 3']);
  });

  it('are empty once nothing waits and nothing is in flight', () => {
    const queues = queuesWith(['A', '1']);
    queues.take(SIZE);
    expect(queues.empty).toBe(false);
    queues.giveBack(['A'], []);
    expect(queues.empty).toBe(true);
  });
});
