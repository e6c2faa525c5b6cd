import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from './server.js';
import { control, falabellaBody, odooResult, pushStock } from './testing/clients.js';
import { tiendanube } from './testing/tiendanube.js';
import { Receiver } from './testing/receiver.js';
import { until } from './testing/until.js';

describe('the stored state', () => {
  let dataDir: string;
  let running: Sandbox[];
  let said: string[];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    running = [];
    said = [];
  });
  afterEach(async () => {
    for (const sandbox of running) await sandbox.close();
    await rm(dataDir, { recursive: true });
  });
  const start = async (options: SandboxOptions = {}): Promise<Sandbox> => {
    const sandbox = await startSandbox({ dataDir, say: (line) => said.push(line), ...options });
    running.push(sandbox);
    return sandbox;
  };
  const stop = async (sandbox: Sandbox): Promise<void> => {
    running = running.filter((one) => one !== sandbox);
    await sandbox.close();
  };

  it('is the same after a restart, and numbers continue from there', async () => {
    const first = await start();
    await control(first, 'POST', '/orders', { sku: 'PROD-001', quantity: 2, webhook: 'none' });
    await control(first, 'POST', '/deliveries', { sku: 'PROD-001', quantity: 2, name: 'OURS' });
    await pushStock(first, [{ sku: 'PROD-002', quantity: 9 }]);
    const { odoo, falabella } = first.state();
    await stop(first);
    const second = await start();
    expect(second.state().odoo).toEqual(odoo);
    expect(second.state().falabella.orders).toEqual(falabella.orders);
    const made = await control<{ order: { number: string } }>(second, 'POST', '/orders', {
      sku: 'PROD-001',
      webhook: 'none',
    });
    expect(made.body.order.number).toBe('FAL-1002');
    expect(await odooResult(second, 'stock.picking.search_count', { domain: [['name', '=', 'OURS']] })).toBe(1);
    await until(() => second.state('PROD-002').falabella.stock[0]?.available === 9);
  });

  it('has the stores of Tiendanube with their tokens, orders and webhooks', async () => {
    const first = await start();
    await control(first, 'POST', '/tiendanube/stores/5001/orders', { sku: 'PROD-001', quantity: 2 });
    const webhook = { event: 'order/paid', url: 'https://shop.example/hook' };
    await tiendanube(first, '/webhooks', { method: 'POST', body: webhook });
    await control(first, 'POST', '/tiendanube/stores/5002/revoke');
    const [aurora, brisa] = first.state().tiendanube.stores;
    await stop(first);
    const second = await start();
    const { stores } = second.state().tiendanube;
    expect(stores[0]).toMatchObject({ orders: aurora?.orders, shown: aurora?.shown, webhooks: [webhook] });
    expect([stores[1]?.token, brisa?.token]).toEqual([null, null]);
    expect((await control(second, 'POST', '/tiendanube/stores/5001/orders', { sku: 'PROD-001' })).body).toMatchObject({
      number: 101,
    });
  });

  it('may be older than the simulated Tiendanube', async () => {
    const first = await start();
    await control(first, 'POST', '/orders', { sku: 'PROD-001', webhook: 'none' });
    await stop(first);
    const path = join(dataDir, 'sandbox.json');
    const kept = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    delete kept.tiendanube;
    await writeFile(path, JSON.stringify(kept));
    const { falabella, tiendanube: platform } = (await start()).state();
    expect([falabella.orders.length, platform.stores.length, said]).toEqual([1, 5, []]);
  });

  it('is written while the sandbox runs, not only at its end', async () => {
    const first = await start();
    await control(first, 'POST', '/stock', { sku: 'PROD-001', quantity: 5 });
    await until(async () => {
      const text = await readFile(join(dataDir, 'sandbox.json'), 'utf8').catch(() => '');
      return text.includes('"product_id":1,"location_id":5,"quantity":5,');
    });
  });

  it('includes webhooks that were not delivered yet', async () => {
    const app = await Receiver.start();
    try {
      app.answers = [500];
      const settings = { falabella: { webhookMinuteMs: 30 } };
      const first = await start({ settings });
      const events = '<Events><Event>onOrderCreated</Event></Events>';
      await falabellaBody(first, 'CreateWebhook', {
        body: `<Request><Webhook><CallbackUrl>${app.url}/hook</CallbackUrl>${events}</Webhook></Request>`,
      });
      await control(first, 'POST', '/orders', { sku: 'PROD-001' });
      await app.count(1);
      await stop(first);
      const second = await start({ settings });
      await until(() => second.state().falabella.outbox === 0);
      expect(new Set(app.received.map((one) => one.body)).size).toBe(1);
      expect(app.received.length).toBeGreaterThanOrEqual(2);
    } finally {
      await app.close();
    }
  });

  it("sends Odoo’s webhooks to the app's current address", async () => {
    const app = await Receiver.start();
    try {
      await stop(await start({ appUrl: 'http://127.0.0.1:9' }));
      const second = await start({ appUrl: app.url });
      await control(second, 'POST', '/stock', { sku: 'PROD-001', quantity: 5 });
      expect(app.received).toHaveLength(1);
    } finally {
      await app.close();
    }
  });

  it('is moved aside, with a message, when it cannot be read', async () => {
    await writeFile(join(dataDir, 'sandbox.json'), '{"version":1,"odoo":');
    const sandbox = await start();
    expect(sandbox.state('PROD-001').odoo.products).toMatchObject([{ onHand: 107 }]);
    expect(said.join('\n')).toContain('starts fresh');
    expect((await readdir(dataDir)).some((name) => name.startsWith('sandbox.json.corrupt-'))).toBe(true);
  });

  it('does not exist without a folder', async () => {
    const sandbox = await start({ dataDir: undefined });
    await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 5 });
    await stop(sandbox);
    expect(await readdir(dataDir)).toEqual([]);
  });
});
