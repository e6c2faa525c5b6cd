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
