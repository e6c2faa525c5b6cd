import { HttpService } from '@nestjs/axios';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { AnswerTooLargeError, MAX_ANSWER_BYTES, OutboundService, type OutboundCall } from './outbound.service.js';

/** What the server answers, by path; a body may be larger than it says, or say nothing. */
const BODIES: Readonly<Record<string, Buffer>> = {
  '/allowed': Buffer.alloc(MAX_ANSWER_BYTES, 'x'),
  '/longer': Buffer.alloc(MAX_ANSWER_BYTES + 1, 'x'),
  '/compressed': gzipSync(Buffer.alloc(64 * MAX_ANSWER_BYTES, 'x')),
};

describe('an answer', () => {
  let server: Server;
  const logged: unknown[] = [];
  const outbound = new OutboundService(new HttpService(), {
    write: (log: unknown) => logged.push(log),
  });

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      if (url === '/compressed') response.setHeader('content-encoding', 'gzip');
      response.end(BODIES[url]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = (path: string, more: Partial<OutboundCall> = {}) =>
    outbound.send(
      {
        service: 'odoo',
        action: 'list',
        connection: 'odoo',
        method: 'GET',
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
        timeoutMs: 10_000,
        ...more,
      },
      async () => ({ ok: true }),
    );

  it('has at most one MB, or as much as the caller says', async () => {
    expect((await send('/allowed')).text).toHaveLength(MAX_ANSWER_BYTES);
    expect((await send('/longer', { maxBytes: MAX_ANSWER_BYTES + 1 })).text).toHaveLength(MAX_ANSWER_BYTES + 1);
  });

  it.each(['/longer', '/compressed'])('that has more is refused, and logged as an error: %s', async (path) => {
    logged.length = 0;
    const error: unknown = await send(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AnswerTooLargeError);
    expect(error).toMatchObject({ reason: 'size', reached: true });
    expect(logged).toMatchObject([{ status: 'error' }]);
  });
});
