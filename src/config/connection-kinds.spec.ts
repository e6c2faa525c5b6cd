import { MANIFESTS } from '../connectors/index.js';
import { loadConfig } from './app-config.js';
import { type ConnectionKinds } from './connection-kinds.js';

const FALABELLA = { userId: 'shop@example.com', apiKey: 'a-real-looking-key' };
const SANDBOX_URL = 'http://127.0.0.1:4010/';

const kindsOf = (env: NodeJS.ProcessEnv): ConnectionKinds => loadConfig(env, MANIFESTS).kinds;
const kinds = kindsOf({});

describe('the settings of a connection', () => {
  it('have the names of the environment, and mark secret ones', () => {
    const fields = kinds.fieldsOf('falabella');
    expect(fields.find(({ name }) => name === 'apiKey')).toMatchObject({ secret: true });
    expect(fields.find(({ name }) => name === 'feedBurst')).toMatchObject({ secret: false });
    expect(kinds.fieldsOf('nobody')).toEqual([]);
    for (const connector of kinds.names) expect(kinds.secretsOf(connector).size).toBeGreaterThan(0);
  });

  it('explain themselves by the names of settings, without braces', () => {
    const docs = kinds.names.flatMap((connector) => kinds.fieldsOf(connector).map(({ doc }) => doc));
    expect(docs.filter((doc) => /[{}]/.test(doc))).toEqual([]);
    expect(docs.some((doc) => doc.includes('PROPIA and businessUnit'))).toBe(true);
  });

  it('name an address for each place that a secret is sent to', () => {
    for (const { settings } of MANIFESTS)
      for (const { secret } of Object.values(settings.fields))
        for (const target of secret?.sentTo ?? []) expect(settings.fields[target]).toMatchObject({ address: true });
  });

  it('are checked like those of the environment', () => {
    const { connection, problems } = kinds.read('falabella', { ...FALABELLA, reserveAt: 'paid', feedBurst: '10' });
    expect(problems).toEqual([]);
    expect(connection).toMatchObject({
      settings: { userId: 'shop@example.com', apiKey: 'a-real-looking-key', feeds: { burst: 10 } },
      selling: { reserveAt: 'paid', pushes: 'available' },
    });
    const odoo = { url: 'https://odoo.example.com', db: 'shop', apiKey: 'k' };
    expect(kinds.read('odoo', odoo).connection?.selling).toBeNull();
  });

  it('take from the environment only what all connections of a kind share', () => {
    const other = kindsOf({ FALABELLA_API_KEY: 'k', FALABELLA_USER_ID: 'x@example.com', FALABELLA_FEED_BURST: '7' });
    expect(other.read('falabella', FALABELLA).connection?.settings).toMatchObject({
      ...FALABELLA,
      feeds: { burst: 50 },
    });
    expect(other.read('falabella', {}).connection).toBeNull();
  });

  it('name each field at fault, and no value', () => {
    const { connection, problems } = kinds.read('falabella', {
      apiKey: 'a-real-looking-key',
      reserveAt: 'never',
      shoeSize: '43',
    });
    expect(connection).toBeNull();
    expect(problems.map(({ field }) => field).sort()).toEqual(['reserveAt', 'shoeSize', 'userId']);
    expect(JSON.stringify(problems)).not.toMatch(/FALABELLA_|a-real-looking-key|never"|\{apiKey\}/);
    expect(kinds.read('falabella', { constructor: 'x', ...FALABELLA }).connection).toBeNull();
  });

  it('say which credentials a connection needs', () => {
    expect(kinds.read('odoo', {}).problems).toEqual([
      { field: 'credentials', problem: expect.stringContaining('apiKey') as string },
    ]);
    expect(kinds.read('nobody', {}).problems[0]?.field).toBe('connector');
  });

  it('of a store of Tiendanube are those of the app, from the environment, and its own', () => {
    const withApp = kindsOf({
      TIENDANUBE_CLIENT_ID: '4321',
      TIENDANUBE_CLIENT_SECRET: 'the-secret-of-the-app',
      PUBLIC_URL: 'https://stock.example.com/',
    });
    const store = { storeId: '1234567', accessToken: 'the-token-of-the-store' };
    expect(withApp.read('tiendanube', { ...store, ignoredStorefronts: 'meli, pos' }).connection).toMatchObject({
      settings: {
        ...store,
        apiUrl: 'https://api.tiendanube.com',
        clientId: '4321',
        clientSecret: 'the-secret-of-the-app',
        publicUrl: 'https://stock.example.com',
        userAgent: 'stock-orchestrator (https://stock.example.com/)',
        ignoredStorefronts: ['meli', 'pos'],
      },
      selling: { reserveAt: 'created', deliverAt: 'paid', pushes: 'available' },
    });
    expect(withApp.appOf('tiendanube')).toEqual({
      authUrl: 'https://www.tiendanube.com',
      clientId: '4321',
      clientSecret: 'the-secret-of-the-app',
      userAgent: 'stock-orchestrator (https://stock.example.com/)',
      publicUrl: 'https://stock.example.com',
    });
    expect(withApp.appOf('falabella')).toBeNull();
    expect(kinds.read('tiendanube', store).problems.map(({ field }) => field)).toEqual(['contact']);
    expect(withApp.read('tiendanube', { storeId: 'x y' }).problems.map(({ field }) => field)).toContain('storeId');
  });

  it('still contain the selling rules after the credentials are erased', () => {
    expect(kinds.sellingOf('falabella', { userId: FALABELLA.userId, reserveAt: 'paid' })).toMatchObject({
      reserveAt: 'paid',
    });
    expect(kinds.sellingOf('nobody', {})).toBeNull();
  });
});

describe('in the sandbox, a connection', () => {
  const sandbox = kindsOf({ SANDBOX_URL });

  it('uses addresses inside the sandbox', () => {
    expect(sandbox.read('falabella', FALABELLA).connection?.settings).toMatchObject({
      apiUrl: 'http://127.0.0.1:4010/falabella/',
    });
    expect(sandbox.appOf('tiendanube')).toMatchObject({
      authUrl: 'http://127.0.0.1:4010/tiendanube',
      clientId: '4321',
      clientSecret: 'your_tiendanube_client_secret',
    });
  });

  it('may not use addresses outside it', () => {
    const outside = { ...FALABELLA, apiUrl: 'https://sellercenter-api.falabella.com/' };
    expect(sandbox.check('falabella', outside)).toEqual({
      connection: null,
      problems: [{ field: 'apiUrl', problem: 'must be left out: the sandbox never runs beside a real account' }],
    });
    expect(sandbox.check('falabella', { ...FALABELLA, apiUrl: `${SANDBOX_URL}other/` }).connection).not.toBeNull();
    expect(kinds.check('falabella', outside).connection).not.toBeNull();
  });

  it.each(['http://127.0.0.1:4010@elsewhere.example/', 'http://127.0.0.1:40100/', 'http://127.0.0.1:4010.example/'])(
    'may not use an address that only begins like it: %s',
    (apiUrl) => {
      expect(sandbox.check('falabella', { ...FALABELLA, apiUrl })).toMatchObject({
        connection: null,
        problems: [{ field: 'apiUrl' }],
      });
    },
  );
});
