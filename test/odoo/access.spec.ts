import { NoAnswerError } from '../../src/common/http/outbound.service.js';
import { type OdooSettings } from '../../src/connectors/odoo/settings.js';
import {
  OdooAccessError,
  OdooBusinessError,
  OdooCredentialsError,
  OdooError,
  OdooMissingError,
  OdooNotFoundError,
  OdooRequestError,
  OdooSetupError,
  OdooUnavailableError,
} from '../../src/connectors/odoo/errors.js';
import { type OdooArguments } from '../../src/connectors/odoo/transport/transport.js';
import { type Rig, startReal } from './support/rig.js';

describe.each(['JSON-2', 'JSON-RPC'] as const)('a call by %s', (protocol) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startReal(protocol);
  });
  afterAll(() => rig.stop());

  const failure = async (model: string, method: string, args: OdooArguments, settings: Partial<OdooSettings> = {}) => {
    const error: unknown = await rig.odoo
      .call(rig.connection(settings), model, method, args)
      .catch((thrown: unknown) => thrown);
    return { error, remedy: rig.connector.classify(error) };
  };
  const count = ['res.users', 'search_count', { domain: [] }] as const;

  it("returns the method's result, and null when there is none", async () => {
    const connection = rig.connection();
    const product = await rig.warehouseman.product(rig.sku());
    expect(await rig.odoo.call(connection, 'product.product', 'search_count', { domain: [['id', '=', product]] })).toBe(
      1,
    );
    const [quant] = (await rig.odoo.call(connection, 'stock.quant', 'create', {
      vals_list: [
        { product_id: product, location_id: (await rig.warehouseman.warehouse()).stock, inventory_quantity: 2 },
      ],
      context: { inventory_mode: true },
    })) as number[];
    expect(await rig.odoo.call(connection, 'stock.quant', 'action_apply_inventory', { ids: [quant ?? 0] })).toBeNull();
  });

  it('with wrong credentials pauses the connection, and no text shows them', async () => {
    const wrong = protocol === 'JSON-2' ? { apiKey: 'wrong-key' } : { password: 'wrong-key' };
    const { error, remedy } = await failure(...count, wrong);
    expect(error).toBeInstanceOf(OdooCredentialsError);
    expect(remedy).toMatchObject({ do: 'pause' });
    expect(JSON.stringify([error, remedy, rig.logs])).not.toContain('wrong-key');
    expect(JSON.stringify(rig.logs)).not.toContain(rig.server.apiKey);
  });

  it('to a missing database waits for it to come back', async () => {
    const { error, remedy } = await failure(...count, { db: 'nowhere' });
    expect(error).toBeInstanceOf(OdooUnavailableError);
    expect(remedy).toEqual({ do: 'retry' });
  });

  it('to a server that does not answer is to be retried', async () => {
    const { error, remedy } = await failure(...count, { url: 'http://127.0.0.1:9' });
    expect(error).toBeInstanceOf(NoAnswerError);
    expect(remedy).toEqual({ do: 'retry' });
  });

  it('that names a missing field, argument or method is our own fault', async () => {
    const unknownField = await failure('stock.move', 'search_read', { domain: [], fields: ['nonsense'] });
    const unknownArgument = await failure('stock.move', 'search_count', { domain: [], nonsense: 1 });
    const privateMethod = await failure('stock.move', '_action_done', { ids: [1] });
    expect(unknownField.error).toBeInstanceOf(OdooRequestError);
    expect(unknownArgument.error).toBeInstanceOf(OdooRequestError);
    expect(privateMethod.error).toBeInstanceOf(OdooAccessError);
    expect([unknownField.remedy.do, unknownArgument.remedy.do]).toEqual(['giveUp', 'giveUp']);
  });

  it('on a deleted record, or against a rule, says which', async () => {
    const gone = await failure('product.product', 'write', { ids: [99_999_999], vals: { name: 'x' } });
    expect(gone.error).toBeInstanceOf(OdooMissingError);
    const rule = await failure('stock.picking', 'create', { vals_list: [{ name: 'without a type' }] });
    expect(rule.error).toBeInstanceOf(OdooBusinessError);
    expect(rule.remedy).toMatchObject({ do: 'giveUp' });
  });

  it('keeps nothing of the traceback that Odoo sends', async () => {
    const { error } = await failure('stock.move', 'search_read', { domain: [], fields: ['nonsense'] });
    const shown = JSON.stringify([error instanceof OdooError && { ...error, message: error.message }, rig.logs]);
    expect(shown).not.toContain('Traceback');
  });

  it("looks up the user's id once", async () => {
    const connection = rig.connection();
    await rig.odoo.call(connection, ...count);
    rig.outbound.mend();
    await Promise.all([rig.odoo.call(connection, ...count), rig.odoo.call(connection, ...count)]);
    expect(rig.outbound.sent).toBe(2);
  });

  it('is logged with model, method and subject', async () => {
    const sku = rig.sku();
    await rig.warehouseman.product(sku, 1);
    const sale = rig.sale(sku, 1);
    await rig.connector.transfer(sale, rig.connection());
    expect(
      rig.logs.find((entry) => entry.action === 'stock.picking.create' && entry.productSkus?.includes(sku)),
    ).toMatchObject({
      service: 'odoo',
      status: 'success',
      connection: rig.connection().id,
      request: { model: 'stock.picking', call: 'create', values: [{ name: sale.name, origin: sale.origin }] },
      response: { status: 200, count: 1 },
    });
  });
});

