import { randomBytes } from 'node:crypto';
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

/** Every address of every kind, with each secret that is sent there. */
const SENT = MANIFESTS.flatMap(({ name, settings: { fields } }) =>
  Object.entries(fields).flatMap(([secret, setting]) =>
    (setting.secret?.sentTo ?? []).map((address) => ({
      name,
      address,
      secret,
      isShared: fields[address]?.shared === true && setting.shared === true,
    })),
  ),
);
/** A connection of each kind with all the secrets that it can have. */
const FULL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  falabella: { ...FALABELLA, webhookToken: 'a-token-of-twenty-four-characters', webhookSecret: 'what-webhooks-carry' },
  odoo: {
    url: 'https://odoo.example.com',
    db: 'shop',
    username: 'ops',
    password: 'the-password-of-ops',
    apiKey: 'the-key-of-the-user',
  },
  tiendanube: { storeId: '1234567', accessToken: 'the-token-of-the-store', contact: 'ops@example.com' },
};

describe('the secrets of a stored connection', () => {
  const ELSEWHERE = 'https://elsewhere.example/';
  const full = (name: string) => FULL[name] ?? {};
  const fieldsOf = ({ problems }: ReturnType<ConnectionKinds['check']>) => problems.map(({ field }) => field);

  it.each(SENT.filter(({ isShared }) => !isShared))(
    'stay where they were given for: $secret of $name at another $address',
    ({ name, address, secret }) => {
      const sent = SENT.filter((one) => one.name === name && one.address === address).map((one) => one.secret);
      const all = Object.fromEntries(sent.map((one) => [one, full(name)[one] ?? '']));
      const asked = (change: Record<string, string | null>) => kinds.checkChange(name, full(name), change);
      expect(full(name)[secret]).toBeDefined();
      const others = Object.fromEntries(Object.entries(all).filter(([one]) => one !== secret));
      const refused = asked({ ...others, [address]: ELSEWHERE });
      expect(fieldsOf(refused)).toEqual([secret]);
      expect(refused.problems[0]?.problem).toContain(`must be given again: ${address} leads elsewhere`);
      expect(asked({ ...all, [address]: ELSEWHERE }).connection).not.toBeNull();
    },
  );

  it.each([
    ['another path', 'https://odoo.example.com/odoo', []],
    ['the default port, written out', 'https://odoo.example.com:443', []],
    ['another port', 'https://odoo.example.com:8443', ['password', 'apiKey']],
    ['no TLS', 'http://odoo.example.com', ['password', 'apiKey']],
    ['a host below it', 'https://odoo.example.com.elsewhere.example', ['password', 'apiKey']],
  ])('are kept by the origin alone: %s', (_what, url, fields) => {
    expect(fieldsOf(kinds.checkChange('odoo', full('odoo'), { url }))).toEqual(fields);
  });

  it('do not follow an address back to its default, and may be left out with it', () => {
    const own = { ...full('falabella'), apiUrl: ELSEWHERE };
    expect(fieldsOf(kinds.checkChange('falabella', own, { apiUrl: null }))).toEqual(['apiKey', 'webhookToken']);
    const change = { apiUrl: null, webhookToken: null, apiKey: 'another-real-looking-key' };
    expect(kinds.checkChange('falabella', own, change).connection).not.toBeNull();
    const other = { webhookToken: 'changeme', apiKey: 'another-real-looking-key', apiUrl: null };
    expect(kinds.checkChange('falabella', own, other).connection).not.toBeNull();
  });

  it.each(SENT.filter(({ isShared }) => isShared))(
    'of all connections of a kind go to the address of the environment alone: $address of $name',
    ({ name, address, secret }) => {
      const env = kindsOf({ TIENDANUBE_CLIENT_ID: '4321', TIENDANUBE_CLIENT_SECRET: 'the-secret-of-the-app' });
      for (const given of [{}, { [secret]: 'a-secret-of-its-own' }]) {
        const answer = env.check(name, { ...full(name), ...given, [address]: ELSEWHERE });
        expect(answer).toMatchObject({ connection: null, problems: [{ field: address }] });
      }
      expect(env.check(name, full(name)).connection).not.toBeNull();
    },
  );

  it('include one of each way for these checks', () => {
    expect(new Set(SENT.map(({ isShared }) => isShared)).size).toBe(2);
  });

  it('that the platform itself gave go to the platform: every address takes its default', () => {
    expect(kinds.withoutAddresses('tiendanube')).toEqual({ apiUrl: null, authUrl: null });
    expect(kinds.withoutAddresses('nobody')).toEqual({});
  });
});

