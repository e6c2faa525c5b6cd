import { unsweptMarks } from './mark-sources.js';

const source = (collection: string, field: string) => ({ collection, field });

describe('unsweptMarks', () => {
  const indexed = [
    { collection: 'orders', keys: ['record.due', 'deliver.due', 'orderId'] },
    { collection: 'logs', keys: ['kind', 'expireAt'] },
  ];

  it('names each mark that no source has', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record')])).toEqual(['orders.deliver']);
  });

  it('is empty where every mark has its source', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record'), source('orders', 'deliver')])).toEqual([]);
  });

  it('does not take the same field of another collection for it', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record'), source('events', 'deliver')])).toEqual([
      'orders.deliver',
    ]);
  });
});
