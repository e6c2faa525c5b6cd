import { LogBuffer } from './log-buffer.js';
import { type ReadyLog } from './log-document.js';
import { type Log } from './schemas/log.schema.js';

const entry = (id: number, bytes = 10): ReadyLog => ({ document: { _id: String(id) } as Log, bytes });
const idsOf = (entries: readonly ReadyLog[]) => entries.map(({ document }) => Number(document._id));

describe('LogBuffer', () => {
  it('returns entries in the order of arrival, and a group put back comes first again', () => {
    const buffer = new LogBuffer(100, 10_000);
    for (let i = 0; i < 6; i += 1) buffer.add(entry(i));
    const group = buffer.take(4);
    buffer.add(entry(6));
    buffer.putBack(group);
    expect(idsOf(buffer.take(100))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(buffer.length).toBe(0);
  });

  it('drops the oldest when there are too many, and counts them', () => {
    const buffer = new LogBuffer(100, 10_000);
    for (let i = 0; i < 250; i += 1) buffer.add(entry(i));
    const kept = idsOf(buffer.take(1000));
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.at(-1)).toBe(249);
    expect(buffer.takeDropped()).toBe(250 - kept.length);
    expect(buffer.takeDropped()).toBe(0);
  });

  it('drops the oldest when they are too large together', () => {
    const buffer = new LogBuffer(1000, 1000);
    for (let i = 0; i < 20; i += 1) buffer.add(entry(i, 100));
    expect(buffer.length).toBeLessThanOrEqual(10);
    expect(idsOf(buffer.take(100)).at(-1)).toBe(19);
  });
});
