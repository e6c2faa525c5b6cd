import Fastify, { type FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { logRequests } from '../common/interceptors/request-log.js';
import { type LogEntry } from '../common/log-sink.js';
import { PROBLEM_CONTENT_TYPE } from '../common/problem.js';
import { FailureLimits, LOGGED_PER_CLIENT, MOST_PER_ACCOUNT, MOST_PER_CLIENT } from './failure-limits.js';
import { FailureTally } from './failure-tally.js';
import { limitFailures } from './limit-failures.js';

describe('requests that fail to authenticate, while Redis is away', () => {
  let redis: Redis;
  let server: FastifyInstance;
  let tally: FailureTally;
  let logs: LogEntry[];
  let counted: number;
  let url: string;

  beforeEach(async () => {
    redis = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
    redis.on('error', () => undefined);
    const limits = new FailureLimits(redis, 'here');
    tally = new FailureTally();
    logs = [];
    counted = 0;
    // The clients are those that a proxy on this machine names.
    server = Fastify({ trustProxy: '127.0.0.1' });
    const count = (client: string, account: string) => {
      counted += 1;
      return limits.count(client, account);
    };
    limitFailures(server, { count }, { note: (client, isBeyond) => tally.add(client, isBeyond) });
    logRequests(server, { write: (entry) => void logs.push(entry) });
    server.get('/guess/:account', (request, reply) => {
      const { account } = request.params as { account: string };
      if (request.logRecord) request.logRecord.failedFor = account;
      return reply.code(401).header('www-authenticate', 'Bearer').send({ no: true });
    });
    server.get('/right', () => ({ yes: true }));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await server.close();
    redis.disconnect();
  });

  const ask = (path: string, client: string, language = 'en') =>
    fetch(`${url}${path}`, { headers: { 'x-forwarded-for': client, 'accept-language': language } });
  async function guess(client: string, account = 'shop'): Promise<number> {
    const { status, body } = await ask(`/guess/${account}`, client);
    await body?.cancel();
    return status;
  }
  async function guesses(times: number, client: string): Promise<void> {
    for (let i = 0; i < times; i += 1) await guess(client);
  }

  it('are answered with 429 once their client has exceeded its limit, in its language', async () => {
    await guesses(MOST_PER_CLIENT - 1, '203.0.113.7');
    expect(await guess('203.0.113.7')).toBe(401);
    const answer = await ask('/guess/shop', '203.0.113.7', 'es');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('content-type')).toContain(PROBLEM_CONTENT_TYPE);
    expect(answer.headers.has('www-authenticate')).toBe(false);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ title: 'Demasiados fallos', status: 429, instance: '/guess/shop' });
    expect(await guess('203.0.113.8')).toBe(401);
  });

  it('share one limit within an IPv6 /64 network', async () => {
    for (let i = 0; i < MOST_PER_CLIENT; i += 1) await guess(`2001:db8::${i.toString(16)}`);
    expect(await guess('2001:db8::ffff')).toBe(429);
  });

  it('are limited for their account, too, whoever sends them', async () => {
    for (let i = 0; i < MOST_PER_ACCOUNT; i += 1) await guess(`198.51.${100 + (i >> 8)}.${i & 255}`);
    expect(await guess('203.0.113.9')).toBe(429);
    expect(await guess('203.0.113.9', 'another')).toBe(401);
  });

  it('are logged with their address, then only counted', async () => {
    await guesses(MOST_PER_CLIENT + 5, '::ffff:203.0.113.7');
    expect(logs).toHaveLength(LOGGED_PER_CLIENT);
    expect(logs[0]?.request).toMatchObject({ client: '203.0.113.7' });
    const count = MOST_PER_CLIENT + 5 - LOGGED_PER_CLIENT;
    expect(tally.take()).toEqual({ count, beyond: 5, clients: [{ client: '203.0.113.7', failures: count }] });
  });

  it('take nothing from a request that proves itself, which is not counted', async () => {
    await guesses(MOST_PER_CLIENT + 1, '203.0.113.7');
    const before = counted;
    const answer = await ask('/right', '203.0.113.7');
    expect(await answer.json()).toEqual({ yes: true });
    expect(counted).toBe(before);
    expect(logs.at(-1)).toMatchObject({ status: 'success' });
    expect(logs.at(-1)?.request).not.toHaveProperty('client');
  });
});
