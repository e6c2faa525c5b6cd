import { createHmac } from 'node:crypto';
import { type mongo } from 'mongoose';
import { type Sandbox } from '../sandbox/server.js';
import { type ConnectionState } from '../src/connections/connection.schema.js';
import { CatalogueService } from '../src/publishing/catalogue.service.js';
import { HEARD_EVENTS } from '../src/connectors/tiendanube/install/webhook-registration.service.js';
import { freePort } from './support/app-process.js';
import { Books } from './support/books.js';
import { Caller, type Answer } from './support/caller.js';
import { appOf, listingsToDo, sandboxOf, StoreOwner } from './support/install-world.js';
import { runApp, type RunningApp } from './support/running-app.js';
import { eventually as waited } from './support/wait.js';

const KEY = { 'x-api-key': 'a-key-of-the-tests' };
const APP_SECRET = 'the-secret-of-the-app';
const STORE = 6001;
const OTHER = 6002;
const ID = `tiendanube-${STORE}`;

const eventually = (what: string, look: () => void | Promise<void>) => waited(what, look, { withinMs: 40_000 });

describe('a store of Tiendanube that its owner connects', () => {
  let sandbox: Sandbox;
  let running: RunningApp;
  let call: Caller;
  let books: Books;
  let db: mongo.Db;
  let port: number;
  let owner: StoreOwner;
  let link: string;

  beforeAll(async () => {
    port = await freePort();
    sandbox = await sandboxOf(port, APP_SECRET);
    owner = new StoreOwner(sandbox.url, [APP_SECRET]);
    for (const id of [STORE, OTHER]) await owner.opensStore(id, ['ONE', 'TWO', 'LAMP']);
    await begin();
  });
  const begin = async (env: NodeJS.ProcessEnv = {}) => {
    running = await runApp('install', {
      ...appOf({ port, sandboxUrl: sandbox.url, secret: APP_SECRET, key: KEY['x-api-key'] }),
      ...env,
    });
    db = running.connection.getClient().db(running.connection.name);
    books = new Books(db);
    call = new Caller(running.url);
  };
  afterAll(async () => {
    await running?.stop();
    await sandbox?.close();
  });

  const store = (id = STORE) => sandbox.world.tiendanubePlays.store(String(id));
  const post = (path: string, body: object = {}): Promise<Answer> => call.post(path, body, KEY);
  const get = async (path: string) => (await call.get(path, KEY)).body;
  const state = () => db.collection<ConnectionState>('connections').findOne({ _id: ID });
  const stores = async () => (await get('/connectors/tiendanube/accounts')).items as Record<string, unknown>[];
  const storeCard = async (id = STORE) => (await stores()).find(({ account }) => account === String(id));
  const newState = () => owner.newState(post);
  const consents = (id: number, given?: string) => owner.consents(id, given);
  const visit = (address: string, language = 'en') => owner.visit(address, language, () => store().token);
  const callback = (query: string) => visit(`${running.url}/tiendanube/callback?${query}`);
  const shown = (sku: string) =>
    sandbox.world.describe(sku).tiendanube.stores.find(({ id }) => String(id) === String(STORE))?.shown[0]?.stock;
  const adjust = async (sku: string, quantity: number) =>
    expect(
      (await post('/stock/adjustments', { sku, quantity, mode: 'absolute', reason: 'counted' })).status,
    ).toBeLessThan(300);
  const calls = () => sandbox.world.calls.list().filter(({ name }) => name === 'PATCH /products/stock-price');
  const taken = () => calls().filter(({ status }) => status === 200).length;
  const tells = async (sku: string, quantity: number) => {
    await adjust(sku, quantity);
    await eventually(`the store shows ${quantity} of ${sku}`, () => expect(shown(sku)).toBe(quantity));
  };
  const nothingToTell = () =>
    eventually('nothing waits to be told', async () => expect(await listingsToDo(books)).toEqual([]));
  const noneIsPaused = () => eventually('no pause is alerted', async () => expect(await paused()).toEqual([]));
  const paused = async () => (await books.alerts()).filter((alert) => alert.startsWith('connection_paused'));

  it('needs a link, which requires a key, and of which only a hash is stored', async () => {
    expect((await call.post('/connectors/tiendanube/install-links', {})).status).toBe(401);
    const { body } = await post('/connectors/tiendanube/install-links');
    const url = new URL(String(body.url));
    expect(url.pathname).toBe('/tiendanube/apps/4321/authorize');
    expect(url.searchParams.get('state')?.length).toBeGreaterThan(40);
    expect(new Date(String(body.expiresAt)).getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    expect((await books.dump()).get('install_links')).not.toContain(url.searchParams.get('state'));
  });

  it("is not connected with a wrong or expired state, without a code, or after the owner's refusal", async () => {
    const old = await newState();
    await db.collection('install_links').updateMany({}, { $set: { expiresAt: new Date(0) } });
    link = await newState();
    const before = store().tokensGiven;
    const pages = [
      await visit(await consents(STORE, 'x'.repeat(43))),
      await visit(await consents(STORE, old)),
      await callback(`state=${link}`),
      await callback(`error=access_denied&state=${link}`),
      await callback('code=a&code=b'),
    ];
    expect(pages.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect(pages.map(({ text }) => /<h1>(.*)<\/h1>/.exec(text)?.[1])).toEqual([
      'This link is not one of ours',
      'This link is too old',
      'Something is missing',
      'The app was not let into the account',
      'Something is missing',
    ]);
    expect(store().tokensGiven).toBe(before);
    expect(await stores()).toEqual([]);
  });

  it('is not connected when Tiendanube gives no token', async () => {
    const refused = await callback(`code=made-up-by-somebody&state=${link}`);
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('Tiendanube gave no token') as string });
    sandbox.world.faults.add({ call: 'POST /apps/authorize/token', status: 503 });
    const away = await visit(await consents(STORE, link));
    expect(away).toMatchObject({ status: 502, text: expect.stringContaining('Tiendanube did not answer') as string });
    expect(await stores()).toEqual([]);
  });

  it('waits to be accepted when it comes without a link of ours', async () => {
    expect((await visit(await consents(OTHER))).status).toBe(202);
    const token = store(OTHER).token ?? '';
    owner.secrets.push(token);
    expect(await stores()).toMatchObject([{ account: String(OTHER), state: 'pending', connection: null }]);
    expect((await get('/connections')).items).toEqual([]);
    expect((await call.post(`/connectors/tiendanube/accounts/${OTHER}/accept`, {})).status).toBe(401);
    expect((await post('/connectors/tiendanube/accounts/77/accept')).status).toBe(404);
    expect(await post(`/connectors/tiendanube/accounts/${OTHER}/accept`)).toMatchObject({
      status: 200,
      body: { id: `tiendanube-${OTHER}`, publishing: 'shadow', state: 'ok' },
    });
    expect((await post(`/connectors/tiendanube/accounts/${OTHER}/accept`)).status).toBe(404);
    expect(await storeCard(OTHER)).toMatchObject({ connection: `tiendanube-${OTHER}`, state: 'ok' });
  });

  it('is connected in shadow by the link of all failed attempts, shows the next steps in its language, and the link works once', async () => {
    const now = Date.now();
    const url = 'http://127.0.0.1:9/tiendanube/webhook';
    const stale = { id: 1, event: 'order/created', url, createdAt: now, updatedAt: now };
    const others = { ...stale, id: 2, url: 'https://elsewhere.example.com/hooks' };
    store().webhooks = [stale, others];
    const address = await consents(STORE, link);
    const page = await visit(address, 'es-AR,es;q=0.9,en;q=0.5');
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining(`La cuenta ${STORE} está conectada`) as string,
    });
    expect(page.text).toContain('docs/first-day.es.md');
    expect(page.text).not.toMatch(/https?:|<script|<img|<link/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await visit(address)).toMatchObject({
      status: 400,
      text: expect.stringContaining('used already') as string,
    });
    expect(await get(`/connections/${ID}`)).toMatchObject({ publishing: 'shadow', state: 'ok' });

    await eventually('its webhooks are registered', async () =>
      expect(await storeCard()).toMatchObject({ webhooks: 'registered' }),
    );
    const to = `${running.url}/webhooks/tiendanube`;
    const heard = store().webhooks.filter(({ url }) => url === to);
    expect(heard.map(({ event }) => event).sort()).toEqual([...HEARD_EVENTS].sort());
    expect(store().webhooks.filter(({ url }) => url !== to)).toEqual([others]);
    await running.app.get(CatalogueService).readNow(ID);
    expect(await db.collection('listings').countDocuments({ connection: ID })).toBe(3);
    await eventually('it goes live', async () =>
      expect((await post(`/connections/${ID}/go-live`, { openOrders: 'handled' })).status).toBe(200),
    );
    await tells('ONE', 7);
  });

  it('keeps its token where it was given for, and the secret of the app where the environment says', async () => {
    const patch = (body: object) => call.patch(`/connections/${ID}`, body, KEY);
    const refused = (field: string) => ({ status: 400, body: { errors: [{ field }] } });
    const apiUrl = 'http://127.0.0.1:9/';
    expect(await patch({ settings: { apiUrl } })).toMatchObject(refused('accessToken'));
    expect(await patch({ settings: { authUrl: apiUrl } })).toMatchObject(refused('authUrl'));
    expect((await patch({ settings: { apiUrl }, credentials: { accessToken: 'of-somebody-else' } })).status).toBe(200);
  });

  it('is the same connection with a new token, which goes to the platform alone, when it is installed again', async () => {
    const before = store().token;
    expect((await visit(await consents(STORE, await newState()))).text).toContain('has a new token');
    expect(store().token).not.toBe(before);
    await tells('ONE', 6);
    expect((await visit(await consents(STORE))).status).toBe(200);
    await tells('ONE', 5);
    expect((await stores()).filter(({ account }) => account === String(STORE))).toHaveLength(1);
    await eventually('every webhook is registered once', () =>
      expect(store().webhooks).toHaveLength(HEARD_EVENTS.length + 1),
    );
  });

  it('receives nothing while it is suspended, and everything after it is resumed', async () => {
    await owner.play(`/${STORE}/suspend`);
    await eventually('it is paused', async () =>
      expect(await get(`/connections/${ID}`)).toMatchObject({ state: 'paused' }),
    );
    const before = taken();
    await adjust('ONE', 4);
    await eventually('the ledger has it', async () => expect(await books.entry('ONE')).toMatchObject({ quantity: 4 }));
    expect(await paused()).toEqual([`connection_paused ${ID}`]);
    expect([taken(), shown('ONE')]).toEqual([before, 5]);
    await owner.play(`/${STORE}/stock`, { sku: 'TWO', stock: 99 });
    await adjust('TWO', 3);
    await owner.play(`/${STORE}/resume`);
    await eventually('it shows what is true', () => expect([shown('ONE'), shown('TWO')]).toEqual([4, 3]));
    await noneIsPaused();
  });

  it('is paused with one alert when its token is revoked, and continues with the next token', async () => {
    await owner.play(`/${STORE}/revoke`);
    await eventually('it is paused', async () => expect(await paused()).toEqual([`connection_paused ${ID}`]));
    await adjust('ONE', 3);
    await owner.play(`/${STORE}/orders`, { sku: 'TWO', quantity: 1, silent: true });
    expect((await visit(await consents(STORE))).status).toBe(200);
    await eventually('it is told, and its sale is counted', () => expect([shown('ONE'), shown('TWO')]).toEqual([3, 2]));
    await eventually('the sale is known', async () => expect(await books.entry('TWO')).toMatchObject({ available: 2 }));
    await noneIsPaused();
  });

  it('is repaired by a new installation when the key of its sealed token is lost', async () => {
    await db.collection<{ _id: string }>('connections').updateOne({ _id: ID }, { $set: { 'secrets.keyId': 'lost' } });
    await eventually('it cannot be used', async () => expect(await storeCard()).toMatchObject({ state: 'unusable' }));
    expect((await visit(await consents(STORE, await newState()))).status).toBe(200);
    expect(await storeCard()).toMatchObject({ state: 'ok', publishing: 'live' });
  });

  it('continues by itself once a call succeeds, and receives everything, though no webhook reported the payment', async () => {
    store().suspended = true;
    await eventually('it is paused', async () => expect(await paused()).toHaveLength(1));
    await owner.play(`/${STORE}/stock`, { sku: 'ONE', stock: 50 });
    store().suspended = false;
    await eventually('it is tried again after a while, and shows what is true', async () => {
      const longAgo = { $set: { 'paused.at': new Date(Date.now() - 6 * 60_000) } };
      await db.collection<ConnectionState>('connections').updateOne({ _id: ID, paused: { $exists: true } }, longAgo);
      expect(shown('ONE')).toBe(3);
    });
    await noneIsPaused();
  });

  it('stays connected when a late webhook reports that the app was removed', async () => {
    await owner.play(`/${STORE}/notify`, { event: 'app/uninstalled', times: 2 });
    await eventually('the word was heard', async () =>
      expect((await get('/logs?action=account.uninstalled')).items).toContainEqual(
        expect.objectContaining({ response: { result: 'installed' } }),
      ),
    );
    expect(await get(`/connections/${ID}`)).toMatchObject({ state: 'ok', publishing: 'live' });
    await tells('ONE', 2);
  });

  it('is closed when the app is removed: its token is deleted, nothing is published, and its orders stay', async () => {
    expect((await call.put(`/listings/${ID}/LAMP`, { parts: [{ sku: 'ONE', quantity: 2 }] }, KEY)).status).toBe(200);
    const { id } = await owner.play(`/${STORE}/orders`, { sku: 'TWO', quantity: 1, payment: 'pending' });
    await eventually('the order is reserved', async () =>
      expect((await books.order(String(id))).holds).toHaveLength(1),
    );
    await nothingToTell();
    await owner.play(`/${STORE}/uninstall`);
    await eventually('it is closed', async () => expect((await call.get(`/connections/${ID}`, KEY)).status).toBe(404));
    expect(await storeCard()).toMatchObject({ state: 'uninstalled', connection: ID });
    expect(await state()).not.toHaveProperty('secrets');
    await nothingToTell();
    const before = calls().length;
    await adjust('ONE', 8);
    await nothingToTell();
    expect(calls()).toHaveLength(before);
    expect((await books.order(String(id))).heldSkus).toEqual(['TWO']);
    expect((await post(`/orders/${id as number}/release`, { reason: 'the shop is closed' })).status).toBeLessThan(300);
    await eventually('it is finished', async () => expect((await books.order(String(id))).heldSkus).toEqual([]));
  });

  it('returns under its id with its earlier decisions when it is installed again', async () => {
    const cutover = (await state())?.cutover;
    expect((await visit(await consents(STORE, await newState()))).text).toContain('is back');
    await eventually('it shows what is true', () => expect([shown('ONE'), shown('LAMP')]).toEqual([8, 4]));
    expect(await get(`/connections/${ID}`)).toMatchObject({
      publishing: 'live',
      state: 'ok',
      cutover: cutover?.toISOString(),
    });
    await noneIsPaused();
    await eventually('the listings of the other store were read by themselves', async () =>
      expect(await db.collection('listings').countDocuments({ connection: `tiendanube-${OTHER}` })).toBe(3),
    );
    await eventually('its webhooks are registered anew', () =>
      expect(store().webhooks).toHaveLength(HEARD_EVENTS.length),
    );
  });

  it("obeys the requests about buyers' data, stores nothing of them, and keeps a receipt", async () => {
    const { id } = await owner.play(`/${STORE}/orders`, { sku: 'ONE', quantity: 1, customerId: 77 });
    await eventually('the order is known', async () => expect(await books.order(String(id))).toBeDefined());
    await owner.play(`/${STORE}/privacy`, { topic: 'customers/redact', customerId: 77 });
    await owner.play(`/${STORE}/privacy`, { topic: 'customers/data_request', customerId: 77 });
    const receipts = async () => (await get('/privacy-receipts')).items as Record<string, unknown>[];
    await eventually('there are receipts', async () => expect(await receipts()).toHaveLength(2));
    const of = { connection: ID, ordersNamed: 1, ordersKnown: 1, times: 1 };
    expect(await receipts()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...of, asked: 'customers/redact' }),
        expect.objectContaining({ ...of, asked: 'customers/data_request', request: '456' }),
      ]),
    );
    const person = /cliente-77@|541100000000|20000000001|Cliente De Prueba|Calle Falsa|Springfield/;
    for (const [collection, text] of await books.dump())
      expect([collection, person.exec(text)?.[0]]).toEqual([collection, undefined]);
    expect(await db.collection('logs').countDocuments({ orderIds: String(id) })).toBeGreaterThan(0);
  });

  it('is deleted except for its ledger when its owner has left and requests it', async () => {
    await owner.play(`/${STORE}/uninstall`);
    await eventually('it is closed', async () => expect((await call.get(`/connections/${ID}`, KEY)).status).toBe(404));
    await owner.play(`/${STORE}/privacy`, { topic: 'store/redact' });
    await eventually('there is a receipt', async () =>
      expect((await get('/privacy-receipts')).items).toContainEqual(
        expect.objectContaining({ asked: 'store/redact', removed: expect.objectContaining({ listings: 3 }) as object }),
      ),
    );
    for (const collection of ['listings', 'channel_observations', 'listing_pushes'])
      expect([collection, await db.collection(collection).countDocuments({ connection: ID })]).toEqual([collection, 0]);
    expect((await state())?.settings).toEqual({ storeId: String(STORE) });
    expect(await db.collection('orders').countDocuments({ connection: ID })).toBeGreaterThan(0);
    await noneIsPaused();
    expect(await books.wrongs()).toEqual([]);
  });

  it('is new after that, and begins in shadow under its id when it is installed again', async () => {
    expect((await visit(await consents(STORE))).status).toBe(202);
    expect(await storeCard()).toMatchObject({ state: 'pending' });
    expect((await visit(await consents(STORE, await newState()))).text).toContain(
      'Nothing is written to your account yet',
    );
    expect((await stores()).filter(({ account }) => account === String(STORE))).toMatchObject([
      { connection: ID, state: 'ok', publishing: 'shadow' },
    ]);
    expect(await books.alerts()).toContain(`long_pause ${ID}`);
    await running.app.get(CatalogueService).readNow(ID);
    expect(await db.collection('listings').countDocuments({ connection: ID })).toBe(3);
  });

  it('is answered when it is not connected: what it says is stored nowhere', async () => {
    const body = JSON.stringify({ store_id: 424242, event: 'order/created', id: 1 });
    const signed = (secret: string) => createHmac('sha256', secret).update(body).digest('hex');
    const tell = (digest: string) => call.post('/webhooks/tiendanube', body, { 'x-linkedstore-hmac-sha256': digest });
    expect((await tell(signed('of another app'))).status).toBe(401);
    expect(await tell(signed(APP_SECRET))).toMatchObject({ status: 200, body: { status: 'ignored' } });
    expect((await books.events()).filter(({ connection }) => connection === 'tiendanube-424242')).toEqual([]);
  });

  it('has left no code, state, token or secret in the database, the logs or an answer', async () => {
    const answers = await Promise.all(
      ['/connections', '/connectors/tiendanube/accounts', '/logs?limit=200', '/privacy-receipts'].map(get),
    );
    const kept = [...(await books.dump()).values(), JSON.stringify(answers)].join('\n');
    const { secrets } = owner;
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter((secret) => secret !== '' && kept.includes(secret))).toEqual([]);
  });

  it('comes from the environment when its token is given there, and cannot be changed by request', async () => {
    await running.stop();
    const { token } = store(OTHER);
    await begin({
      TIENDANUBE_STORE_ID: String(OTHER),
      TIENDANUBE_ACCESS_TOKEN: token ?? '',
      PUBLIC_URL: '',
      TIENDANUBE_CONTACT: 'shop@example.com',
    });
    expect(await storeCard(OTHER)).toMatchObject({
      connection: 'tiendanube',
      state: 'ok',
      publishing: 'shadow',
      webhooks: 'polling',
    });
    const page = await visit(await consents(OTHER, await newState()));
    expect(page).toMatchObject({
      status: 409,
      text: expect.stringContaining('described by the environment') as string,
    });
    expect((await post(`/connectors/tiendanube/accounts/${OTHER}/accept`)).status).toBe(409);
    expect((await stores()).map(({ state: one }) => one)).toContain('pending');
  });

  it('cannot be connected while the app is not configured, and the reason is given', async () => {
    await running.stop();
    await begin({ TIENDANUBE_CLIENT_ID: '', CREDENTIALS_KEYS: '' });
    const { status, body } = await post('/connectors/tiendanube/install-links');
    expect([status, body.detail]).toEqual([409, expect.stringMatching(/TIENDANUBE_CLIENT_ID.*CREDENTIALS_KEYS/)]);
    expect((await callback('code=any-code-will-do')).status).toBe(503);
  });
});
