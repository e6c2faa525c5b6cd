import { randomBytes } from 'node:crypto';
import { getConnectionToken } from '@nestjs/mongoose';
import { type Connection as Database } from 'mongoose';
import { ConnectionCache } from '../src/connections/connection-cache.js';
import { ConnectionChanges } from '../src/connections/connection-changes.service.js';
import { ConnectionSettings } from '../src/connections/connection-settings.js';
import { type ConnectionState } from '../src/connections/connection.schema.js';
import { ConnectionsRepository } from '../src/connections/connections.repository.js';
import { ConnectionsService } from '../src/connections/connections.service.js';
import { CredentialRenewal } from '../src/connections/credential-renewal.service.js';
import { type Connection } from '../src/connectors/contract.js';
import { ConnectorRegistry } from '../src/connectors/registry.js';
import { type Renewal } from '../src/connectors/renew-credentials.js';
import { FailurePolicy } from '../src/outages/failure-policy.service.js';
import { Books } from './support/books.js';
import { runApp, type RunningApp } from './support/running-app.js';
import { eventually } from './support/wait.js';

import.meta.jest.setTimeout(90_000);

const ID = 'tiendanube-7001';
const TEXTS = { storeId: '7001', accessToken: 'token-0' };

interface Settings {
  readonly accessToken: string;
}

/** A platform of which each token is good for one renewal. */
class Platform {
  renewals = 0;
  refused = 0;
  private readonly spent = new Set<string>();

  renewal(ended: string, onAnswer: () => Promise<unknown> = async () => undefined): Renewal<Settings> {
    return {
      isDue: ({ accessToken }) => accessToken === ended,
      refresh: async ({ accessToken }) => {
        if (this.spent.has(accessToken)) {
          this.refused += 1;
          throw new Error('invalid_grant');
        }
        this.spent.add(accessToken);
        this.renewals += 1;
        const next = `token-${this.renewals}`;
        await onAnswer();
        return { accessToken: next };
      },
    };
  }
}

describe('credentials that work once', () => {
  let running: RunningApp;
  let platform: Platform;
  let first: CredentialRenewal;
  let second: CredentialRenewal;
  let connection: Connection<Settings>;
  let books: Books;

  beforeAll(async () => {
    running = await runApp('renewal', {
      CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`,
      TIENDANUBE_API_URL: 'http://127.0.0.1:9',
      TIENDANUBE_CONTACT: 'shop@example.com',
      ORDER_POLL_INTERVAL_MS: '3600000',
      LEASE_TTL_MS: '1500',
    });
    const { app } = running;
    const db = running.connection.db;
    if (!db) throw new Error('there is no database');
    books = new Books(db);
    first = app.get(CredentialRenewal);
    const repository = app.get(ConnectionsRepository);
    const settings = app.get(ConnectionSettings);
    const cache = new ConnectionCache(repository, settings, app.get<Database>(getConnectionToken()));
    second = new CredentialRenewal(repository, settings, cache);
    await app.get(ConnectionChanges).create(ID, 'tiendanube', ID, TEXTS);
    connection = app.get(ConnectionsService).find(ID) as Connection<Settings>;
  });
  beforeEach(async () => {
    platform = new Platform();
    await running.app.get(ConnectionChanges).change(ID, { texts: { accessToken: 'token-0' } });
  });
  afterAll(async () => running?.stop());

  const states = () => running.connection.collection<ConnectionState>('connections');
  const stored = async () => {
    await running.app.get(ConnectionCache).refresh();
    return (running.app.get(ConnectionsService).find(ID)?.settings as Settings).accessToken;
  };
  const ask = (renewal: Renewal<Settings>) => [
    first.renew(connection, renewal),
    second.renew(connection, renewal),
    first.renew(connection, renewal),
  ];

  it('are renewed once by several processes, and all of them go on with the same', async () => {
    const got = await Promise.all(ask(platform.renewal('token-0', () => new Promise((done) => setTimeout(done, 300)))));
    expect(got.map(({ accessToken }) => accessToken)).toEqual(['token-1', 'token-1', 'token-1']);
    expect([platform.renewals, platform.refused, await stored()]).toEqual([1, 0, 'token-1']);
  });

  it('are not renewed where another process did so before', async () => {
    await first.renew(connection, platform.renewal('token-0'));
    expect((await second.renew(connection, platform.renewal('token-0'))).accessToken).toBe('token-1');
    expect(platform.renewals).toBe(1);
  });

  it('give way to those of a new installation that came meanwhile', async () => {
    const install = () => running.app.get(ConnectionChanges).change(ID, { texts: { accessToken: 'installed' } });
    expect((await first.renew(connection, platform.renewal('token-0', install))).accessToken).toBe('installed');
    expect(await stored()).toBe('installed');
  });

  it('are those of the faster process where one is refused because it slept', async () => {
    const sleeper = platform.renewal('token-0');
    const refused: Renewal<Settings> = {
      ...sleeper,
      refresh: async (settings) => {
        await states().updateOne({ _id: ID }, { $unset: { 'leases.credentials': '' } });
        await second.renew(connection, platform.renewal('token-0'));
        return sleeper.refresh(settings);
      },
    };
    expect((await first.renew(connection, refused)).accessToken).toBe('token-1');
    expect([platform.renewals, platform.refused]).toEqual([1, 1]);
  });

  it('are tried again after an outage, and not before the lease of a process that died has ended', async () => {
    const away: Renewal<Settings> = { isDue: () => true, refresh: () => Promise.reject(new Error('no answer')) };
    await expect(first.renew(connection, away)).rejects.toThrow('no answer');
    const until = new Date(Date.now() + 1_000);
    await states().updateOne({ _id: ID }, { $set: { 'leases.credentials': { owner: 'dead', until } } });
    expect((await second.renew(connection, platform.renewal('token-0'))).accessToken).toBe('token-1');
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
  });

  it('are lost with a process that dies before it stores them: one alert, and no further attempt until a new installation', async () => {
    const { app } = running;
    const death = platform.renewal('token-0', () => Promise.reject(new Error('the process died')));
    await expect(first.renew(connection, death)).rejects.toThrow('died');
    const reason = 'its refresh token is spent: install the app again';
    const connector = app.get(ConnectorRegistry).named('tiendanube');
    import.meta.jest.spyOn(connector, 'classify').mockReturnValue({ do: 'pause', reason, final: true });
    // Long after the last renewal, so that the refusal is no echo of it.
    await states().updateOne({ _id: ID }, { $set: { renewedAt: new Date(Date.now() - 3_600_000) } });
    const error: unknown = await second.renew(connection, platform.renewal('token-0')).catch((one: unknown) => one);
    await app.get(FailurePolicy).decide(ID, error);
    expect(platform.refused).toBe(1);
    await eventually('there is one alert', async () =>
      expect((await books.alerts()).filter((one) => one.startsWith('connection_paused'))).toEqual([
        `connection_paused ${ID}`,
      ]),
    );
    const inADay = new Date(Date.now() + 86_400_000);
    expect(await app.get(ConnectionsService).blockedUntil(ID, inADay)).toBe('paused');
    await app.get(ConnectionChanges).change(ID, { texts: { accessToken: 'installed' } });
    expect(await app.get(ConnectionsService).blockedUntil(ID)).toBeNull();
  });
});
