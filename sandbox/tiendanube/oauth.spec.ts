import { startSandbox, type Sandbox } from '../server.js';
import { control } from '../testing/clients.js';
import { tiendanube } from '../testing/tiendanube.js';

interface TokenAnswer {
  access_token?: string;
  token_type?: string;
  scope?: string;
  user_id?: string;
  store_id?: string;
  error?: string;
}

describe('installing an app at the simulated Tiendanube', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ appUrl: 'http://127.0.0.1:9' });
  });
  afterEach(() => sandbox.close());
  const page = (query: string, init: RequestInit = {}) =>
    fetch(`${sandbox.url}/tiendanube/apps/4321/authorize${query}`, { redirect: 'manual', ...init });
  const consent = async (store: number, input: unknown = {}) =>
    (await control<{ code: string; location: string }>(sandbox, 'POST', `/tiendanube/stores/${store}/consent`, input))
      .body;
  const asked = (code: string) => ({
    client_id: '4321',
    client_secret: 'your_tiendanube_client_secret',
    grant_type: 'authorization_code',
    code,
  });
  const exchange = async (body: unknown, query = '', type = 'application/json') => {
    const response = await fetch(`${sandbox.url}/tiendanube/apps/authorize/token${query}`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as TokenAnswer };
  };
  const works = async (store: number, token: string) =>
    (await tiendanube(sandbox, '/store', { store, headers: { Authentication: `bearer ${token}` } })).status === 200;

  it('asks the merchant, and returns with a code and the given state', async () => {
    const shown = await page('?state=s%22%3E1');
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('value="s&quot;&gt;1"');
    const body = new URLSearchParams({ store: '5005', state: 's"&1' });
    const back = await page('', { method: 'POST', body });
    const location = new URL(back.headers.get('location') ?? '');
    expect([back.status, location.origin + location.pathname]).toEqual([302, 'http://127.0.0.1:9/tiendanube/callback']);
    expect(location.searchParams.get('state')).toBe('s"&1');
    expect((await exchange(asked(location.searchParams.get('code') ?? ''))).body.user_id).toBe('5005');
  });

  it('skips the question when the store consented before, and does so for no other app', async () => {
    expect((await page('?store=5001&state=x')).status).toBe(302);
    expect((await page('?store=5005&state=x')).status).toBe(200);
    expect((await fetch(`${sandbox.url}/tiendanube/apps/1/authorize`)).status).toBe(404);
  });

  it('has no state when the merchant began it', async () => {
    expect(new URL((await consent(5005)).location).searchParams.has('state')).toBe(false);
  });

  it('exchanges a code for a token, which ends the earlier one', async () => {
    const { code } = await consent(5001);
    const { status, body } = await exchange(asked(code));
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      scope: expect.stringContaining('write_products') as string,
      user_id: '5001',
    });
    expect([await works(5001, body.access_token ?? ''), await works(5001, 'sandbox-tiendanube-token-5001')]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ['store_id', { store_id: '5001' }],
    ['both', { user_id: '5001', store_id: '5001' }],
  ] as const)('names the store by %s', async (tokenStoreKey, names) => {
    sandbox.settings.tiendanube.tokenStoreKey = tokenStoreKey;
    expect((await exchange(asked((await consent(5001)).code))).body).toMatchObject(names);
  });

  it('accepts a code once, and for five minutes', async () => {
    const { code } = await consent(5001);
    await exchange(asked(code));
    expect((await exchange(asked(code))).body.error).toBe('invalid_grant');
    const late = (await consent(5001)).code;
    const [kept] = sandbox.world.tiendanube.state.codes;
    if (!kept) throw new Error('no code');
    expect(kept.expiresAt - Date.now()).toBeGreaterThan(290_000);
    kept.expiresAt = Date.now();
    expect(await exchange(asked(late))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('accepts the code in the JSON body only', async () => {
    const query = new URLSearchParams(asked((await consent(5001)).code)).toString();
    expect((await exchange({}, `?${query}`)).status).toBe(400);
    expect((await exchange(query, '', 'application/x-www-form-urlencoded')).body.error).toBe('invalid_request');
    expect((await exchange({ ...asked((await consent(5001)).code), client_secret: 'x' })).body.error).toBe(
      'invalid_client',
    );
  });

  it('ends when the merchant removes the app, and begins again with another token', async () => {
    await control(sandbox, 'POST', '/tiendanube/stores/5001/uninstall');
    expect(await works(5001, 'sandbox-tiendanube-token-5001')).toBe(false);
    const { body } = await exchange(asked((await consent(5001)).code));
    expect([await works(5001, body.access_token ?? ''), body.access_token === 'sandbox-tiendanube-token-5001']).toEqual(
      [true, false],
    );
  });

  it('leaves neither code nor secret nor token in the records', async () => {
    const { code } = await consent(5001);
    const { body } = await exchange(asked(code));
    const calls = JSON.stringify(sandbox.world.calls.list());
    for (const secret of [code, 'your_tiendanube_client_secret', body.access_token ?? '?'])
      expect(calls).not.toContain(secret);
  });
});
