import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { AppConfig, loadConfig } from '../../config/app-config.js';
import { AppConfigModule } from '../../config/config.module.js';
import { MANIFESTS } from '../../connectors/index.js';
import { LogSink } from '../log-sink.js';
import { OutboundModule } from './http.module.js';
import { NoAnswerError, OutboundService } from './outbound.service.js';

@Global()
@Module({ providers: [{ provide: LogSink, useValue: { write: () => undefined } }], exports: [LogSink] })
class NoLogs {}

const PRODUCTION = {
  NODE_ENV: 'production',
  API_KEYS: 'ops:0123456789abcdef',
  FALABELLA_API_KEY: 'k-1234567890',
  FALABELLA_USER_ID: 'seller@example.com',
};

describe('a call to another system', () => {
  /** Counts connections, and redirects to the other one. */
  let server: Server;
  let other: Server;
  let connections = 0;
  let redirected = 0;
  const portOf = (one: Server) => (one.address() as AddressInfo).port;
  let port: number;
  let closed: number;

  beforeAll(async () => {
    other = createServer((_request, response) => {
      redirected += 1;
      response.end('the other one');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const elsewhere = `http://localhost:${portOf(other)}/`;
    server = createServer((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = portOf(server);
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    closed = portOf(free);
    free.close();
  });
  afterAll(() => {
    for (const one of [server, other]) {
      one.closeAllConnections();
      one.close();
    }
  });
  beforeEach(() => {
    connections = 0;
  });

  const outbound = async (env: NodeJS.ProcessEnv | null): Promise<OutboundService> => {
    const config: DynamicModule[] = env ? [AppConfigModule.with(loadConfig(env, MANIFESTS))] : [];
    const module = await Test.createTestingModule({ imports: [NoLogs, ...config, OutboundModule] }).compile();
    if (env) expect(module.get(AppConfig).isProduction).toBe(env.NODE_ENV === 'production');
    return module.get(OutboundService);
  };
  const send = async (service: OutboundService, url: string) => {
    const answer = await service.send(
      {
        service: 'orchestrator',
        action: 'a.test',
        connection: 'test',
        method: 'POST',
        url,
        headers: { authorization: 'Bearer a-secret' },
        body: '{}',
        timeoutMs: 2_000,
      },
      () => ({ ok: true }),
    );
    return answer.status;
  };
  const failure = async (service: OutboundService, url: string) => {
    const error = await send(service, url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoAnswerError);
    const { reason, reached, message } = error as NoAnswerError;
    return { reason, reached, message };
  };

  it('follows no redirect, so that no secret goes where it leads', async () => {
    expect(await send(await outbound(null), `http://127.0.0.1:${port}/`)).toBe(307);
    expect(redirected).toBe(0);
  });

  it('goes into private networks outside production', async () => {
    for (const env of [null, {}]) expect(await send(await outbound(env), `http://localhost:${port}/`)).toBe(307);
  });

  it.each([
    ['an address', (at: number) => `http://127.0.0.1:${at}/`],
    ['an address in another form', (at: number) => `http://2130706433:${at}/`],
    ['a mapped address', (at: number) => `http://[::ffff:127.0.0.1]:${at}/`],
    ['the loopback of IPv6', (at: number) => `http://[::1]:${at}/`],
    ['no address at all', (at: number) => `http://0.0.0.0:${at}/`],
    ['a name that is looked up', (at: number) => `http://localhost:${at}/`],
    ['TLS', (at: number) => `https://127.0.0.1:${at}/`],
    ['TLS and a name', (at: number) => `https://localhost:${at}/`],
  ])('in production reaches no private network by %s, and does not say whether a port is open', async (_what, url) => {
    const service = await outbound(PRODUCTION);
    const answers = [await failure(service, url(port)), await failure(service, url(closed))];
    const refused = {
      reason: 'network',
      reached: false,
      message: expect.stringContaining('ALLOWED_PRIVATE_HOSTS') as string,
    };
    expect(answers).toEqual([refused, refused]);
    expect(answers[0]).toEqual(answers[1]);
    expect(connections).toBe(0);
  });

  it('in production reaches a host that the operator named', async () => {
    for (const [hosts, url] of [
      [`localhost:${port}`, `http://localhost:${port}/`],
      ['127.0.0.1', `http://127.0.0.1:${port}/`],
      // What is named is the address, whatever name leads there.
      [`127.0.0.1:${port}`, `http://localhost:${port}/`],
    ] as const)
      expect(await send(await outbound({ ...PRODUCTION, ALLOWED_PRIVATE_HOSTS: hosts }), url)).toBe(307);
    expect(connections).toBe(3);
    const otherPort = await outbound({ ...PRODUCTION, ALLOWED_PRIVATE_HOSTS: `localhost:${closed}` });
    expect((await failure(otherPort, `http://localhost:${port}/`)).message).toContain('ALLOWED_PRIVATE_HOSTS');
  });

  it('in production reaches the addresses of the environment', async () => {
    const odoo = { ODOO_URL: `https://localhost:${port}`, ODOO_DB: 'shop', ODOO_API_KEY: 'k-1234567890' };
    // It has no TLS: the connection was made.
    expect((await failure(await outbound({ ...PRODUCTION, ...odoo }), odoo.ODOO_URL)).message).not.toContain('ALLOWED');
    expect(connections).toBe(1);
  });
});
