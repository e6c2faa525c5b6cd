import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { MANIFESTS } from '../connectors/index.js';
import { ConfigError, loadConfig as load, type AppConfig } from './app-config.js';
import { secretsOf, variableOf } from './connection-kind.js';
import { VARIABLES } from './variables.js';

const VARIABLES_OF_CONNECTORS = MANIFESTS.flatMap((kind) =>
  Object.keys(kind.settings.fields).map((name) => variableOf(kind, name)),
);
const CREDENTIALS = MANIFESTS.flatMap((kind) => secretsOf(kind).map((name) => variableOf(kind, name)));

const FALABELLA = { FALABELLA_API_KEY: 'k-1234567890', FALABELLA_USER_ID: 'seller@example.com' };
const PRODUCTION = { NODE_ENV: 'production', API_KEYS: 'ops:0123456789abcdef', ...FALABELLA };

const loadConfig = (env: NodeJS.ProcessEnv): AppConfig => load(env, MANIFESTS);
const settingsOf = (env: NodeJS.ProcessEnv, connector: string) => loadConfig(env).connections.get(connector)?.settings;

function problemsOf(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('loadConfig', () => {
  it('accepts an empty environment: development, no account, open API', () => {
    const config = loadConfig({});
    expect(config.values).toMatchObject({ NODE_ENV: 'development', PORT: 3000, PUBLISHING: 'live' });
    expect(config).toMatchObject({ apiKeys: [], isProduction: false });
    expect(config.connections.size).toBe(0);
  });

  it('lists every problem at once', () => {
    const message = problemsOf({
      PORT: 'eighty',
      NODE_ENV: 'staging',
      MONGODB_URI: 'postgres://localhost/x',
      REDIS_URL: 'localhost',
      LOG_TTL_DAYS: '0',
      API_KEYS: 'short:key',
      FALABELLA_API_KEY: 'k-1234567890',
      ODOO_PASSWORD: 'p-1234567890',
    });
    for (const name of 'PORT NODE_ENV MONGODB_URI REDIS_URL LOG_TTL_DAYS API_KEYS FALABELLA_USER_ID ODOO_URL ODOO_DB ODOO_USERNAME'.split(
      ' ',
    ))
      expect(message).toMatch(new RegExp(`^ {2}${name} must be`, 'm'));
  });

  it('never repeats a value, whatever it is and whichever variable holds it', () => {
    const name = fc.constantFrom(...Object.keys(VARIABLES), ...VARIABLES_OF_CONNECTORS);
    fc.assert(
      fc.property(fc.dictionary(name, fc.stringMatching(/^[!-~]{12,40}$/)), (wrong) => {
        const message = problemsOf(wrong);
        for (const value of Object.values(wrong)) expect(message).not.toContain(value);
      }),
    );
  });

  it('points out the address that was once documented for Falabella', () => {
    const message = problemsOf({ FALABELLA_API_URL: 'https://api.falabella.com/v2' });
    expect(message).toContain('FALABELLA_API_URL must not be api.falabella.com');
    expect(message).toContain('https://sellercenter-api.falabella.com/');
  });

  it('lets the placeholders of the example count as not given', () => {
    const config = loadConfig({
      FALABELLA_API_KEY: 'your_falabella_api_key',
      ODOO_PASSWORD: 'your_odoo_password',
      ODOO_URL: 'your_odoo_url',
    });
    expect(config.connections.size).toBe(0);
  });

  it('limits what connections may do only where PUBLISHING is given', () => {
    expect(loadConfig(FALABELLA).publishing).toBe('live');
    expect(loadConfig({ ...FALABELLA, PUBLISHING: 'shadow' }).publishing).toBe('shadow');
  });

  it('requires an Odoo user with a password, and accepts an API key without one', () => {
    const odoo = { ODOO_URL: 'https://odoo.example.com/', ODOO_DB: 'shop' };
    expect(problemsOf({ ...odoo, ODOO_PASSWORD: 'p-1234567890' })).toContain('ODOO_USERNAME must be given');
    expect(settingsOf({ ...odoo, ODOO_API_KEY: 'k-1234567890' }, 'odoo')).toMatchObject({
      url: 'https://odoo.example.com',
      username: null,
    });
  });

  it('refuses an Odoo webhook secret without a way to read Odoo', () => {
    expect(problemsOf({ ODOO_WEBHOOK_SECRET: 's-1234567890' })).toContain('ODOO_API_KEY must be given');
  });
});

describe("an address for Falabella's own webhooks", () => {
  const TOKEN = 'a-token-of-twenty-four-characters';

  it('has a token that cannot be guessed', () => {
    expect(settingsOf({ ...FALABELLA, FALABELLA_WEBHOOK_TOKEN: TOKEN }, 'falabella')).toMatchObject({
      webhookToken: TOKEN,
    });
    for (const weak of ['short', 'with a space in the middle of it', 'order/../../stock-of-all-the-shops'])
      expect(problemsOf({ ...FALABELLA, FALABELLA_WEBHOOK_TOKEN: weak })).toContain(
        'FALABELLA_WEBHOOK_TOKEN must be 24 to 128 letters',
      );
  });

  it('is useless without a way to read the orders', () => {
    expect(problemsOf({ FALABELLA_WEBHOOK_TOKEN: TOKEN })).toContain('FALABELLA_API_KEY must be given');
  });
});

describe('the User-Agent of Falabella', () => {
  it('has three parts unless five are configured, and then needs the business unit', () => {
    expect(settingsOf(FALABELLA, 'falabella')).toMatchObject({ userAgent: { form: 'three' } });
    const five = { ...FALABELLA, FALABELLA_USER_AGENT: 'five' };
    expect(problemsOf(five)).toContain('FALABELLA_BUSINESS_UNIT must be given');
    expect(settingsOf({ ...five, FALABELLA_BUSINESS_UNIT: 'FAPE' }, 'falabella')).toMatchObject({
      userAgent: { form: 'five', businessUnit: 'FAPE' },
    });
  });
});

describe('the sandbox', () => {
  const SANDBOX_URL = 'http://127.0.0.1:3900/';

  it('runs both connectors live against a database of its own', () => {
    const config = loadConfig({ SANDBOX_URL, MONGODB_URI: 'mongodb://localhost:27017/shop', PUBLISHING: 'shadow' });
    expect(config.publishing).toBe('live');
    expect(config.mongoUri).toBe('mongodb://localhost:27017/shop_sandbox');
    expect(config.connections.get('falabella')?.settings).toMatchObject({ apiUrl: 'http://127.0.0.1:3900/falabella/' });
    expect(config.connections.get('odoo')?.settings).toMatchObject({ url: 'http://127.0.0.1:3900/odoo' });
    // Stores are connected by their owners there, too.
    expect([...config.connections.keys()]).toEqual(['falabella', 'odoo']);
  });

  it.each(CREDENTIALS)('never runs beside a real %s', (name) => {
    const message = problemsOf({ SANDBOX_URL, [name]: 'r-1234567890' });
    expect(message).toMatch(new RegExp(`SANDBOX_URL must not be given together with real credentials \\(.*${name}`));
  });

  it('uses two seconds for the real two minutes, unless the interval is set', () => {
    expect(settingsOf({ SANDBOX_URL }, 'falabella')).toMatchObject({ feeds: { intervalMs: 2_000 } });
    expect(settingsOf({ SANDBOX_URL, FALABELLA_FEED_INTERVAL_MS: '0' }, 'falabella')).toMatchObject({
      feeds: { intervalMs: 0 },
    });
    expect(settingsOf(FALABELLA, 'falabella')).toMatchObject({
      feeds: { burst: 50, intervalMs: 120_000, renews: 'daily', urgentAt: 5 },
    });
  });

  it('is refused in production', () => {
    expect(problemsOf({ NODE_ENV: 'production', API_KEYS: 'ops:0123456789abcdef', SANDBOX_URL })).toContain(
      'SANDBOX_URL must not be given in production',
    );
  });
});

describe('production', () => {
  it('accepts real credentials and keys', () => {
    expect(loadConfig(PRODUCTION).isProduction).toBe(true);
  });

  it('refuses the sample values of the example', () => {
    const message = problemsOf({
      ...PRODUCTION,
      FALABELLA_WEBHOOK_SECRET: 'your_webhook_secret',
      API_KEYS: 'your_api_keys',
    });
    expect(message).toContain('FALABELLA_WEBHOOK_SECRET must not be the sample value');
    expect(message).toContain('API_KEYS must not be the sample value');
  });

  it('refuses to run open, and without an account', () => {
    const message = problemsOf({ NODE_ENV: 'production' });
    expect(message).toContain('API_KEYS must be given in production');
    expect(message).toContain(
      'CREDENTIALS_KEYS for connections in the database, or the credentials of a connection, must be given',
    );
  });
});

describe('production, for what is too weak to keep anyone out,', () => {
  const ZERO = Buffer.alloc(32).toString('base64');

  it('lists every secret and every address that is, at once, and repeats none', () => {
    const message = problemsOf({
      NODE_ENV: 'production',
      API_KEYS: 'ops:aaaaaaaaaaaaaaaa,shop:0123456789abcdef,view:abababababababab:read',
      CREDENTIALS_KEYS: `old:${ZERO},new:${randomBytes(32).toString('base64')}`,
      PUBLIC_URL: 'http://stock.example.com',
      ALERT_WEBHOOK_URL: 'http://hooks.example.com/secret',
      FALABELLA_API_URL: 'http://sellercenter-api.falabella.com/',
      FALABELLA_USER_ID: 'seller@example.com',
      FALABELLA_API_KEY: 'k',
      FALABELLA_WEBHOOK_SECRET: 'zzzzzzzzzzzzzzzzzzzz',
      FALABELLA_WEBHOOK_TOKEN: 'tttttttttttttttttttttttttttt',
      ODOO_URL: 'http://odoo.example.com',
      ODOO_DB: 'shop',
      ODOO_USERNAME: 'ops',
      ODOO_PASSWORD: 'admin',
      TIENDANUBE_CLIENT_SECRET: 's',
    });
    const named = [...message.matchAll(/^ {2}(\w+) must/gm)].map(([, variable]) => variable);
    expect(named.sort()).toEqual([
      'ALERT_WEBHOOK_URL',
      'API_KEYS',
      'CREDENTIALS_KEYS',
      'FALABELLA_API_KEY',
      'FALABELLA_API_URL',
      'FALABELLA_WEBHOOK_SECRET',
      'FALABELLA_WEBHOOK_TOKEN',
      'ODOO_PASSWORD',
      'ODOO_URL',
      'PUBLIC_URL',
      'TIENDANUBE_CLIENT_SECRET',
    ]);
    expect(message).toContain('in production: ops, view');
    expect(message).toContain('in production: old');
    expect(message).not.toMatch(/aaaa|zzzz|tttt|example\.com|admin/);
  });

  it.each(CREDENTIALS)('refuses one character as %s', (name) => {
    expect(problemsOf({ ...PRODUCTION, [name]: 'x' })).toMatch(new RegExp(`^ {2}${name} must`, 'm'));
  });

  it('is the only one to refuse it', () => {
    const env = { API_KEYS: 'ops:aaaaaaaaaaaaaaaa', CREDENTIALS_KEYS: `old:${ZERO}`, PUBLIC_URL: 'http://localhost' };
    expect(problemsOf(env)).toBe('');
  });

  it('accepts a host without TLS that ALLOWED_PRIVATE_HOSTS names', () => {
    const odoo = { ODOO_URL: 'http://odoo.internal:8069/', ODOO_DB: 'shop', ODOO_API_KEY: 'k-1234567890' };
    expect(problemsOf({ ...PRODUCTION, ...odoo })).toMatch(/ODOO_URL must begin with https.*ALLOWED_PRIVATE_HOSTS/);
    expect(problemsOf({ ...PRODUCTION, ...odoo, ALLOWED_PRIVATE_HOSTS: 'odoo.internal:80' })).toContain('ODOO_URL');
    const { privateHosts } = loadConfig({ ...PRODUCTION, ...odoo, ALLOWED_PRIVATE_HOSTS: 'odoo.internal:8069' });
    expect([...(privateHosts ?? [])]).toContain('odoo.internal:8069');
    expect(problemsOf({ ALLOWED_PRIVATE_HOSTS: 'http://odoo.internal' })).toContain(
      'ALLOWED_PRIVATE_HOSTS must be hosts',
    );
  });

  it('lets the hosts of the environment be private, and outside production any', () => {
    const odoo = { ODOO_URL: 'https://10.0.0.5', ODOO_DB: 'shop', ODOO_API_KEY: 'k-1234567890' };
    const hook = { ALERT_WEBHOOK_URL: 'https://hooks.internal:8443/x' };
    const { privateHosts } = loadConfig({ ...PRODUCTION, ...odoo, ...hook });
    expect([...(privateHosts ?? [])].sort()).toEqual(['10.0.0.5:443', 'hooks.internal:8443']);
    expect(loadConfig({ ...odoo }).privateHosts).toBeNull();
  });
});

describe('the address to listen on', () => {
  it('is this machine only while the API is open, and every address once it has keys', () => {
    expect(loadConfig({}).host).toBe('localhost');
    expect(loadConfig({ API_KEYS: 'ops:0123456789abcdef' }).host).toBe('0.0.0.0');
    expect(loadConfig({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });
});
