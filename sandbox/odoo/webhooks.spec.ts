import { startSandbox, type Sandbox } from '../server.js';
import { control, odoo, odooResult } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';

describe('webhooks of the simulated Odoo', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({
      appUrl: app.url,
      odooToken: 'the-secret',
      settings: { odoo: { webhookTimeoutMs: 1000 } },
    });
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });

  const deliver = async (name: string): Promise<number> => {
    const values = { name, picking_type_id: 2, move_ids: [[0, 0, { product_id: 1, product_uom_qty: 3 }]] };
    const [id] = await odooResult<number[]>(sandbox, 'stock.picking.create', { vals_list: [values] });
    await odooResult(sandbox, 'stock.picking.action_confirm', { ids: [id] });
    return id ?? 0;
  };
  const numbers = (): string[] =>
    app
      .bodies<{ quantity: number; reserved_quantity: number }>()
      .map((body) => `${body.quantity}/${body.reserved_quantity}`);

  it('arrive exactly in the form of the real ones', async () => {
    await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 50 });
    expect(app.received).toHaveLength(1);
    expect(app.received[0]).toMatchObject({
      method: 'POST',
      url: '/odoo/webhook/stock-change?token=the-secret',
      body: '{"_action": "stock changed(#303)", "_id": 1, "_model": "stock.quant", "id": 1, "location_id": 5, "product_id": 1, "quantity": 50.0, "reserved_quantity": 0.0, "warehouse_id": 1}',
      headers: { 'user-agent': 'python-requests/2.32.3', 'content-type': 'application/json', connection: 'keep-alive' },
    });
  });

  it('are several per delivery, each with the value at that moment', async () => {
    const id = await deliver('A');
    await odooResult(sandbox, 'stock.picking.button_validate', { ids: [id] });
    expect(numbers()).toEqual(['107/3', '107/0', '104/0']);
  });

  it('are sent before the call that caused them is answered', async () => {
    await deliver('A');
    expect(numbers()).toEqual(['107/3']);
  });

  it('are dropped after their time-out and never repeated', async () => {
    sandbox.settings.odoo.webhookTimeoutMs = 500;
    app.answers = [null, 500];
    const id = await deliver('A');
    await odooResult(sandbox, 'stock.picking.button_validate', { ids: [id] });
    expect(numbers()).toEqual(['107/3', '107/0', '104/0']);
    expect(sandbox.state('PROD-001').odoo.products).toMatchObject([{ onHand: 104 }]);
  });

  it('are not sent for a change that was rolled back', async () => {
    const move = { product_id: 1, product_uom_qty: 1, quantity: 1, picked: true };
    const twice = { name: 'SAME', picking_type_id: 2, move_ids: [[0, 0, move]] };
    expect((await odoo(sandbox, 'stock.picking.create', { vals_list: [twice, twice] })).status).toBe(422);
    expect(app.received).toEqual([]);
    expect(sandbox.state('PROD-001').odoo.products).toMatchObject([{ onHand: 107, free: 107 }]);
  });

  it('are sent for a count that changes nothing, too', async () => {
    await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 107 });
    expect(numbers()).toEqual(['107/0']);
  });

  it('can be set up by a client, one per done move', async () => {
    const [model] = await odooResult<number[]>(sandbox, 'ir.model.search', { domain: [['model', '=', 'stock.move']] });
    const fields = await odooResult<{ id: number; name: string }[]>(sandbox, 'ir.model.fields.search_read', {
      domain: [
        ['model', '=', 'stock.move'],
        ['name', 'in', ['state', 'quantity', 'reference', 'origin', 'date']],
      ],
      fields: ['name'],
    });
    const state = fields.find((field) => field.name === 'state')?.id;
    await odooResult(sandbox, 'base.automation.create', {
      vals_list: [
        {
          name: 'done',
          model_id: model,
          trigger: 'on_write',
          trigger_field_ids: [[6, 0, [state]]],
          filter_pre_domain: "[('state', '!=', 'done')]",
          filter_domain: "[('state', '=', 'done')]",
          action_server_ids: [
            [
              0,
              0,
              {
                name: 'done',
                model_id: model,
                state: 'webhook',
                usage: 'base_automation',
                webhook_url: `${app.url}/moves`,
                webhook_field_ids: [[6, 0, fields.map((field) => field.id)]],
              },
            ],
          ],
        },
      ],
    });
    const id = await deliver('A');
    await odooResult(sandbox, 'stock.picking.button_validate', { ids: [id] });
    const moves = app.received.filter((one) => one.url === '/moves').map((one) => JSON.parse(one.body) as unknown);
    expect(moves).toEqual([
      expect.objectContaining({ _model: 'stock.move', state: 'done', quantity: 3, reference: 'A', origin: false }),
    ]);
  });

  it('cannot be directed to another machine', async () => {
    const refused = await odoo(sandbox, 'ir.actions.server.create', {
      vals_list: [{ name: 'x', state: 'webhook', webhook_url: 'https://example.com/hook' }],
    });
    expect(refused.status).toBe(422);
    await expect(startSandbox({ appUrl: 'http://example.com' })).rejects.toThrow('loopback');
  });

  it('are not sent while the setting is off', async () => {
    sandbox.settings.odoo.webhooks = false;
    await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 50 });
    expect(app.received).toEqual([]);
  });
});
