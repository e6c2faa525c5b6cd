import { accountFields, accountKinds, readAccount } from './accounts.js';
import { readEnvironment } from './read-environment.js';

const FALABELLA = { userId: 'shop@example.com', apiKey: 'a-real-looking-key' };

describe('the settings of an account', () => {
  it('have the names of the environment, and say what is secret', () => {
    const fields = accountFields('falabella');
    expect(fields.find(({ name }) => name === 'apiKey')).toMatchObject({ secret: true });
    expect(fields.find(({ name }) => name === 'feedBurst')).toMatchObject({ secret: false });
    expect(accountFields('nobody')).toEqual([]);
    for (const connector of accountKinds()) expect(accountFields(connector).some(({ secret }) => secret)).toBe(true);
  });

  it('are read as those of the default account are', () => {
    const { account, problems } = readAccount('falabella', { ...FALABELLA, reserveAt: 'paid', feedBurst: '10' }, null);
    expect(problems).toEqual([]);
    expect(account).toMatchObject({
      settings: { userId: 'shop@example.com', apiKey: 'a-real-looking-key', feeds: { burst: 10 } },
      selling: { reserveAt: 'paid', pushes: 'available' },
    });
    expect(
      readAccount('odoo', { url: 'https://odoo.example.com', db: 'shop', apiKey: 'k' }, null).account?.selling,
    ).toBeNull();
  });

  it('name each field at fault, and no value', () => {
    const { account, problems } = readAccount(
      'falabella',
      { apiKey: 'a-real-looking-key', reserveAt: 'never', shoeSize: '43' },
      null,
    );
    expect(account).toBeNull();
    expect(problems.map(({ field }) => field).sort()).toEqual(['reserveAt', 'shoeSize', 'userId']);
    expect(JSON.stringify(problems)).not.toMatch(/FALABELLA_|a-real-looking-key|never"/);
  });

  it('say which credentials an account needs', () => {
    expect(readAccount('odoo', {}, null).problems).toEqual([
      { field: 'credentials', problem: expect.stringContaining('apiKey') as string },
    ]);
    expect(readAccount('nobody', {}, null).problems[0]?.field).toBe('connector');
  });

  it('of a store of Tiendanube are those of the app, which the environment has, and its own', () => {
    const { values } = readEnvironment({
      TIENDANUBE_CLIENT_ID: '4321',
      TIENDANUBE_CLIENT_SECRET: 'the-secret-of-the-app',
      PUBLIC_URL: 'https://stock.example.com/',
    });
    const store = { storeId: '1234567', accessToken: 'the-token-of-the-store' };
    expect(
      readAccount('tiendanube', { ...store, ignoredStorefronts: 'meli, pos' }, null, values).account,
    ).toMatchObject({
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
    expect(readAccount('tiendanube', store, null).problems.map(({ field }) => field)).toEqual(['contact']);
    expect(readAccount('tiendanube', { storeId: 'x y' }, null, values).problems.map(({ field }) => field)).toContain(
      'storeId',
    );
  });

  it('lead into the sandbox where there is one', () => {
    const { account } = readAccount('falabella', FALABELLA, 'http://127.0.0.1:4010/');
    expect(account?.settings).toMatchObject({ apiUrl: 'http://127.0.0.1:4010/falabella/' });
  });
});
