import fc from 'fast-check';
import { NotFoundError } from '../../common/errors.js';
import { decode, storeOf } from './tiendanube.codec.js';

const bytes = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const intent = (body: unknown, topic = 'event') => decode(topic, bytes(body));
const event = (name: string, more: object = { id: 456 }) => intent({ store_id: 123, event: name, ...more });

describe('a webhook of Tiendanube', () => {
  it.each([
    'created',
    'updated',
    'paid',
    'packed',
    'fulfilled',
    'cancelled',
    'custom_fields_updated',
    'pending',
    'voided',
    'unpacked',
    'something_new',
  ])('names the order of order/%s', (what) => {
    expect(event(`order/${what}`)).toEqual({ kind: 'orderRef', orderId: '456' });
    expect(event(`order/${what}`, { id: '456' })).toEqual({ kind: 'orderRef', orderId: '456' });
  });

  it('asks to read the stock of an edited order', () => {
    expect(event('order/edited')).toEqual({ kind: 'orderRef', orderId: '456', edited: true });
  });

  it('names the order of a shipment, which has an id of its own', () => {
    expect(
      event('fulfillment_order/status_updated', { order_id: 17, fulfillment_id: '01FHZXHK8PTP9FVK99Z66GXASX' }),
    ).toEqual({
      kind: 'orderRef',
      orderId: '17',
    });
    expect(event('fulfillment/updated', { id: 3 })).toEqual({
      kind: 'nothing',
      about: 'fulfillment/updated without the id of an order',
    });
  });

  it('names the changed products, and the whole catalogue when locations changed', () => {
    for (const what of ['created', 'updated'])
      expect(event(`product/${what}`)).toEqual({ kind: 'listingRef', skus: [], products: ['456'] });
    for (const what of ['created', 'updated', 'deleted'])
      expect(event(`location/${what}`, { id: '01FHZXHK8PTP9FVK99Z66GXASX' })).toEqual({ kind: 'listingRef', skus: [] });
  });

  it.each([
    ['app/uninstalled', 'uninstalled'],
    ['app/suspended', 'suspended'],
    ['app/resumed', 'resumed'],
  ])('names what happened to the account: %s', (name, what) => {
    expect(event(name)).toEqual({ kind: 'account', what });
  });

  it('names the orders of a request about personal data, by its address, its event or its form', () => {
    const customer = { id: 1, email: 'ana@example.com', phone: '123', identification: '20-1' };
    const redact = { store_id: 1, customer, orders_to_redact: [7, '8', {}] };
    const request = { store_id: 1, customer, orders_requested: [9], data_request: { id: 77 } };
    const redacted = { kind: 'privacy', what: 'customers/redact', orders: ['7', '8'] };
    const told = { kind: 'privacy', what: 'customers/data_request', orders: ['9'], request: '77' };
    expect(intent(redact, 'customers-redact')).toEqual(redacted);
    expect(intent(redact)).toEqual(redacted);
    expect(intent({ ...redact, event: 'customers/redact' })).toEqual(redacted);
    expect(intent(request, 'customers-data-request')).toEqual(told);
    expect(intent(request)).toEqual(told);
    expect(intent({ store_id: 1 }, 'store-redact')).toEqual({ kind: 'privacy', what: 'store/redact', orders: [] });
  });

  it.each([
    ['customer/created', 'customer/created'],
    ['product/deleted', 'product/deleted'],
    ['product_variant/custom_fields_updated', 'product_variant/custom_fields_updated'],
    ['domain/updated', 'domain/updated'],
    ['moon/risen', 'moon/risen'],
  ])('is decoded to nothing when it is %s', (name, about) => {
    expect(event(name)).toEqual({ kind: 'nothing', about });
  });

  it.each([
    ['an order event without an order', { event: 'order/created' }, 'order/created without the id of an order'],
    ['an id that is none', { event: 'order/created', id: { $gt: '' } }, 'order/created without the id of an order'],
    ['no event', { store_id: 1 }, 'no event'],
    ['an event that is none', { event: '<script>' }, 'no event'],
    ['a list', [], 'no JSON object'],
    ['no JSON', 'order', 'no JSON object'],
  ])('is decoded to nothing when it is %s', (_what, body, about) => {
    expect(intent(body)).toEqual({ kind: 'nothing', about });
  });

  it('is never an error, and stores nothing but names', () => {
    const person = 'ana@example.com';
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('order/created', 'customers/redact', 'x/y'), (json, name) => {
        expect(decode('event', Buffer.from(json)).kind).toEqual(expect.any(String));
        const body = { event: name, id: 1, customer: { email: person }, [person]: person };
        expect(JSON.stringify(intent(body))).not.toContain(person);
      }),
    );
  });

  it('has no other topics', () => {
    expect(() => intent({}, 'orders')).toThrow(NotFoundError);
    expect(() => intent({}, 'constructor')).toThrow(NotFoundError);
  });

  it('names its store, in either form of the id', () => {
    expect([
      storeOf(bytes({ store_id: 123 })),
      storeOf(bytes({ store_id: '123' })),
      storeOf(bytes({})),
      storeOf(bytes('x')),
    ]).toEqual(['123', '123', null, null]);
  });
});
