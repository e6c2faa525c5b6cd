import { startSandbox, type Sandbox } from '../server.js';
import { until } from '../testing/until.js';
import { control, falabella, falabellaError, odoo, pushStock, stockXml } from '../testing/clients.js';

const pickings = (sandbox: Sandbox): number => sandbox.state().odoo.pickings.length;

describe('faults', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());
  const create = (name: string) => odoo(sandbox, 'stock.picking.create', { vals_list: [{ name, picking_type_id: 2 }] });
  const fault = (input: unknown) => control<{ id: number; error?: string }>(sandbox, 'POST', '/faults', input);

  it('close the connection before the effect or after it', async () => {
    await fault({ method: 'stock.picking.create', drop: 'before' });
    await expect(create('A')).rejects.toThrow();
    expect(pickings(sandbox)).toBe(0);
    await fault({ method: 'stock.picking.create', drop: 'after' });
    await expect(create('A')).rejects.toThrow();
    expect(pickings(sandbox)).toBe(1);
    expect((await create('B')).status).toBe(200);
  });

  it('leave the caller without an answer, with or without the effect', async () => {
    for (const [hang, made] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      await fault({ method: 'stock.picking.*', hang });
      const signal = AbortSignal.timeout(100);
      const call = fetch(`${sandbox.url}/odoo/json/2/stock.picking/create`, {
        method: 'POST',
        signal,
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sandbox-odoo-key' },
        body: JSON.stringify({ vals_list: [{ name: hang, picking_type_id: 2 }] }),
      });
      await expect(call).rejects.toThrow();
      expect(pickings(sandbox)).toBe(made);
    }
  });

  it('answer with a status, with or without the effect, and as often as requested', async () => {
    await fault({ path: '/odoo/json/2/*', status: 502, body: 'bad gateway', times: 2 });
    expect([(await create('A')).status, (await create('A')).status, pickings(sandbox)]).toEqual([502, 502, 0]);
    await fault({ method: 'stock.picking.create', status: 504, after: true, skip: 1 });
    expect([(await create('A')).status, (await create('B')).status, pickings(sandbox)]).toEqual([200, 504, 2]);
  });

  it('answer with an error code of Falabella', async () => {
    await fault({ action: 'UpdateStock', code: 6 });
    expect(await falabellaError(sandbox, 'UpdateStock', { body: stockXml([{ sku: 'PROD-001', quantity: 1 }]) })).toBe(
      '6',
    );
    await fault({ action: 'UpdateStock', code: 429 });
    expect(
      (await falabella(sandbox, 'UpdateStock', { body: stockXml([{ sku: 'PROD-001', quantity: 1 }]) })).status,
    ).toBe(429);
    expect(sandbox.state().falabella.feeds).toEqual([]);
    await fault({ action: 'UpdateStock', drop: 'after' });
    await expect(pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }])).rejects.toThrow();
    expect(sandbox.state().falabella.feeds).toHaveLength(1);
  });

  it('wait before the call is handled', async () => {
    await fault({ method: 'stock.picking.create', delayMs: 500 });
    const slow = create('A');
    await until(() => sandbox.world.faults.list().length === 0);
    await create('B');
    await slow;
    expect(sandbox.state().odoo.pickings.map((picking) => picking.name)).toEqual(['B', 'A']);
  });

  it('stay until they are removed, on request', async () => {
    const { body } = await fault({ path: '/odoo/*', status: 500, times: 0 });
    for (let n = 0; n < 3; n += 1) expect((await create('A')).status).toBe(500);
    await control(sandbox, 'DELETE', `/faults/${body.id}`);
    expect((await create('A')).status).toBe(200);
    await fault({ path: '/odoo/*', status: 500, times: 0 });
    await control(sandbox, 'DELETE', '/faults');
    expect((await create('B')).status).toBe(200);
  });

  it('distinguish the two systems', async () => {
    await fault({ action: 'stock.picking.create', status: 500, times: 0 });
    await fault({ method: 'UpdateStock', status: 500, times: 0 });
    expect((await create('A')).status).toBe(200);
    await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }]);
  });

  it('match JSON-RPC calls by the same name', async () => {
    await fault({ method: 'stock.picking.search', status: 503 });
    const params = {
      service: 'object',
      method: 'execute_kw',
      args: ['sandbox', 2, 'sandbox', 'stock.picking', 'search', [[]]],
    };
    const answer = await fetch(`${sandbox.url}/odoo/jsonrpc`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, params }),
    });
    expect(answer.status).toBe(503);
  });

  it.each([
    ['nothing to hit', { status: 500 }],
    ['a word that is unknown', { path: '/odoo/*', stats: 500 }],
    ['a moment that does not exist', { path: '/odoo/*', drop: 'during' }],
  ])('are refused with %s', async (_what, input) => {
    expect((await fault(input)).status).toBe(400);
    expect((await create('A')).status).toBe(200);
  });

  it('are recorded', async () => {
    await fault({ method: 'stock.picking.create', drop: 'after' });
    await expect(create('A')).rejects.toThrow();
    const { body } = await control<{ items: unknown[] }>(sandbox, 'GET', '/calls?path=stock.picking.create');
    expect(body.items).toMatchObject([{ status: null, fault: 'dropped after the effect' }]);
  });
});
