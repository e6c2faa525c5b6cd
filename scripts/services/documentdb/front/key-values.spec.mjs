import { valuesOf, writtenBy } from './key-values.mjs';

describe('the values of a refused write', () => {
  it('are those of the inserted document, and null for absent fields', () => {
    expect(valuesOf(writtenBy({ _id: 1, order: { id: 'A' } }, 'documents'), ['order.id', 'sku'])).toEqual({
      'order.id': 'A',
      sku: null,
    });
  });

  it('are those that an update sets, over those of its filter', () => {
    const update = { q: { shop: 's', sku: 'old' }, u: { $set: { sku: 'new' }, $inc: { n: 1 } } };
    expect(valuesOf(writtenBy(update, 'updates'), ['shop', 'sku'])).toEqual({ shop: 's', sku: 'new' });
  });

  it('are left out when the update does not show them', () => {
    expect(
      valuesOf(writtenBy({ q: { sku: { $gt: 'a' } }, u: { $inc: { n: 1 } } }, 'updates'), ['sku']),
    ).toBeUndefined();
    expect(valuesOf(writtenBy({ q: { _id: 1 }, u: [{ $set: { sku: 'x' } }] }, 'updates'), ['sku'])).toBeUndefined();
  });

  it('are those of the document that replaces another', () => {
    expect(valuesOf(writtenBy({ q: { _id: 1 }, u: { sku: 'x' } }, 'updates'), ['_id', 'sku'])).toEqual({
      _id: 1,
      sku: 'x',
    });
  });
});
