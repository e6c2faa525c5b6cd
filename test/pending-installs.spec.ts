import { randomBytes } from 'node:crypto';
import { stopApp } from '../src/bootstrap.js';
import { InstallsRepository } from '../src/connections/install/installs.repository.js';
import { ownDatabase, runApp, type RunningApp } from './support/running-app.js';

const ARRIVED = { account: '6002', texts: { storeId: '6002', accessToken: 'a-token-that-waits' } };

describe('an account that waits to be accepted', () => {
  let running: RunningApp;
  afterAll(async () => running?.stop());

  it('keeps its token sealed with the newest key, so that the older key can be removed', async () => {
    const MONGODB_URI = ownDatabase('pending');
    const [older, newer] = ['older', 'newer'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
    const start = async (keys: string | undefined) => {
      running = await runApp('pending', { MONGODB_URI, CREDENTIALS_KEYS: keys });
      return running.app.get(InstallsRepository);
    };
    await (await start(older)).keepPending('tiendanube', ARRIVED);
    await stopApp(running.app);
    await start(`${newer},${older}`);
    await stopApp(running.app);
    expect(await (await start(newer)).open('tiendanube', ARRIVED.account)).toEqual(ARRIVED);
    await stopApp(running.app);
    await expect((await start(older)).open('tiendanube', ARRIVED.account)).rejects.toMatchObject({ status: 409 });
  });
});

describe('a link with which an account is connected', () => {
  let running: RunningApp;
  let installs: InstallsRepository;
  beforeAll(async () => {
    running = await runApp('links', { CREDENTIALS_KEYS: `a:${randomBytes(32).toString('base64')}` });
    installs = running.app.get(InstallsRepository);
  });
  afterAll(async () => running?.stop());

  const newState = async () => (await installs.makeLink('tiendanube', 'ops')).state;
  const use = <T>(state: string, work: () => Promise<T>) => installs.use('tiendanube', state, work);
  /** Work that has begun, and ends when it is told to. */
  const slowWork = () => {
    let end = (): void => undefined;
    let begun = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    const work = async () => {
      begun();
      await ended;
      return 'the first';
    };
    return { work, hasBegun, end: () => end() };
  };

  it('still works after a code that was refused, or a platform that was away', async () => {
    const state = await newState();
    for (let tries = 0; tries < 3; tries++)
      await expect(use(state, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await use(state, async () => 'connected')).toEqual({ value: 'connected' });
    expect(await use(state, async () => 'again')).toEqual({ why: 'used' });
    expect(await use('x'.repeat(43), async () => 'unknown')).toEqual({ why: 'unknown' });
    expect(await installs.use('odoo', await newState(), async () => 'of another')).toEqual({ why: 'unknown' });
  });

  it('connects one account where two browsers return with it at the same moment', async () => {
    const state = await newState();
    const { work, hasBegun, end } = slowWork();
    const first = use(state, work);
    await hasBegun;
    expect(await use(state, async () => 'the second')).toEqual({ why: 'inUse' });
    end();
    expect(await first).toEqual({ value: 'the first' });
    expect(await use(state, async () => 'the third')).toEqual({ why: 'used' });
  });

  it('connects one account though the first process slept for longer than its lease', async () => {
    const state = await newState();
    const { work, hasBegun, end } = slowWork();
    const first = use(state, work);
    await hasBegun;
    await running.connection.collection('install_links').updateMany({}, { $unset: { lease: '' } });
    expect(await use(state, async () => 'the second')).toEqual({ value: 'the second' });
    end();
    expect(await first).toEqual({ why: 'used' });
  });
});
