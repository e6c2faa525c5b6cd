import fc from 'fast-check';
import { decodeEvent } from './seller-center-event.js';

const intent = (body: unknown) => decodeEvent(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe("one of Falabella's own webhooks", () => {
  it.each([
    ['a number', 1001],
    ['a text', '1001'],
    ['a text with space around it', ' 1001 '],
  ])('names an order whose id is %s', (_what, OrderId) => {
    for (const event of ['onOrderCreated', 'onOrderItemsStatusChanged', 'onReturnStatusChanged'])
      expect(intent({ event, payload: { OrderId, OrderItemIds: ['1', '2'], NewStatus: 'canceled' } })).toEqual({
        kind: 'orderRef',
        orderId: '1001',
      });
  });

  it('names the products whose listing changed', () => {
    for (const event of ['onProductCreated', 'onProductUpdated', 'onProductQcStatusChanged']) {
      expect(intent({ event, payload: { SellerSkus: ['A', 'CAFÉ 250', 7, '', 'B\u0000'] } })).toEqual({
        kind: 'listingRef',
        skus: ['A', 'CAFÉ 250'],
      });
      expect(intent({ event, payload: {} })).toEqual({ kind: 'listingRef', skus: [] });
    }
  });

  it('names a feed that has ended', () => {
    expect(intent({ event: 'onFeedCompleted', payload: { Feed: 'a-uuid' } })).toEqual({
      kind: 'pushRef',
      ref: 'a-uuid',
    });
  });

  it.each([
    ['an event without interest', { event: 'onFeedCreated', payload: { Feed: 'f' } }, 'onFeedCreated'],
    ['an event of a sister', { event: 'onStatisticsUpdated', payload: {} }, 'onStatisticsUpdated'],
    ['an event that nobody knows', { event: 'onMoonrise', payload: { OrderId: 1 } }, 'onMoonrise'],
    ['an order event without an order', { event: 'onOrderCreated', payload: {} }, 'onOrderCreated without an OrderId'],
    [
      'an order id that is none',
      { event: 'onOrderCreated', payload: { OrderId: { $gt: '' } } },
      'onOrderCreated without an OrderId',
    ],
    ['a feed event without a feed', { event: 'onFeedCompleted' }, 'onFeedCompleted without a Feed'],
    ['no event', {}, 'no event'],
    ['a list', [], 'no JSON object'],
    ['no JSON', '<event/>', 'no JSON object'],
  ])('is decoded to nothing when it is %s', (_what, body, about) => {
    expect(intent(body)).toEqual({ kind: 'nothing', about });
  });

  it('is never an error, and stores nothing but names', () => {
    const person = 'ana@example.com';
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom('onOrderCreated', 'onFeedCompleted', 'onProductUpdated', 'x'),
        (json, event) => {
          expect(decodeEvent(Buffer.from(json)).kind).toEqual(expect.any(String));
          const body = { event, payload: { OrderId: 1, Feed: 'f', Customer: person }, [person]: person };
          expect(JSON.stringify(intent(body))).not.toContain(person);
        },
      ),
    );
  });
});
