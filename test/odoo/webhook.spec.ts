import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type WebhookIntent, type WebhookRequest } from '../../src/connectors/contract.js';
import { type Rig, startReal } from './support/rig.js';

/** Set up exactly as docs/connectors/odoo.md describes. */
describe("Odoo's own automation", () => {
  let rig: Rig;
  let listener: Server;
  let heard: WebhookRequest[] = [];
  const made: number[] = [];

  beforeAll(async () => {
    rig = await startReal();
    listener = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.end('{}');
        const query = Object.fromEntries(new URL(request.url ?? '/', 'http://here').searchParams);
        heard.push({ topic: 'stock-change', rawBody: Buffer.concat(parts), headers: {}, query });
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await rig.warehouseman.call('base.automation', 'unlink', { ids: made });
    await new Promise((resolve) => listener.close(resolve));
    await rig.stop();
  });
  beforeEach(() => {
    heard = [];
  });

  const connection = () => rig.connection({ webhookSecret: 'a secret of this test' });

  const automate = async (
    model: string,
    fields: readonly string[],
    rule: Readonly<Record<string, unknown>>,
    watched: readonly string[],
  ) => {
    const { warehouseman } = rig;
    const named = async (names: readonly string[]) => {
      const domain = [
        ['model', '=', model],
        ['name', 'in', names],
      ];
      return (await warehouseman.search<{ id: number }>('ir.model.fields', domain, ['name'])).map((field) => field.id);
    };
    const [row] = await warehouseman.search<{ id: number }>('ir.model', [['model', '=', model]], ['model']);
    const { port } = listener.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/odoo/webhook/stock-change?token=${encodeURIComponent('a secret of this test')}`;
    const action = {
      name: 'stock changed',
      model_id: row?.id,
      state: 'webhook',
      usage: 'base_automation',
      webhook_url: url,
    };
    const values = {
      name: `stock changed ${rig.installation}`,
      model_id: row?.id,
      ...rule,
      trigger_field_ids: [[6, 0, await named(watched)]],
      action_server_ids: [[0, 0, { ...action, webhook_field_ids: [[6, 0, await named(fields)]] }]],
    };
    made.push(...(await warehouseman.call<number[]>('base.automation', 'create', { vals_list: [values] })));
  };

  const intentsAfter = async (work: () => Promise<unknown>): Promise<WebhookIntent[]> => {
    await work();
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.map((request) => rig.connector.verify(request, connection()))).toEqual(
      heard.map(() => ({ authentic: true })),
    );
    return heard.map((request) => rig.connector.decode('stock-change', request.rawBody));
  };

  it('on quants names the product of every change, including reservations', async () => {
    const sku = rig.sku();
    const product = await rig.warehouseman.product(sku, 10);
    await automate(
      'stock.quant',
      ['product_id', 'quantity'],
      { trigger: 'on_create_or_write', filter_domain: "[('location_id.usage','=','internal')]" },
      ['quantity', 'reserved_quantity'],
    );
    const delivery = await rig.warehouseman.delivery(product, 4);
    const reserved = await intentsAfter(() => rig.warehouseman.confirm(delivery));
    expect(reserved).toContainEqual({ kind: 'erpStock', productRef: String(product), reported: 10 });
    heard = [];
    const done = await intentsAfter(() => rig.warehouseman.validate(delivery));
    expect(done).toContainEqual({ kind: 'erpStock', productRef: String(product), reported: 6 });
    expect(await rig.connector.skuOf(String(product), connection())).toBe(sku);
  });

  it('on products names the product by its new SKU', async () => {
    const product = await rig.warehouseman.product(rig.sku(), 0);
    await automate('product.product', ['default_code'], { trigger: 'on_create_or_write' }, ['default_code', 'active']);
    const renamed = rig.sku();
    const intents = await intentsAfter(() =>
      rig.warehouseman.call('product.product', 'write', { ids: [product], vals: { default_code: renamed } }),
    );
    expect(intents).toContainEqual({ kind: 'erpStock', productRef: String(product), sku: renamed });
  });
});
