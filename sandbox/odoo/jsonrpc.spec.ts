import { startSandbox, type Sandbox } from '../server.js';
import { rpc } from '../testing/clients.js';

interface Rpc {
  result?: unknown;
  error?: { code: number; message: string; data: { name: string; message: string } };
}

describe('the JSON-RPC API of the simulated Odoo', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  const execute = async (
    model: string,
    method: string,
    args: unknown[],
    named = {},
    password = 'sandbox',
    db = 'sandbox',
  ): Promise<Rpc> => {
    const answer = await rpc<Rpc>(sandbox, 'object', 'execute_kw', [db, 2, password, model, method, args, named]);
    expect(answer.status).toBe(200);
    return answer.body;
  };

  it('accepts the password and the API key and nothing else', async () => {
    const login = async (secret: string): Promise<unknown> =>
      (await rpc<Rpc>(sandbox, 'common', 'authenticate', ['sandbox', 'admin', secret, {}])).body.result;
    expect(await login('sandbox')).toBe(2);
    expect(await login('sandbox-odoo-key')).toBe(2);
    expect(await login('wrong')).toBe(false);
  });

  it('shows the version without a login', async () => {
    const { body } = await rpc<Rpc>(sandbox, 'common', 'version', []);
    expect(body.result).toMatchObject({ server_serie: '19.0' });
  });

  it('takes positional and named arguments', async () => {
    const named = await execute('product.product', 'search_read', [[['default_code', '=', 'PROD-007']]], {
      fields: ['qty_available'],
    });
    expect(named.result).toMatchObject([{ qty_available: 149 }]);
    const positional = await execute('product.product', 'read', [[7], ['free_qty']]);
    expect(positional.result).toMatchObject([{ free_qty: 149 }]);
  });

  it('returns an id for a dictionary and a list for a list', async () => {
    expect((await execute('stock.picking', 'create', [{ name: 'R1', picking_type_id: 2 }])).result).toEqual(
      expect.any(Number),
    );
    expect((await execute('stock.picking', 'create', [[{ name: 'R2', picking_type_id: 2 }]])).result).toEqual([
      expect.any(Number),
    ]);
  });

  it('omits the result of a method that returns nothing', async () => {
    const made = await execute('stock.quant', 'create', [{ product_id: 1, location_id: 5, inventory_quantity: 100 }], {
      context: { inventory_mode: true },
    });
    const applied = await execute('stock.quant', 'action_apply_inventory', [[made.result]]);
    expect(applied).toEqual({ jsonrpc: '2.0', id: 7 });
  });

  it.each<[string, () => Promise<Rpc>, string]>([
    ['a bad password', () => execute('stock.picking', 'search', [[]], {}, 'wrong'), 'odoo.exceptions.AccessDenied'],
    [
      'another database',
      () => execute('stock.picking', 'search', [[]], {}, 'sandbox', 'other'),
      'psycopg2.OperationalError',
    ],
    ['an unknown model', () => execute('no.model', 'search', [[]]), 'odoo.exceptions.UserError'],
    ['an unknown method', () => execute('stock.picking', 'nope', [[]]), 'builtins.AttributeError'],
    ['an unknown field', () => execute('stock.move', 'search', [[['name', '=', 'x']]]), 'builtins.ValueError'],
    [
      'a name that is taken',
      () => execute('stock.picking', 'create', [{ name: 'R1', picking_type_id: 2 }]),
      'odoo.exceptions.ValidationError',
    ],
    ['a missing argument', () => execute('stock.picking', 'search', []), 'builtins.TypeError'],
  ])('answers %s with status 200 and the class in the error', async (_what, ask, name) => {
    const { error } = await ask();
    expect(error).toMatchObject({ code: 0, message: 'Odoo Server Error', data: { name } });
  });

  it('keeps no password in the record of calls', async () => {
    await execute('stock.picking', 'search', [[]], {}, 'top-secret');
    expect(JSON.stringify(sandbox.world.calls.list())).not.toContain('top-secret');
  });
});