describe('the setup of Odoo', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startReal('JSON-RPC');
  });
  afterAll(() => rig.stop());

  it('without the configured warehouse pauses the connection', async () => {
    const error: unknown = await rig.connector
      .transfer(rig.sale('X', 1), rig.connection({ warehouse: 'NONE' }))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OdooSetupError);
    expect(rig.connector.classify(error)).toMatchObject({ do: 'pause' });
  });

  it('without the app of a model is not taken for an unreachable database', async () => {
    const json2 = rig.connection({ apiKey: rig.server.apiKey });
    const error: unknown = await rig.odoo
      .call(json2, 'no.model', 'search_count', { domain: [] })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OdooNotFoundError);
  });

  it('that requires serial numbers makes a receipt fail for good, with the reason', async () => {
    const sku = rig.sku();
    await rig.warehouseman.product(sku, 0, { tracking: 'serial' });
    const receipt = rig.sale(sku, 2, { direction: 'in' });
    const error: unknown = await rig.connector.transfer(receipt, rig.connection()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OdooBusinessError);
    expect(rig.connector.classify(error)).toMatchObject({ do: 'giveUp' });
  });

  it('with the right Inventory / User alone is enough, and without it the connection pauses', async () => {
    const { warehouseman } = rig;
    const user = async (login: string, groups: readonly string[]) => {
      const ids = await Promise.all(
        groups.map(async (name) => {
          const [module = '', key = ''] = name.split('.');
          const [row] = await warehouseman.search<{ res_id: number }>(
            'ir.model.data',
            [
              ['module', '=', module],
              ['name', '=', key],
            ],
            ['res_id'],
          );
          return row?.res_id ?? 0;
        }),
      );
      const values = { name: login, login, password: `${login}-password`, group_ids: [[6, 0, ids]] };
      await warehouseman.call('res.users', 'create', { vals_list: [values] });
      return rig.connection({ username: login, password: `${login}-password` });
    };
    const sku = rig.sku();
    const product = await warehouseman.product(sku, 10);
    const worker = await user(`${rig.installation}-worker`, ['base.group_user', 'stock.group_stock_user']);
    const sale = rig.sale(sku, 4);
    expect(await rig.restarted().transfer(sale, worker)).toEqual({ state: 'done', reference: sale.name });
    expect((await rig.restarted().observeStock([sku], worker)).stock).toHaveLength(1);
    expect(await rig.restarted().cancelTransfer(rig.sale(sku, 1), worker)).toEqual({ state: 'cancelled' });
    expect(await warehouseman.onHand(product)).toEqual({ onHand: 6, free: 6 });
    expect(await rig.restarted().check(worker)).toMatchObject({
      ok: true,
      account: expect.stringContaining('worker') as string,
    });

    const clerk = await user(`${rig.installation}-clerk`, ['base.group_user']);
    const error: unknown = await rig
      .restarted()
      .transfer(rig.sale(sku, 1), clerk)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OdooAccessError);
    expect(rig.connector.classify(error)).toMatchObject({ do: 'pause' });
    const found = await rig.restarted().check(clerk);
    expect({ ...found, findings: found.findings.map(({ what }) => what) }).toMatchObject({
      ok: false,
      findings: expect.arrayContaining(['checks.what.deliveries']) as string[],
    });
  });
});
