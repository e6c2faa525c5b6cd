import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { type mongo } from 'mongoose';
import { startSandbox, type Sandbox } from '../sandbox/server.js';
import { stopApp } from '../src/bootstrap.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { Books } from './support/books.js';
import { Caller, hmacOf, orderBody, type LogLine } from './support/caller.js';
import { ownDatabase, runApp, type RunningApp } from './support/running-app.js';
import { eventually } from './support/wait.js';

const key = () => randomBytes(32).toString('base64');
const SECRET = 'a-secret-of-the-second-seller';

describe('connections in the database', () => {
  const [first, second] = [key(), key()];
  let sandbox: Sandbox;
  let running: RunningApp;
  let call: Caller;
  let books: Books;
  let db: mongo.Db;
  let uri: string;

  /** Starts another process on the same database, with other keys. */
  const begin = async (keys: string) => {
    running = await runApp('connections', {
      MONGODB_URI: uri,
      SANDBOX_URL: sandbox.url,
      CREDENTIALS_KEYS: keys,
      SWEEP_INTERVAL_MS: '250',
      ORDER_POLL_INTERVAL_MS: '1000',
      FALABELLA_PUSH_INTERVAL_MS: '0',
    });
    const found = running.connection.db;
    if (!found) throw new Error('there is no database');
    db = found;
    call = new Caller(running.url);
    books = new Books(db);
  };
  /** Ends the process and keeps its database. */
  const end = async () => {
    await stopApp(running.app);
  };
  const seller = { connector: 'falabella', id: 'peru', name: 'Falabella Perú' };
  const account = {
    settings: { userId: 'sandbox@example.com' },
    credentials: { apiKey: 'sandbox-falabella-key', webhookSecret: SECRET },
  };
  const one = async (id: string) => (await call.get(`/connections/${id}`)).body;

  beforeAll(async () => {
    uri = ownDatabase('connections');
    sandbox = await startSandbox({
      settings: { falabella: { feedDurationMs: 50, feedLimit: false } },
      say: () => undefined,
    });
    await begin(`a:${first}`);
  });
  afterAll(async () => {
    await running?.stop();
    await sandbox?.close();
  });

  it('come from the environment at first, and cannot be changed by request', async () => {
    const { body } = await call.get('/connections');
    expect(body.items).toMatchObject(
      [
        { id: 'falabella', origin: 'environment', publishing: 'live', role: 'channel', settings: null },
        { id: 'odoo', origin: 'environment', role: 'erp' },
      ]
        .map((item) => expect.objectContaining(item) as object)
        .concat((body.items as object[]).slice(2)),
    );
    expect(await call.patch('/connections/falabella', { name: 'x' })).toMatchObject({
      status: 409,
      body: { type: '/problems/from-environment' },
    });
    expect((await fetch(`${running.url}/connections/falabella`, { method: 'DELETE' })).status).toBe(409);
    expect(await call.get('/connections/nobody')).toMatchObject({ status: 404 });
  });

  it.each([
    [{ connector: 'ebay' }, ['connector']],
    [{ connector: 'falabella', id: 'Not An Id' }, ['id']],
    [{ ...seller, settings: { userId: 'x', shoeSize: 43 }, credentials: { apiKey: 'k' } }, ['shoeSize']],
    [{ ...seller, settings: { apiKey: 'k' } }, ['settings.apiKey']],
    [{ ...seller, credentials: { userId: 'k' } }, ['credentials.userId']],
    [{ ...seller, settings: { userId: { deep: 1 } } }, ['settings.userId']],
    [{ ...seller, settings: [] }, ['settings']],
    [
      { ...seller, settings: { apiUrl: 'https://elsewhere.example.com/', userId: 'x' }, credentials: { apiKey: 'k' } },
      ['apiUrl'],
    ],
    [{ ...seller }, ['credentials']],
  ])('are refused with the field at fault: %j', async (body, fields) => {
    const answer = await call.post('/connections', body);
    expect(answer).toMatchObject({ status: 400 });
    expect((answer.body.errors as { field: string }[]).map(({ field }) => field)).toEqual(
      expect.arrayContaining(fields),
    );
    expect(await db.collection('connections').countDocuments({ origin: 'stored' })).toBe(0);
  });

  it('sell side by side, each with its own listings, orders and webhooks', async () => {
    expect(await call.post('/connections', { ...seller, ...account })).toMatchObject({
      status: 201,
      body: { id: 'peru', publishing: 'live' },
    });
    await eventually('its catalogue is read', async () =>
      expect(await db.collection('listings').countDocuments({ connection: 'peru' })).toBe(
        sandbox.state().falabella.stock.length,
      ),
    );
    const body = JSON.stringify(orderBody('PE-1', { products: [{ sku: 'PROD-007', quantity: 2 }] }));
    expect(await call.post('/webhooks/peru/order', body, { 'x-falabella-signature': hmacOf(body) })).toMatchObject({
      status: 401,
    });
    expect(
      await call.post('/webhooks/peru/order', body, { 'x-falabella-signature': hmacOf(body, SECRET) }),
    ).toMatchObject({ status: 200 });
    await eventually('it is delivered under its own name', () =>
      expect(
        sandbox.state().odoo.pickings.map(({ name, state }) => `${name.slice(name.indexOf('/'))} ${state}`),
      ).toContain('/peru/PE-1/1 done'),
    );
    await eventually('it was heard of', async () =>
      expect(await one('peru')).toMatchObject({ lastWebhookAt: expect.any(String) as string }),
    );
  });

  it('cannot be told from those that there are not by an unverified webhook', async () => {
    const body = JSON.stringify({ event: 'onOrderCreated', payload: { OrderId: 1 } });
    const answers = [];
    const proofs: Record<string, string>[] = [{}, { 'x-falabella-signature': hmacOf(body) }];
    for (const path of [
      '/webhooks/peru/order',
      '/webhooks/nobody/order',
      '/webhooks/peru/nonsense',
      '/webhooks/odoo/x',
    ])
      for (const headers of proofs) {
        const answer = await call.post(path, body, headers);
        const { instance, correlationId, ...rest } = answer.body;
        expect([instance, answer.headers.get('x-correlation-id')]).toEqual([path, correlationId]);
        const names = [...answer.headers.keys()].filter((name) => name !== 'date');
        answers.push({ status: answer.status, type: answer.type, names, rest });
      }
    expect(answers[0]).toMatchObject({ status: 401, rest: { code: 'problems.unauthenticated.webhook' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await eventually('the log says why', async () => {
      const { items } = (await call.get('/logs?action=webhook.received&status=error')).body as { items: LogLine[] };
      expect(items.map(({ response }) => response?.reason)).toEqual(
        expect.arrayContaining([
          'the header x-falabella-signature is missing',
          expect.stringContaining('no such connection'),
        ]),
      );
    });
  });

  it('never show a credential in the database, an answer or a log', async () => {
    const seen = [
      await call.get('/connections'),
      await call.get('/connections/kinds'),
      await call.get('/logs?limit=200'),
    ];
    const kept = await Promise.all(['connections', 'logs'].map((name) => db.collection(name).find().toArray()));
    expect(JSON.stringify([seen.map(({ body }) => body), kept])).not.toMatch(
      new RegExp(`${SECRET}|sandbox-falabella-key`),
    );
    expect(await one('peru')).toMatchObject({ settings: { userId: 'sandbox@example.com' } });
  });

  it('are suspended and resumed by a person; after more than a day they begin in shadow', async () => {
    expect(await call.post('/connections/peru/suspend-sync', {})).toMatchObject({ status: 400 });
    expect(await call.post('/connections/peru/suspend-sync', { reason: 'a new key' })).toMatchObject({
      body: { state: 'suspended', problem: 'a new key' },
    });
    expect(await call.post('/connections/peru/go-live', {})).toMatchObject({
      status: 409,
      body: { type: '/problems/paused' },
    });
    expect(await call.post('/connections/peru/resume-sync', {})).toMatchObject({
      body: { state: 'ok', publishing: 'live' },
    });

    await call.post('/connections/peru/suspend-sync', { reason: 'the holidays' });
    const long = new Date(Date.now() - 25 * 3_600_000);
    await db.collection<{ _id: string }>('connections').updateOne({ _id: 'peru' }, { $set: { 'suspended.at': long } });
    expect(await call.post('/connections/peru/resume-sync', {})).toMatchObject({
      body: { state: 'ok', publishing: 'shadow' },
    });
    expect((await books.alerts()).filter((alert) => alert.startsWith('long_pause'))).toHaveLength(1);
    expect(await call.post('/connections/peru/stop-selling', {})).toMatchObject({
      status: 409,
      body: { type: '/problems/in-shadow' },
    });
    await eventually('its orders are read', async () =>
      expect(await call.post('/connections/peru/go-live', { openOrders: 'handled' })).toMatchObject({ status: 200 }),
    );
    expect(await books.alerts()).toEqual([]);
  });

  it('begin in shadow, too, when their key was refused for more than a day', async () => {
    sandbox.settings.falabella.apiKey = 'another-key';
    await eventually('both are refused', async () => {
      for (const id of ['falabella', 'peru']) expect(await one(id)).toMatchObject({ state: 'paused' });
    });
    const long = new Date(Date.now() - 25 * 3_600_000);
    await db.collection<{ _id: string }>('connections').updateOne({ _id: 'peru' }, { $set: { 'paused.at': long } });
    sandbox.settings.falabella.apiKey = 'sandbox-falabella-key';
    await eventually('one of them has to be looked through', async () => {
      expect(await one('peru')).toMatchObject({ state: 'ok', publishing: 'shadow' });
      expect(await books.alerts()).toContain('long_pause peru');
    });
    await eventually('it goes live', async () =>
      expect(await call.post('/connections/peru/go-live', { openOrders: 'handled' })).toMatchObject({ status: 200 }),
    );
    await call.post('/connections/falabella/resume-sync', {});
    expect(await one('falabella')).toMatchObject({ state: 'ok', publishing: 'live' });
  });

  it('keep a credential that a request leaves out, and use one that it contains', async () => {
    expect(await call.patch('/connections/peru', { name: 'Lima', settings: { urgentAt: 7 } })).toMatchObject({
      status: 200,
      body: { name: 'Lima', settings: { urgentAt: '7', userId: 'sandbox@example.com' } },
    });
    const { settings } = running.app.get(ConnectionsService).find('peru') as { settings: { apiKey: string } };
    expect(settings.apiKey).toBe('sandbox-falabella-key');
    expect(await call.patch('/connections/peru', { settings: { urgentAt: 'many' } })).toMatchObject({ status: 400 });
    expect(await call.patch('/connections/peru', { settings: { urgentAt: null } })).toMatchObject({
      body: { settings: { userId: 'sandbox@example.com' } },
    });
  });

  it('are sealed again with a new key, and reported as unusable without theirs', async () => {
    await end();
    await begin(`b:${second},a:${first}`);
    expect(await one('peru')).toMatchObject({ state: 'ok' });
    expect(await db.collection('connections').countDocuments({ 'secrets.keyId': 'a' })).toBe(0);
    await end();
    const said = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await begin(`a:${first}`);
    const atStart = said.mock.calls.map(([line]: unknown[]) => String(line));
    said.mockRestore();
    expect(atStart).toEqual([expect.stringMatching(/^peru cannot be used: .* the key b, .* CREDENTIALS_KEYS/)]);
    expect((await call.get('/connections')).body.items).toContainEqual(
      expect.objectContaining({ id: 'peru', state: 'unusable', problem: expect.stringContaining('key b') as string }),
    );
    expect(await call.get('/connections/peru')).toMatchObject({ status: 409 });
    expect((await call.get('/alerts')).body.items).toContainEqual(
      expect.objectContaining({
        id: 'connection_unusable/peru',
        code: 'alerts.connection_unusable.key',
        params: { key: 'b' },
      }),
    );
    await end();
    await begin(`b:${second}`);
    expect(await one('peru')).toMatchObject({ state: 'ok' });
    expect(await books.alerts()).toEqual([]);
  });

  it('are mended by new credentials while the key of the old ones is lost', async () => {
    const lost = { $set: { 'secrets.keyId': 'lost' } };
    await db.collection<{ _id: string }>('connections').updateOne({ _id: 'peru' }, lost);
    await eventually('there is an alert', async () =>
      expect(await books.alerts()).toEqual(['connection_unusable peru']),
    );
    expect(await call.patch('/connections/peru', { name: 'Lima' })).toMatchObject({ status: 400 });
    expect(await call.patch('/connections/peru', { credentials: account.credentials })).toMatchObject({
      status: 200,
      body: { state: 'ok', settings: { userId: 'sandbox@example.com' } },
    });
    await eventually('the alert is closed', async () => expect(await books.alerts()).toEqual([]));
  });

  it('are deleted once no work is left, with their credentials, and their id is not used again', async () => {
    const body = JSON.stringify(orderBody('PE-2', { status: 'pending', products: [{ sku: 'PROD-008', quantity: 1 }] }));
    await call.post('/webhooks/peru/order', body, { 'x-falabella-signature': SECRET });
    await eventually('it is reserved', async () =>
      expect(await books.entry('PROD-008')).toMatchObject({ reserved: 1 }),
    );
    const remove = () => fetch(`${running.url}/connections/peru`, { method: 'DELETE' });
    expect((await remove()).status).toBe(409);
    await call.post('/orders/PE-2/release', { reason: 'the account is closed' });
    await eventually('nothing is left to do', async () => expect(await books.toDo()).toEqual([]));
    expect((await remove()).status).toBe(204);
    expect(await call.get('/connections/peru')).toMatchObject({ status: 404 });
    expect(await db.collection<{ _id: string }>('connections').findOne({ _id: 'peru' })).not.toHaveProperty('secrets');
    expect(await db.collection('listings').countDocuments({ connection: 'peru' })).toBe(0);
    expect(await call.post('/connections', { ...seller, ...account })).toMatchObject({ status: 409 });
    expect(await call.get('/orders/PE-1')).toMatchObject({ status: 200 });
  });
});
