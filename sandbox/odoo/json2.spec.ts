import { startSandbox, type Sandbox } from '../server.js';
import { odoo } from '../testing/clients.js';

describe('the JSON-2 API of the simulated Odoo', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it('shows its version and its health without a login', async () => {
    expect(await (await fetch(`${sandbox.url}/odoo/json/version`)).json()).toEqual({
      version_info: [19, 0, 0, 'final', 0, ''],
      version: '19.0',
    });
    expect(await (await fetch(`${sandbox.url}/odoo/web/health?db_server_status=1`)).json()).toEqual({
      status: 'pass',
      db_server_status: true,
    });
  });

  it.each([
    ['a wrong key', { Authorization: 'Bearer nope' }, 'Invalid apikey'],
    ['the password as a key', { Authorization: 'Bearer sandbox' }, 'Invalid apikey'],
    [
      'basic authentication',
      { Authorization: 'Basic eDp5' },
      'User not authenticated, use an API Key with a Bearer Authorization header.',
    ],
  ])('answers %s with 401', async (_what, headers, message) => {
    const answer = await odoo(sandbox, 'stock.picking.search', { domain: [] }, headers);
    expect(answer).toMatchObject({ status: 401, body: { name: 'werkzeug.exceptions.Unauthorized', message } });
  });

  it.each<[string, string, unknown, number, string, string]>([
    [
      'an unknown model',
      'no.model.search',
      { domain: [] },
      404,
      'werkzeug.exceptions.NotFound',
      "the model 'no.model' does not exist",
    ],
    [
      'an unknown method',
      'stock.picking.nope',
      {},
      404,
      'werkzeug.exceptions.NotFound',
      "The method 'stock.picking.nope' does not exist",
    ],
    ['a private method', 'stock.picking._x', {}, 403, 'odoo.exceptions.AccessError', 'Private methods'],
    [
      'a missing argument',
      'stock.picking.search',
      {},
      422,
      'werkzeug.exceptions.UnprocessableEntity',
      "missing a required argument: 'domain'",
    ],
    [
      'an unknown argument',
      'stock.picking.search',
      { domain: [], foo: 1 },
      422,
      'werkzeug.exceptions.UnprocessableEntity',
      "unexpected keyword argument 'foo'",
    ],
    [
      'an unknown field read',
      'stock.move.search_read',
      { domain: [], fields: ['name'] },
      500,
      'builtins.ValueError',
      "Invalid field 'name' on 'stock.move'",
    ],
    [
      'an unknown field written',
      'stock.picking.create',
      { vals_list: [{ foo: 1 }] },
      500,
      'builtins.ValueError',
      "Invalid field 'foo'",
    ],
    [
      'a body that is no JSON',
      'stock.picking.search',
      '{x',
      400,
      'werkzeug.exceptions.BadRequest',
      'could not parse the body as json',
    ],
    [
      'a write on a record that is gone',
      'stock.picking.write',
      { ids: [9999], vals: { origin: 'x' } },
      404,
      'odoo.exceptions.MissingError',
      'Record does not exist',
    ],
  ])('answers %s as the real one does', async (_what, name, args, status, pythonName, message) => {
    const answer = await odoo<{ name: string; message: string; debug: string }>(sandbox, name, args);
    expect(answer.status).toBe(status);
    expect(answer.body.name).toBe(pythonName);
    expect(answer.body.message).toContain(message);
    expect(answer.body.debug).toContain('Traceback');
  });

  it('skips deleted records when it reads', async () => {
    expect(await odoo(sandbox, 'stock.picking.read', { ids: [9999], fields: ['name'] })).toMatchObject({
      status: 200,
      body: [],
    });
  });

  it('answers another content type with an HTML page', async () => {
    const answer = await odoo(sandbox, 'stock.picking.search', '{}', { 'Content-Type': 'text/plain' });
    expect(answer).toMatchObject({ status: 415, type: expect.stringContaining('text/html') as string });
  });

  it('answers another database and a database that is down with an HTML 404', async () => {
    const other = await odoo(sandbox, 'stock.picking.search', { domain: [] }, { 'X-Odoo-Database': 'other' });
    expect(other).toMatchObject({ status: 404, type: expect.stringContaining('text/html') as string });
    sandbox.settings.odoo.databaseDown = true;
    const down = await odoo(sandbox, 'stock.picking.search', { domain: [] });
    const health = await fetch(`${sandbox.url}/odoo/web/health?db_server_status=1`);
    sandbox.settings.odoo.databaseDown = false;
    expect(down).toMatchObject({ status: 404, type: expect.stringContaining('text/html') as string });
    expect(health.status).toBe(500);
  });

  it('shows relations as id and name, empty values as false and times to the second', async () => {
    const created = await odoo<number[]>(sandbox, 'stock.picking.create', {
      vals_list: [{ name: 'FORM-1', picking_type_id: 2 }],
    });
    const { body } = await odoo<Record<string, unknown>[]>(sandbox, 'stock.picking.read', {
      ids: created.body,
      fields: ['picking_type_id', 'origin', 'backorder_id', 'write_date', 'date_done', 'move_ids'],
    });
    expect(body[0]).toMatchObject({
      picking_type_id: [2, 'Bodega principal: Delivery Orders'],
      origin: false,
      backorder_id: false,
      date_done: false,
      move_ids: [],
    });
    expect(body[0]?.write_date).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
  });

  it('undoes everything that a failed call did', async () => {
    const both = {
      vals_list: [
        { name: 'TWICE', picking_type_id: 2 },
        { name: 'TWICE', picking_type_id: 2 },
      ],
    };
    expect((await odoo(sandbox, 'stock.picking.create', both)).status).toBe(422);
    expect((await odoo(sandbox, 'stock.picking.search_count', { domain: [['name', '=', 'TWICE']] })).body).toBe(0);
  });

  it('sums quants by product', async () => {
    const { body } = await odoo(sandbox, 'stock.quant.formatted_read_group', {
      domain: [
        ['product_id.default_code', 'in', ['PROD-001', 'PROD-002']],
        ['location_id.usage', '=', 'internal'],
      ],
      groupby: ['product_id'],
      aggregates: ['quantity:sum', '__count'],
    });
    expect(body).toEqual([
      expect.objectContaining({
        product_id: [1, '[PROD-001] Taza de cerámica blanca'],
        'quantity:sum': 107,
        __count: 1,
      }),
      expect.objectContaining({ 'quantity:sum': 114 }),
    ]);
  });
});
