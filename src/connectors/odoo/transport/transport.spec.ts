import { type OutboundAnswer } from '../../../common/http/outbound.service.js';
import { type OdooSettings } from '../settings.js';
import { classify } from '../classify.js';
import { OdooBusinessError } from '../errors.js';
import { requestDigest, responseDigest } from './call-digest.js';
import { retryAt } from './fault.js';
import { json2Request, readJson2 } from './json2.js';
import { jsonRpcRequest, readJsonRpc } from './json-rpc.js';

const settings: OdooSettings = {
  url: 'http://127.0.0.1:4010/odoo',
  db: 'shop',
  username: null,
  password: null,
  apiKey: 'key',
  webhookSecret: null,
  warehouse: null,
  timeoutMs: 1_000,
};

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): OutboundAnswer => ({
  status,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const fault = (name: string) => ({
  name,
  message: 'texto traducido',
  arguments: [],
  context: {},
  debug: 'Traceback: secret',
});
const rpcFault = (name: string) => ({
  jsonrpc: '2.0',
  id: 1,
  error: { code: 0, message: 'Odoo Server Error', data: fault(name) },
});

/** The kind of error in an answer, and the action for the caller. */
const judged = (outcome: ReturnType<typeof readJson2>): [string, string] =>
  outcome.ok ? ['none', 'go on'] : [outcome.error.name, classify(outcome.error).do];

describe('a request', () => {
  it('by JSON-2 goes to the method, under the path of the address, for one database', () => {
    const request = json2Request(settings, 'key', 'stock.picking', 'action_confirm', { ids: [3] });
    expect(request.url).toBe('http://127.0.0.1:4010/odoo/json/2/stock.picking/action_confirm');
    expect(request.headers).toMatchObject({ authorization: 'Bearer key', 'x-odoo-database': 'shop' });
    expect(JSON.parse(request.body)).toEqual({ ids: [3] });
  });

  it.each([
    ['action_confirm', { ids: [3], context: { skip_sms: true } }, [[3]], { context: { skip_sms: true } }],
    ['create', { vals_list: [{ name: 'a' }], context: {} }, [[{ name: 'a' }]], { context: {} }],
    ['write', { ids: [3], vals: { picked: false } }, [[3]], { vals: { picked: false } }],
    ['search_read', { domain: [], fields: ['name'] }, [], { domain: [], fields: ['name'] }],
  ])(
    'by JSON-RPC puts ids and new records in their positions and names the rest: %s',
    (method, args, positional, named) => {
      const request = jsonRpcRequest(settings, 2, { username: 'u', password: 'p' }, 'stock.picking', method, args);
      expect(request.url).toBe('http://127.0.0.1:4010/odoo/jsonrpc');
      expect(JSON.parse(request.body)).toMatchObject({
        params: {
          service: 'object',
          method: 'execute_kw',
          args: ['shop', 2, 'p', 'stock.picking', method, positional, named],
        },
      });
    },
  );
});

describe('an answer by JSON-2', () => {
  it('is the bare value', () => {
    expect(readJson2(answer(200, 'null'), 'a.b')).toEqual({ ok: true, result: null });
    expect(readJson2(answer(200, [1]), 'a.b')).toEqual({ ok: true, result: [1] });
  });

  it.each<[string, OutboundAnswer, [string, string]]>([
    ['wrong key', answer(401, fault('werkzeug.exceptions.Unauthorized')), ['OdooCredentialsError', 'pause']],
    ['a locked-out user', answer(403, fault('odoo.exceptions.AccessDenied')), ['OdooCredentialsError', 'pause']],
    ['a missing right', answer(403, fault('odoo.exceptions.AccessError')), ['OdooAccessError', 'pause']],
    ['a guard before Odoo', answer(403, '<html>'), ['OdooAccessError', 'pause']],
    ['an unknown model', answer(404, fault('werkzeug.exceptions.NotFound')), ['OdooNotFoundError', 'pause']],
    ['a deleted record', answer(404, fault('odoo.exceptions.MissingError')), ['OdooMissingError', 'retry']],
    ['a database that is down', answer(404, '<html>No database is selected'), ['OdooUnavailableError', 'retry']],
    ['a rule of the database', answer(422, fault('odoo.exceptions.ValidationError')), ['OdooBusinessError', 'giveUp']],
    ['a rule of the business', answer(422, fault('odoo.exceptions.UserError')), ['OdooBusinessError', 'giveUp']],
    ['a wrong argument', answer(422, fault('werkzeug.exceptions.UnprocessableEntity')), ['OdooRequestError', 'giveUp']],
    ['an unknown field', answer(500, fault('builtins.ValueError')), ['OdooRequestError', 'giveUp']],
    [
      'lost races in the database',
      answer(500, fault('psycopg2.errors.SerializationFailure')),
      ['OdooUnavailableError', 'retry'],
    ],
    ['a locked record', answer(409, fault('odoo.exceptions.LockError')), ['OdooBusyError', 'retry']],
    ['too many calls', answer(429, ''), ['OdooRateLimitError', 'wait']],
    ['a gateway without a server', answer(502, '<html>'), ['OdooUnavailableError', 'retry']],
    ['a page instead of the API', answer(200, '<html>'), ['OdooUnavailableError', 'retry']],
    ['another address', answer(308, ''), ['OdooSetupError', 'pause']],
    ['a body of the wrong kind', answer(415, '<html>'), ['OdooRequestError', 'giveUp']],
  ])('that reports %s', (_what, given, expected) => {
    expect(judged(readJson2(given, 'a.b'))).toEqual(expected);
  });

  it("keeps Odoo's text for people, bounded, and never its traceback", () => {
    const long = { ...fault('odoo.exceptions.UserError'), message: 'x'.repeat(5_000) };
    const outcome = readJson2(answer(422, long), 'a.b');
    if (outcome.ok) throw new Error('not an error');
    expect(outcome.error).toBeInstanceOf(OdooBusinessError);
    expect(outcome.error.message.length).toBeLessThan(400);
    expect(JSON.stringify({ ...outcome.error, message: outcome.error.message })).not.toContain('Traceback');
  });
});

describe('an answer by JSON-RPC', () => {
  it('is in the envelope; a method that returns nothing omits it', () => {
    expect(readJsonRpc(answer(200, { jsonrpc: '2.0', id: 1, result: 5 }), 'a.b')).toEqual({ ok: true, result: 5 });
    expect(readJsonRpc(answer(200, { jsonrpc: '2.0', id: 1 }), 'a.b')).toEqual({ ok: true, result: null });
  });

  it.each<[string, [string, string]]>([
    ['odoo.exceptions.AccessDenied', ['OdooCredentialsError', 'pause']],
    ['odoo.exceptions.AccessError', ['OdooAccessError', 'pause']],
    ['odoo.exceptions.MissingError', ['OdooMissingError', 'retry']],
    ['odoo.exceptions.ValidationError', ['OdooBusinessError', 'giveUp']],
    ['builtins.AttributeError', ['OdooRequestError', 'giveUp']],
    ['psycopg2.OperationalError', ['OdooUnavailableError', 'retry']],
  ])('that reports %s with a success status', (name, expected) => {
    expect(judged(readJsonRpc(answer(200, rpcFault(name)), 'a.b'))).toEqual(expected);
  });

  it('that is a page of HTML, or a limit, is not from Odoo itself', () => {
    expect(judged(readJsonRpc(answer(404, '<html>'), 'a.b'))).toEqual(['OdooUnavailableError', 'retry']);
    expect(judged(readJsonRpc(answer(200, '<html>'), 'a.b'))).toEqual(['OdooUnavailableError', 'retry']);
    expect(judged(readJsonRpc(answer(429, ''), 'a.b'))).toEqual(['OdooRateLimitError', 'wait']);
  });
});

it("a wait ends at the server's time, in seconds or as a date, and never in the past", () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAt('7', now)).toEqual(new Date(now + 7_000));
  expect(retryAt('Thu, 01 Jan 2026 00:01:00 GMT', now)).toEqual(new Date(now + 60_000));
  expect(retryAt('Thu, 01 Jan 2025 00:00:00 GMT', now)).toEqual(new Date(now));
  expect(retryAt(undefined, now)).toEqual(new Date(now + 30_000));
  expect(retryAt('soon', now)).toEqual(new Date(now + 30_000));
});

describe('the log of a call', () => {
  it('contains names, ids, quantities and SKUs, and no other values', () => {
    const values = {
      name: 'shop/1',
      origin: '1',
      partner_id: 9,
      note: 'ring twice',
      move_ids: [[0, 0, { product_id: 1, product_uom_qty: 2, price_unit: 5 }]],
    };
    expect(requestDigest('stock.picking', 'create', { vals_list: [values], context: { lang: 'es' } })).toEqual({
      model: 'stock.picking',
      call: 'create',
      values: [{ name: 'shop/1', origin: '1', move_ids: [[0, 0, { product_id: 1, product_uom_qty: 2 }]] }],
    });
    expect(responseDigest([{ id: 1, state: 'done', partner_id: [4, 'Ana'] }])).toEqual({
      count: 1,
      result: [{ id: 1, state: 'done' }],
    });
  });

  it('is bounded', () => {
    const skus = Array.from({ length: 500 }, (_, index) => `PROD-${index}`);
    const { domain } = requestDigest('product.product', 'search_read', { domain: [['default_code', 'in', skus]] });
    expect(JSON.stringify(domain).length).toBeLessThan(400);
    expect(JSON.stringify(domain)).toContain('and 480 more');
  });
});