describe('in production, a connection', () => {
  const production = (env: NodeJS.ProcessEnv = {}) =>
    kindsOf({
      NODE_ENV: 'production',
      API_KEYS: 'ops:0123456789abcdef',
      CREDENTIALS_KEYS: `a:${randomBytes(32).toString('base64')}`,
      ...env,
    });
  const ODOO = { url: 'https://odoo.example.com', db: 'shop', apiKey: 'the-key-of-the-user' };
  const problemsOf = (texts: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}) =>
    production(env).check('odoo', { ...ODOO, ...texts }).problems;

  it.each([
    ['a secret of one character', { apiKey: 'k' }, 'apiKey'],
    ['a repeated letter', { apiKey: 'kkkkkkkkkkkkkkkkkkkkkkkk' }, 'apiKey'],
    ['a short proof of its webhooks', { webhookSecret: 'abcdefghijklmno' }, 'webhookSecret'],
    ['no TLS', { url: 'http://odoo.example.com' }, 'url'],
    ['this machine', { url: 'https://127.0.0.1:8069' }, 'url'],
    ['this machine as one number', { url: 'https://2130706433' }, 'url'],
    ['a mapped address', { url: 'https://[::ffff:10.0.0.5]' }, 'url'],
    ['the metadata of a cloud', { url: 'https://169.254.169.254/latest' }, 'url'],
  ])('is refused with %s', (_what, texts, field) => {
    expect(problemsOf(texts).map((problem) => problem.field)).toEqual([field]);
    expect(kinds.check('odoo', { ...ODOO, ...texts }).problems).toEqual([]);
  });

  it('is accepted as it should be', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('that was stored before, and leads into a private network, is not used until its host is named', () => {
    const stored = { ...ODOO, url: 'http://10.0.0.5:8069', apiKey: 'kk' };
    expect(production().readStored('odoo', stored).problems).toEqual([
      { field: 'url', problem: expect.stringContaining('ALLOWED_PRIVATE_HOSTS') as string },
    ]);
    const named = production({ ALLOWED_PRIVATE_HOSTS: '10.0.0.5' });
    expect(named.readStored('odoo', stored).connection).not.toBeNull();
    expect(kinds.readStored('odoo', stored).connection).not.toBeNull();
  });

  it('may be in a private network where the operator named its host', () => {
    const texts = { url: 'http://10.0.0.5:8069' };
    expect(problemsOf(texts)[0]?.problem).toContain('ALLOWED_PRIVATE_HOSTS');
    expect(problemsOf(texts, { ALLOWED_PRIVATE_HOSTS: '10.0.0.5:8069' })).toEqual([]);
    expect(problemsOf(texts, { ALLOWED_PRIVATE_HOSTS: '10.0.0.5:8070' })).toHaveLength(1);
    const ofEnvironment = { ODOO_URL: 'https://10.0.0.5:8443', ODOO_DB: 'shop', ODOO_API_KEY: 'the-key-of-the-user' };
    expect(problemsOf({ url: 'https://10.0.0.5:8443' }, ofEnvironment)).toEqual([]);
    expect(problemsOf({ url: 'https://10.0.0.5' }, ofEnvironment)).toHaveLength(1);
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
    for (const apiUrl of ['', 'your_api_url', 'changeme'])
      expect(sandbox.check('falabella', { ...FALABELLA, apiUrl }).connection).not.toBeNull();
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
