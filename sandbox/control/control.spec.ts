import { startSandbox, type Sandbox } from '../server.js';
import { control, odooResult } from '../testing/clients.js';
import { Receiver } from '../testing/receiver.js';
import { PlayError } from './client.js';
import { play } from './play.js';

describe('the control API', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  it('answers that it is running', async () => {
    expect(await control(sandbox, 'GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('puts everything back on reset', async () => {
    await control(sandbox, 'POST', '/orders', { sku: 'PROD-001', quantity: 2, webhook: 'none' });
    await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 5 });
    await control(sandbox, 'POST', '/faults', { path: '/odoo/*', status: 500, times: 0 });
    await control(sandbox, 'POST', '/reset');
    const state = sandbox.state();
    expect(state.odoo.products[0]).toMatchObject({ sku: 'PROD-001', onHand: 107, free: 107 });
    expect(state.odoo.moves).toEqual([]);
    expect(state.falabella).toMatchObject({ orders: [], feeds: [] });
    expect(await odooResult(sandbox, 'stock.picking.search_count', { domain: [] })).toBe(0);
  });

  it('changes settings, all of a request or nothing', async () => {
    const changed = await control(sandbox, 'PUT', '/settings', {
      falabella: { stockModel: 'on_hand' },
      odoo: { latencyMs: 1 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { falabella: { stockModel: 'on_hand' }, odoo: { latencyMs: 1 } },
    });
    for (const falabella of [
      { stockModel: 'gross' },
      { feedBurst: '5' },
      { feedBurst: -1 },
      { nothing: 1 },
      { failSkus: 'PROD-001' },
    ]) {
      const refused = await control(sandbox, 'PUT', '/settings', { odoo: { latencyMs: 99 }, falabella });
      expect(refused.status).toBe(400);
    }
    expect(sandbox.settings.odoo.latencyMs).toBe(1);
  });

  it.each<[string, string, unknown, number]>([
    ['an unknown SKU at Falabella', '/orders', { sku: 'NOPE' }, 404],
    ['an unknown SKU in Odoo', '/stock', { sku: 'NOPE', quantity: 1 }, 404],
    ['a quantity that is no number', '/stock', { sku: 'PROD-001', quantity: 'many' }, 400],
    ['a fraction of a unit', '/orders', { sku: 'PROD-001', quantity: 0.5 }, 400],
    ['a word that is unknown', '/orders', { sku: 'PROD-001', amount: 2 }, 400],
    ['an order that does not exist', '/orders/FAL-1/cancel', {}, 404],
    ['a receipt of nothing', '/receipts', { sku: 'PROD-001', quantity: 0 }, 400],
  ])('refuses %s', async (_what, path, body, status) => {
    const answer = await control<{ error: string }>(sandbox, 'POST', path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual(expect.any(String));
  });

  it('adds the same products everywhere', async () => {
    const added = await control<{ skus: string[] }>(sandbox, 'POST', '/catalogue', {
      count: 300,
      prefix: 'DAY-',
      quantity: 7,
      stores: [5001, 5002],
    });
    expect([added.body.skus.length, added.body.skus[0]]).toEqual([300, 'DAY-00001']);
    const { odoo, falabella, tiendanube } = sandbox.state('DAY-00300');
    expect([odoo.products[0]?.free, falabella.stock[0]?.available]).toEqual([7, 7]);
    expect(tiendanube.stores.map(({ shown }) => shown[0]?.stock)).toEqual([7, 7, undefined, undefined, undefined]);
    expect((await control(sandbox, 'POST', '/catalogue', { count: 1, prefix: 'DAY-' })).status).toBe(409);
    expect((await control(sandbox, 'POST', '/catalogue', { count: 1, stores: [1] })).status).toBe(404);
    await control(sandbox, 'POST', '/reset');
    expect(sandbox.state('DAY-00300').odoo.products).toEqual([]);
  });

  it('plays the actions of people in Odoo', async () => {
    expect((await control(sandbox, 'POST', '/receipts', { sku: 'PROD-001', quantity: 3 })).body).toMatchObject({
      product: { onHand: 110 },
      picking: 'WH/IN/00001',
    });
    expect(
      (await control(sandbox, 'POST', '/deliveries', { sku: 'PROD-001', quantity: 4, validate: false })).body,
    ).toMatchObject({
      product: { onHand: 110, free: 106 },
    });
    expect((await control(sandbox, 'POST', '/stock', { sku: 'PROD-001', quantity: 80 })).body).toMatchObject({
      product: { onHand: 80, free: 76, reserved: 4 },
    });
  });
});

describe('the command that plays', () => {
  let sandbox: Sandbox;
  let app: Receiver;
  let said: string[];
  beforeEach(async () => {
    app = await Receiver.start();
    sandbox = await startSandbox({ appUrl: app.url });
    said = [];
  });
  afterEach(async () => {
    await sandbox.close();
    await app.close();
  });
  const run = (...words: string[]): Promise<number> => play(words, sandbox.url, (line) => said.push(line));

  it("sells, and shows the app's answer and where to look next", async () => {
    expect(await run('order', 'PROD-001', '2')).toBe(0);
    expect(said).toEqual([
      'order FAL-1001: 2 x PROD-001',
      'webhook answered 200 accepted',
      expect.stringContaining('/logs/order/FAL-1001'),
    ]);
  });

  it('sells one unit of the first product without arguments', async () => {
    await run('order');
    expect(said[0]).toBe('order FAL-1001: 1 x PROD-001');
  });

  it('sends a given order several times', async () => {
    await run('order', 'PROD-001', '--id', 'X-1', '--times', '3', '--status', 'paid');
    expect(said.slice(0, 2)).toEqual(['order X-1: 1 x PROD-001', '3 webhooks answered 200 accepted']);
    expect(app.bodies<{ status: string }>().map((body) => body.status)).toEqual(['paid', 'paid', 'paid']);
    await run('order', 'PROD-001', '--id', 'X-1');
    expect(said[3]).toContain('told again');
  });

  it('cancels, counts and shows the numbers', async () => {
    await run('order', 'PROD-002', '4');
    await run('cancel', 'FAL-1001');
    expect(said).toContain('cancelled FAL-1001: 4 x PROD-002');
    await run('stock', 'PROD-002', '60');
    expect(said.find((line) => line.startsWith('Odoo:'))).toContain('60 on hand, 60 free; 1 webhook post(s) sent');
    said = [];
    await run('state', 'PROD-002');
    expect(said[1]?.split(/\s+/)).toEqual(['PROD-002', '60', '60', '114']);
  });

  it('sells and cancels at a store of Tiendanube', async () => {
    expect(await run('order', 'PROD-002', '4', '--store', '5001')).toBe(0);
    await run('cancel', '100', '--store', '5001');
    await run('order', 'PROD-002', '3', '--store', '5001', '--status', 'pending');
    expect(said.filter((line) => !line.startsWith('look'))).toEqual([
      expect.stringMatching(/^order 100 \(\d+\): 4 x PROD-002/),
      expect.stringMatching(/^cancelled 100 /),
      expect.stringMatching(/^order 101 /),
    ]);
    said = [];
    await run('state', 'PROD-002', '--store', '5001');
    expect(said[1]?.split(/\s+/)).toEqual(['PROD-002', '114', '114', '114', '111']);
    for (const words of [
      ['order', 'PROD-002', '--store', '1'],
      ['order', 'PROD-002', '--store', '5001', '--status', 'gone'],
      ['order', 'PROD-002', '1000', '--store', '5001'],
      ['cancel', '--store', '5001'],
      ['state', '--store', '1'],
    ])
      await expect(run(...words)).rejects.toThrow(PlayError);
  });

  it('ends with 1 when the app does not take the webhook', async () => {
    app.answers = [503];
    expect(await run('order')).toBe(1);
    expect(said[1]).toBe('webhook answered 503 accepted');
  });

  it('explains itself, and refuses what it does not understand', async () => {
    expect(await run('help')).toBe(0);
    expect(said.join('\n')).toContain('order [SKU [QTY]]');
    for (const words of [
      ['sell'],
      ['order', 'PROD-001', 'many'],
      ['order', '--status', 'gone'],
      ['stock', 'PROD-001'],
      ['cancel'],
      ['order', 'NOPE'],
      ['--nope'],
    ]) {
      await expect(run(...words)).rejects.toThrow(PlayError);
    }
    await expect(play(['state'], 'http://example.com', () => undefined)).rejects.toThrow('loopback');
  });
});
