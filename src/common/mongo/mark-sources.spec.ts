import { unsweptMarks } from './mark-sources.js';

const source = (collection: string, field: string) => ({ collection, field });

describe('unsweptMarks', () => {
  const indexed = [
    { collection: 'orders', keys: ['record.due', 'deliver.due', 'orderId'] },
    { collection: 'logs', keys: ['kind', 'expireAt'] },
  ];

  it('names each mark without a source', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record')])).toEqual(['orders.deliver']);
  });

  it('is empty when every mark has its source', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record'), source('orders', 'deliver')])).toEqual([]);
  });

  it('does not mistake the same field of another collection for it', () => {
    expect(unsweptMarks(indexed, [source('orders', 'record'), source('events', 'deliver')])).toEqual([
      'orders.deliver',
    ]);
  });
});
