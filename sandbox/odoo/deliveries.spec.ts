import { startSandbox, type Sandbox } from '../server.js';
import { odoo, odooResult } from '../testing/clients.js';

const sku = 'PROD-003';
const product = 3;
const onHand = 121;

describe('deliveries in the simulated Odoo', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const create = async (
    name: string,
    quantity: number,
    more: Record<string, unknown> = {},
    line: Record<string, unknown> = {},
  ): Promise<number> => {
    const move = { product_id: product, product_uom_qty: quantity, ...line };
    const values = { name, origin: `origin of ${name}`, picking_type_id: 2, move_ids: [[0, 0, move]], ...more };
    const [id] = await odooResult<number[]>(sandbox, 'stock.picking.create', { vals_list: [values] });
    return id ?? 0;
  };
  const call = (method: string, id: number, context: Record<string, unknown> = {}): Promise<unknown> =>
    odooResult(sandbox, `stock.picking.${method}`, { ids: [id], context });
  const stock = async (): Promise<unknown> => {
    const [row] = await odooResult<Record<string, number>[]>(sandbox, 'product.product.read', {
      ids: [product],
      fields: ['qty_available', 'free_qty'],
    });
    return [row?.qty_available, row?.free_qty];
  };
  const stateOf = (id: number): unknown => sandbox.state(sku).odoo.pickings.find((picking) => picking.id === id)?.state;
  const movesOf = (id: number): Promise<Record<string, unknown>[]> =>
    odooResult(sandbox, 'stock.move.search_read', {
      domain: [['picking_id', '=', id]],
      fields: ['state', 'quantity', 'product_uom_qty', 'origin', 'reference'],
    });

  it('reserve on confirmation and leave on validation', async () => {
    const id = await create('A', 3);
    expect(await stock()).toEqual([onHand, onHand]);
    expect(await call('action_confirm', id)).toBe(true);
    expect(await stock()).toEqual([onHand, onHand - 3]);
    expect(await call('button_validate', id, { skip_backorder: true })).toBe(true);
    expect(await stock()).toEqual([onHand - 3, onHand - 3]);
    expect(await call('button_validate', id)).toBe(true);
    expect(await stock()).toEqual([onHand - 3, onHand - 3]);
  });

  it('do not pass their origin on to their lines', async () => {
    const id = await create('A', 3);
    expect(await movesOf(id)).toMatchObject([{ origin: false, reference: 'A' }]);
    const found = await odooResult<number[]>(sandbox, 'stock.move.search', {
      domain: [['picking_id.origin', '=', 'origin of A']],
    });
    expect(found).toHaveLength(1);
  });

  it('have unique names, even when many ask at the same moment', async () => {
    const values = { name: 'ONCE', picking_type_id: 2 };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => odoo(sandbox, 'stock.picking.create', { vals_list: [values] })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 422)).toHaveLength(19);
  });

  it('refuse a taken name in the language of the user', async () => {
    await create('A', 1);
    const refusal = async (): Promise<unknown> =>
      (await odoo(sandbox, 'stock.picking.create', { vals_list: [{ name: 'A', picking_type_id: 2 }] })).body;
    expect(await refusal()).toMatchObject({
      name: 'odoo.exceptions.ValidationError',
      message: expect.stringContaining('Reference must be unique') as string,
    });
    sandbox.settings.odoo.translated = true;
    expect(await refusal()).toMatchObject({
      name: 'odoo.exceptions.ValidationError',
      message: expect.stringContaining('única por empresa') as string,
    });
  });

  it('show assigned although a line is only partly available, and ask before they leave', async () => {
    const id = await create('SHORT', onHand + 9);
    await call('action_confirm', id);
    expect(stateOf(id)).toBe('assigned');
    expect(await movesOf(id)).toMatchObject([
      { state: 'partially_available', quantity: onHand, product_uom_qty: onHand + 9 },
    ]);
    expect(await call('button_validate', id)).toMatchObject({ res_model: 'stock.backorder.confirmation' });
    expect(stateOf(id)).toBe('assigned');
    expect(await stock()).toEqual([onHand, 0]);
  });

  it('ship the available units and leave a backorder of the same origin when the question is skipped', async () => {
    const id = await create('SHORT', onHand + 9);
    await call('action_confirm', id);
    expect(await call('button_validate', id, { skip_backorder: true })).toBe(true);
    expect(await stock()).toEqual([0, 0]);
    const backorders = sandbox.state(sku).odoo.pickings.filter((picking) => picking.backorderOf === 'SHORT');
    expect(backorders).toMatchObject([
      { origin: 'origin of SHORT', state: 'confirmed', lines: [{ demand: 9, quantity: 0 }] },
    ]);
  });

  it('drop the rest on request, and keep the full demand on the line', async () => {
    const id = await create('SHORT', onHand + 9);
    await call('action_confirm', id);
    expect(await call('button_validate', id, { skip_backorder: true, picking_ids_not_to_backorder: [id] })).toBe(true);
    expect(await movesOf(id)).toMatchObject([{ state: 'done', quantity: onHand, product_uom_qty: onHand + 9 }]);
    expect(sandbox.state(sku).odoo.pickings).toHaveLength(1);
  });

  it("follow their type's setting about a rest", async () => {
    await odooResult(sandbox, 'stock.picking.type.write', { ids: [2], vals: { create_backorder: 'always' } });
    const id = await create('SHORT', onHand + 9);
    await call('action_confirm', id);
    expect(await call('button_validate', id)).toBe(true);
    expect(sandbox.state(sku).odoo.pickings.map((picking) => picking.backorderOf)).toEqual([null, 'SHORT']);
  });

  it('ship below zero when a draft is validated with nothing in stock', async () => {
    const all = await create('ALL', onHand);
    await call('button_validate', all);
    const id = await create('MORE', 4);
    expect(await call('button_validate', id)).toBe(true);
    expect(await stock()).toEqual([-4, -4]);
  });

  it('ship forced quantities, reserved or not', async () => {
    const route = { location_id: 5, location_dest_id: 2 };
    const id = await create('FORCED', onHand + 1, route, { ...route, quantity: onHand + 1, picked: true });
    expect(await stock()).toEqual([onHand, -1]);
    expect(await call('button_validate', id)).toBe(true);
    expect(await stock()).toEqual([-1, -1]);
  });

  it('release their reservation when cancelled, keep their name, and cannot be validated afterwards', async () => {
    const id = await create('A', 3);
    await call('action_confirm', id);
    expect(await call('action_cancel', id)).toBe(true);
    expect(await call('action_cancel', id)).toBe(true);
    expect(await stock()).toEqual([onHand, onHand]);
    expect(stateOf(id)).toBe('cancel');
    expect(
      (await odoo(sandbox, 'stock.picking.create', { vals_list: [{ name: 'A', picking_type_id: 2 }] })).status,
    ).toBe(422);
    const validated = await odoo(sandbox, 'stock.picking.button_validate', { ids: [id] });
    expect(validated).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('Transfer trouble alert!') as string },
    });
  });

  it('cannot be cancelled or deleted once done', async () => {
    const id = await create('A', 3);
    await call('button_validate', id);
    expect((await odoo(sandbox, 'stock.picking.action_cancel', { ids: [id] })).status).toBe(422);
    expect((await odoo(sandbox, 'stock.picking.unlink', { ids: [id] })).status).toBe(422);
    expect(stateOf(id)).toBe('done');
  });

  it('stay drafts when validated without anything to move', async () => {
    const [empty] = await odooResult<number[]>(sandbox, 'stock.picking.create', {
      vals_list: [{ name: 'EMPTY', picking_type_id: 2 }],
    });
    const zero = await create('ZERO', 0);
    for (const id of [empty, zero]) {
      expect((await odoo(sandbox, 'stock.picking.button_validate', { ids: [id] })).status).toBe(422);
    }
    expect(stateOf(zero)).toBe('draft');
    expect(await call('action_cancel', empty ?? 0)).toBe(true);
  });

  it('reserve the last units once, however many compete for them', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, (_, index) => create(`P${index}`, 20)));
    await Promise.all(ids.map((id) => call('action_confirm', id)));
    const moves = sandbox.state(sku).odoo.moves;
    expect(moves.filter((move) => move.state === 'assigned')).toHaveLength(6);
    expect(moves.filter((move) => move.state === 'partially_available')).toMatchObject([{ quantity: 1 }]);
    expect(moves.reduce((sum, move) => sum + move.quantity, 0)).toBe(onHand);
  });

  it('come back through a receipt and through a linked return', async () => {
    const id = await create('A', 5);
    await call('button_validate', id);
    const [receipt] = await odooResult<number[]>(sandbox, 'stock.picking.create', {
      vals_list: [{ name: 'A-R', picking_type_id: 1, move_ids: [[0, 0, { product_id: product, product_uom_qty: 2 }]] }],
    });
    await call('button_validate', receipt ?? 0);
    expect(await stock()).toEqual([onHand - 3, onHand - 3]);
    const wizard = await odooResult<number[]>(sandbox, 'stock.return.picking.create', {
      vals_list: [{ picking_id: id }],
      context: { active_id: id },
    });
    const lines = await odooResult<number[]>(sandbox, 'stock.return.picking.line.search', {
      domain: [['wizard_id', 'in', wizard]],
    });
    expect((await odoo(sandbox, 'stock.return.picking.action_create_returns', { ids: wizard })).status).toBe(422);
    await odooResult(sandbox, 'stock.return.picking.line.write', { ids: lines, vals: { quantity: 3 } });
    const made = await odooResult<{ res_id: number }>(sandbox, 'stock.return.picking.action_create_returns', {
      ids: wizard,
    });
    await call('button_validate', made.res_id);
    expect(await stock()).toEqual([onHand, onHand]);
    expect(sandbox.state(sku).odoo.pickings.at(-1)).toMatchObject({ origin: 'Return of A', state: 'done' });
  });
});
