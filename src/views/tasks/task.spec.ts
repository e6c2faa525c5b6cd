import { type MarkSource } from '../../common/mongo/mark-sources.js';
import { byPlace, taskOf, type Task } from './task.js';

const SINCE = new Date('2026-01-01T00:00:00Z');
const DUE = new Date('2026-01-01T00:01:00Z');
const SOURCE: MarkSource = {
  collection: 'webhook_events',
  field: 'handle',
  about: { connection: 'connection', orderId: 'intent.order.orderId', sku: 'intent.sku' },
  marks: { takeOverdue: async () => [], oldestWaiting: async () => null, waitsSince: async () => false },
  wake: 'inbox',
};

const task = (handle: object, more: object = {}) =>
  taskOf(SOURCE, { _id: 'evt_1', connection: 'falabella', handle, ...more });

describe('a task', () => {
  it.each([
    ['waiting', { requested: 1, processed: 0, since: SINCE, due: DUE }, DUE],
    ['retrying', { requested: 1, processed: 0, since: SINCE, due: DUE, error: 'no answer', attempts: 2 }, DUE],
    ['dead', { requested: 1, processed: 0, since: SINCE, error: 'blamed', attempts: 12, dead: true }, null],
    [
      'retrying',
      { requested: 2, processed: 0, since: SINCE, due: DUE, error: 'blamed', attempts: 12, dead: true },
      DUE,
    ],
  ])('is %s by its mark: %j', (state, mark, nextTry) => {
    expect(task(mark)).toMatchObject({ kind: 'webhook_events.handle', state, nextTry, since: SINCE });
  });

  it('has a subject when its document has one', () => {
    const mark = { requested: 1, processed: 0, since: SINCE, due: DUE };
    expect(task(mark, { intent: { kind: 'order', order: { orderId: 'FAL-1' } } })).toMatchObject({
      connection: 'falabella',
      orderId: 'FAL-1',
      sku: null,
    });
    expect(task(mark, { intent: { sku: 'PROD-001' } })).toMatchObject({ orderId: null, sku: 'PROD-001' });
    expect(task(mark, { intent: null })).toMatchObject({ orderId: null, sku: null });
  });

  it('comes before shorter waits, and at equal times by kind and id', () => {
    const at = (ms: number, kind: string, id: string) => ({ since: new Date(ms), kind, id }) as Task;
    const sorted = [at(1, 'b', 'z'), at(2, 'a', 'a'), at(2, 'a', 'b'), at(2, 'b', 'a')];
    expect([...sorted].reverse().sort(byPlace)).toEqual(sorted);
  });
});
