import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { startSandbox, type Sandbox } from '../sandbox/server.js';
import { setLeaseTtlMs } from '../src/common/lease-times.js';
import { TargetNumbers } from '../src/publishing/target-numbers.service.js';
import { Caller } from './support/caller.js';
import { runApp, type RunningApp } from './support/running-app.js';
import { eventually } from './support/wait.js';

const LEASE_TTL_MS = 1_500;
/** The numbers of all listings take longer than a push holds its lease; those of a quarter do not. */
const READ_MS = 20;

/** On a busy machine a process may lose its lease before it has read what it wants to push. */
describe('numbers that are read more slowly than a lease lasts', () => {
  let sandbox: Sandbox;
  let running: RunningApp;
  let call: Caller;

  beforeAll(async () => {
    setLeaseTtlMs(LEASE_TTL_MS);
    sandbox = await startSandbox({
      settings: { falabella: { feedDurationMs: 50, feedLimit: false } },
      say: () => undefined,
    });
    running = await runApp('slow_numbers', {
      CREDENTIALS_KEYS: `test:${randomBytes(32).toString('base64')}`,
      SWEEP_INTERVAL_MS: '250',
    });
    call = new Caller(running.url);
    await made('/connections', {
      connector: 'odoo',
      id: 'bodega',
      settings: { url: `${sandbox.url}/odoo`, db: 'sandbox' },
      credentials: { apiKey: 'sandbox-odoo-key' },
    });
    await made('/connections', {
      connector: 'falabella',
      id: 'chile',
      settings: {
        apiUrl: `${sandbox.url}/falabella/`,
        userId: 'sandbox@example.com',
        feedIntervalMs: 0,
        pushIntervalMs: 0,
      },
      credentials: { apiKey: 'sandbox-falabella-key' },
    });
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await running?.stop();
    await sandbox?.close();
    setLeaseTtlMs(10_000);
  });

  const made = async (path: string, body: object) => expect(await call.post(path, body)).toMatchObject({ status: 201 });
  const shown = () => sandbox.state().falabella.stock.filter(({ available }) => available !== 0).length;

  it('are pushed all the same, fewer at a time', async () => {
    await eventually('the catalogue is read', async () =>
      expect(await running.connection.collection('listings').countDocuments()).toBe(
        sandbox.state().falabella.stock.length,
      ),
    );
    for (const id of ['bodega', 'chile'])
      await eventually(`${id} is live`, async () =>
        expect(await call.post(`/connections/${id}/go-live`, { openOrders: 'counted' })).toMatchObject({ status: 200 }),
      );
    expect(shown()).toBeGreaterThan(LEASE_TTL_MS / 4 / READ_MS);
    const numbers = running.app.get(TargetNumbers);
    const read = numbers.of.bind(numbers);
    jest.spyOn(numbers, 'of').mockImplementation(async (connection, listings) => {
      const found = await read(connection, listings);
      const end = performance.now() + READ_MS * listings.length;
      while (performance.now() < end);
      return found;
    });
    expect(await call.post('/connections/chile/stop-selling', {})).toMatchObject({ status: 200 });
    await eventually('nothing is for sale', () => expect(shown()).toBe(0), { withinMs: 60_000 });
  });
});
