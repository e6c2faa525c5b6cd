import fc from 'fast-check';
import { type FastifyRequest } from 'fastify';
import { InvalidInputError } from '../errors.js';
import { allowedFields, serviceOf, summariseProblem, summariseRequest } from './request-summary.js';

const SECRET = 'S3CR3T';

function request(
  more: Partial<Record<'method' | 'query' | 'body' | 'headers' | 'routeOptions', unknown>>,
): FastifyRequest {
  return { method: 'POST', query: {}, headers: {}, routeOptions: { url: '/x' }, ...more } as FastifyRequest;
}

describe('allowedFields', () => {
  it('keeps the fields that name goods, numbers and states', () => {
    const body = { orderId: 'FAL-1', status: 'confirmed', products: [{ sku: 'PROD-001', quantity: 2, price: 29990 }] };
    expect(allowedFields(body)).toEqual(body);
  });

  it('drops every field that is not on the list, at any depth', () => {
    const unknownKey = fc.string().map((text) => `k_${text}`);
    const hidden = fc.dictionary(unknownKey, fc.constantFrom(SECRET, [SECRET], { sku: SECRET }), { minKeys: 1 });
    fc.assert(
      fc.property(hidden, hidden, (outer, inner) => {
        const kept = allowedFields({ ...outer, orderId: 'FAL-1', products: [{ sku: 'P', ...inner }] });
        expect(kept).toEqual({ orderId: 'FAL-1', products: [{ sku: 'P' }] });
      }),
    );
  });
});

describe('summariseRequest', () => {
  it('keeps no token of the query, and headers of refused requests only', () => {
    const asked = request({
      query: { token: SECRET, limit: '5' },
      headers: { authorization: SECRET, 'x-falabella-signature': SECRET, 'user-agent': 'curl' },
    });
    expect(summariseRequest(asked, '/odoo/webhook/stock-change', false)).toEqual({
      method: 'POST',
      path: '/odoo/webhook/stock-change',
      query: { limit: '5' },
    });
    expect(summariseRequest(asked, '/x', true)).toMatchObject({ headers: { agent: 'curl' } });
    expect(JSON.stringify(summariseRequest(asked, '/x', true))).not.toContain(SECRET);
  });

  it('keeps no token of the path, valid or not', () => {
    const webhook = request({ routeOptions: { url: '/falabella/webhook/:token' } });
    for (const refused of [false, true])
      expect(summariseRequest(webhook, `/falabella/webhook/${SECRET}`, refused).path).toBe('/falabella/webhook/:token');
  });

  it('removes anything like a token from a path without a route', () => {
    const lost = request({ routeOptions: {} });
    expect(summariseRequest(lost, '/hook/abcdef0123456789abcdef0123456789', false).path).toBe('/hook/[cut]');
  });
});

describe('summariseProblem', () => {
  it('names the wrong fields, but no field name that a sender could have made up', () => {
    const problem = new InvalidInputError([
      { field: 'products[0].sku', expected: 'must be a string' },
      { field: 'ana@example.com', expected: 'must not be given' },
    ]);
    expect(summariseProblem(problem)).toEqual({ problem: 'invalid-input', fields: ['products[0].sku'] });
  });
});

describe('serviceOf', () => {
  it.each([
    ['/logs/order/FAL-1', 'api'],
    ['/', 'api'],
    ['/orders/1', 'orchestrator'],
  ])('finds that %s belongs to %s', (path, service) => {
    expect(serviceOf(path)).toBe(service);
  });
});
