import { type FastifyInstance } from 'fastify';
import { parseTrustedProxies } from '../config/trusted-proxies.js';
import { httpServer } from './http-server.js';

const NO_LOGS = { write: () => undefined };

describe('the address that a request comes from', () => {
  /** Where a request of this machine comes from, which says that it is forwarded. */
  async function seen(trusted: string, forwarded: string): Promise<string> {
    const adapter = httpServer(trusted === '' ? [] : parseTrustedProxies(trusted), () => NO_LOGS);
    const server = adapter.getInstance<FastifyInstance>();
    server.get('/', ({ ip }) => ip);
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(url, { headers: { 'x-forwarded-for': forwarded } });
    const ip = await answer.text();
    await server.close();
    return ip;
  }

  it('is that of its connection while no proxy is trusted', async () => {
    expect(await seen('', '203.0.113.7')).toBe('127.0.0.1');
    expect(await seen('10.0.0.3', '203.0.113.7')).toBe('127.0.0.1');
  });

  it('is what a trusted proxy says, and never what a client wrote in front of it', async () => {
    expect(await seen('127.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(await seen('127.0.0.0/8,10.0.0.0/24', '203.0.113.7, 10.0.0.9')).toBe('203.0.113.7');
  });
});
