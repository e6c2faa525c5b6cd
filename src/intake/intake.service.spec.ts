import { withContext } from '../common/context.js';
import { type ProblemError } from '../common/errors.js';
import { RequestRecord } from '../common/request-record.js';
import { type ConnectionCache } from '../connections/connection-cache.js';
import { type ConnectionSettings } from '../connections/connection-settings.js';
import { type ConnectionsService } from '../connections/connections.service.js';
import { type ChannelConnector, type WebhookRequest } from '../connectors/contract.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { type AdmissionControl } from '../queues/admission-control.service.js';
import { type JobQueue } from '../queues/job-queue.service.js';
import { type WebhookEventsRepository } from '../webhook-events/webhook-events.repository.js';
import { loadConfig } from '../config/app-config.js';
import { IntakeService } from './intake.service.js';

const APP = { token: 'the-address-of-the-app' };

interface Body {
  readonly user: number;
  readonly what: string;
}

/** A marketplace without signatures that sends the webhooks of all its sellers to one address. */
const connector = {
  manifest: { name: 'market', label: 'Market', role: 'channel', webhooks: [], pushBatchSize: 1, pushLimitMs: 1 },
  verify: ({ token }: WebhookRequest, { settings }: { settings: typeof APP }) =>
    token === settings.token ? { authentic: true } : { authentic: false, reason: 'wrong address' },
  decode: (_topic: string, rawBody: Buffer) => {
    const { what } = JSON.parse(rawBody.toString()) as Body;
    return what === 'gone' ? { kind: 'account', what: 'uninstalled' } : { kind: 'orderRef', orderId: what };
  },
  install: {
    accountSetting: 'userId',
    accountOf: ({ rawBody }: WebhookRequest) => String((JSON.parse(rawBody.toString()) as Body).user),
  },
} as unknown as ChannelConnector<never>;

describe('one unsigned route for all accounts', () => {
  const stored: string[] = [];
  const connections = ['7', '8'].map((userId) => ({
    id: `market-${userId}`,
    connector: 'market',
    settings: { ...APP, userId },
  }));
  const intake = new IntakeService(
    {
      installationName: 'here',
      findBySetting: (_connector: string, _setting: string, account: string) =>
        connections.find(({ settings }) => settings.userId === account) ?? null,
    } as unknown as ConnectionCache,
    { appOf: () => APP } as unknown as ConnectionSettings,
    { ofConnector: () => connections, note: () => undefined } as unknown as ConnectionsService,
    new ConnectorRegistry([connector]),
    {
      insert: async ({ connection }: { connection: string }) => {
        stored.push(connection);
        return true;
      },
    } as unknown as WebhookEventsRepository,
    { enqueue: async () => true } as unknown as JobQueue,
    { noteWebhook: () => undefined } as unknown as AdmissionControl,
    loadConfig({}, []),
  );
  const receive = (user: number, what: string, token = APP.token) =>
    intake.receive('market', {
      topic: 'event',
      rawBody: Buffer.from(JSON.stringify({ user, what })),
      headers: {},
      query: {},
      token,
    });
  beforeEach(() => {
    stored.length = 0;
  });

  it('leads to the account that the body names', async () => {
    expect(await receive(8, '17')).toMatchObject({ status: 'accepted' });
    expect(stored).toEqual(['market-8']);
  });

  it('answers for an account that is not connected, and stores nothing', async () => {
    expect(await receive(9, '17')).toEqual({ status: 'ignored' });
    expect(stored).toEqual([]);
  });

  it('stores an event about the whole account', async () => {
    expect(await receive(9, 'gone')).toMatchObject({ status: 'accepted' });
    expect(stored).toEqual(['market-9']);
  });

  it.each([8, 9])('refuses a sender without the address: account %i', async (user) => {
    await expect(receive(user, 'gone', 'guessed')).rejects.toMatchObject({ status: 401 });
    expect(stored).toEqual([]);
  });
});

describe('an unverified sender', () => {
  const failing = { ...connector, verify: () => ({ authentic: false, reason: 'the secret does not match' }) };
  const intakeOf = (connections: readonly { id: string }[]) =>
    new IntakeService(
      { findBySetting: () => null } as unknown as ConnectionCache,
      { appOf: () => null } as unknown as ConnectionSettings,
      {
        ofConnector: () => connections,
        find: (id: string) => connections.find((one) => one.id === id),
      } as unknown as ConnectionsService,
      new ConnectorRegistry([
        {
          ...failing,
          manifest: { ...failing.manifest, webhooks: [{ topic: 'event' }] },
        } as unknown as ChannelConnector<never>,
      ]),
      {} as WebhookEventsRepository,
      {} as JobQueue,
      {} as AdmissionControl,
      loadConfig({}, []),
    );
  const market = { id: 'market', connector: 'market', settings: {} };
  const request = { topic: 'event', rawBody: Buffer.from('{"user":7,"what":"17"}'), headers: {}, query: {} };
  const refusal = async (answer: Promise<unknown>) => {
    const { status, wording } = (await answer.catch((error: unknown) => error)) as ProblemError;
    return { status, wording };
  };

  it('is answered the same whether the connection, its topic or the whole connector is there or not', async () => {
    const [here, away] = [intakeOf([market]), intakeOf([])];
    const answers = await Promise.all([
      refusal(here.receive('market', request)),
      refusal(away.receive('market', request)),
      refusal(here.receiveFor('market', request)),
      refusal(away.receiveFor('market', request)),
      refusal(here.receiveFor('market', { ...request, topic: 'nonsense' })),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({
      status: 401,
      wording: { code: 'problems.unauthenticated.webhook', params: undefined },
    });
  });

  it('fails for the account that it names, whether there is one or not', async () => {
    const failedFor = async (answer: () => Promise<unknown>) => {
      const record = new RequestRecord('id', '203.0.113.7');
      await withContext({ request: record }, () => answer().catch(() => undefined));
      return record.failedFor;
    };
    for (const intake of [intakeOf([market]), intakeOf([])]) {
      expect(await failedFor(() => intake.receive('market', request))).toBe('market/7');
      expect(await failedFor(() => intake.receiveFor('market', request))).toBe('market');
      expect(await failedFor(async () => intake.isAuthentic('market', request))).toBe('market/7');
      expect(await failedFor(() => intake.receiveFor('x'.repeat(500), request))).toHaveLength(200);
    }
  });
});
