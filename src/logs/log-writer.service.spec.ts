import { Logger } from '@nestjs/common';
import { type LogEntry } from '../common/log-sink.js';
import { LogWriter } from './log-writer.service.js';
import { type LogsRepository } from './logs.repository.js';
import { type Log } from './schemas/log.schema.js';

/** A store that fails a given number of times, like a database that is unreachable for a while. */
class FlakyStore {
  readonly stored: Log[] = [];
  readonly groups: number[] = [];

  constructor(private failures: number) {}

  insertGroup(group: readonly Log[]): Promise<number> {
    if (this.failures-- > 0) return Promise.reject(new Error('away'));
    this.groups.push(group.length);
    this.stored.push(...group);
    return Promise.resolve(0);
  }
}

const entry = (number: number): LogEntry => ({
  service: 'api',
  action: 'test.entry',
  status: 'success',
  duration: 0,
  request: { number },
});
const writerTo = (store: FlakyStore) => new LogWriter(store as unknown as LogsRepository);
const numbers = (store: FlakyStore) => store.stored.map(({ request }) => request?.number);

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('LogWriter', () => {
  it('writes in groups, in the order of the entries, without blocking the caller', async () => {
    const store = new FlakyStore(0);
    const writer = writerTo(store);
    for (let i = 0; i < 1_200; i += 1) writer.write(entry(i));
    expect(store.stored).toHaveLength(500);
    await writer.end();
    expect(numbers(store)).toEqual(Array.from({ length: 1_200 }, (_, i) => i));
    expect(store.groups.length).toBeLessThanOrEqual(4);
  });

  it('keeps entries while the database is unreachable and stores each once when it is back', async () => {
    const store = new FlakyStore(2);
    const writer = writerTo(store);
    for (let i = 0; i < 10; i += 1) writer.write(entry(i));
    await writer.settle(5_000);
    expect(numbers(store)).toEqual(Array.from({ length: 10 }, (_, i) => i));
    await writer.end();
  });

  it('keeps the newest when there are more than it may hold', async () => {
    const store = new FlakyStore(1);
    const writer = writerTo(store);
    for (let i = 0; i < 30_000; i += 1) writer.write(entry(i));
    await writer.end();
    expect(store.stored.length).toBeLessThanOrEqual(20_500);
    expect(numbers(store).at(-1)).toBe(29_999);
  });

  it('does not let an entry that cannot be copied stop the work', async () => {
    const store = new FlakyStore(0);
    const writer = writerTo(store);
    const broken = Object.defineProperty({}, 'sku', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(() => writer.write({ ...entry(1), request: broken })).not.toThrow();
    writer.write(entry(2));
    await writer.end();
    expect(numbers(store)).toEqual([2]);
  });
});
