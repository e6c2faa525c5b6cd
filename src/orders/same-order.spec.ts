import { type OrderSnapshot } from './order-snapshot.js';
import { isAnother, nameBeside, onTopOf } from './same-order.js';

const body: OrderSnapshot = { orderId: 'FAL-1', status: 'confirmed', statusText: 'confirmed', lines: [], version: 5 };
const read: OrderSnapshot = {
  orderId: 'FAL-1',
  ref: '1001',
  status: 'created',
  statusText: 'pending',
  lines: [],
  version: 9,
};

describe('an order with one name', () => {
  it('is the same whether it was pushed or fetched, and another one where its platform says so', () => {
    expect([isAnother(body, read), isAnother(read, body), isAnother(read, read)]).toEqual([false, false, false]);
    expect(isAnother(read, { ...read, ref: '1002' })).toBe(true);
    expect(nameBeside({ ...read, ref: '1002' })).toBe('FAL-1~1002');
  });

  it('keeps the id by which its platform is asked for it', () => {
    expect(onTopOf(read, body)).toEqual({ ...body, ref: '1001' });
    expect(onTopOf(body, read).ref).toBe('1001');
  });

  it('stays confirmed while its platform reports it as created', () => {
    expect(onTopOf(body, read).status).toBe('confirmed');
    expect(onTopOf({ ...body, status: 'paid' }, read).status).toBe('paid');
    for (const status of ['cancelled', 'shipped', 'returned', 'unknown'] as const)
      expect(onTopOf(body, { ...read, status }).status).toBe(status);
    expect(onTopOf({ ...body, status: 'shipped' }, read).status).toBe('created');
  });

  it('is no longer paid when its platform says so', () => {
    expect(onTopOf({ ...body, status: 'paid' }, { ...read, paid: false }).status).toBe('created');
  });
});
