import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { closeInOrder } from './orderly-close.js';

const BYTES = 20 * 1024 * 1024;

describe('an orderly close', () => {
  let server: FastifyInstance;

  const serve = async (times?: Parameters<typeof closeInOrder>[1]) => {
    server = fastify();
    closeInOrder(server, times);
    server.get('/long', () => Buffer.alloc(BYTES));
    await server.listen({ port: 0, host: '127.0.0.1' });
  };
  /** Has asked, and reads nothing yet. */
  const asking = async (): Promise<Socket> => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET /long HTTP/1.1\r\nHost: here\r\n\r\n');
    await delay(100);
    return socket;
  };

  it('waits until an answer that is on its way was read', async () => {
    await serve();
    const socket = await asking();
    const closed = server.closeInOrder();
    await delay(500);
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length)).resume();
    await Promise.all([once(socket, 'close'), closed]);
    expect(bytes).toBeGreaterThan(BYTES);
  });

  it('does not wait for ever for a reader who reads nothing', async () => {
    await serve({ quiet: 10, leave: 20, arrive: 50, end: 300 });
    const socket = await asking();
    socket.on('error', () => undefined);
    await server.closeInOrder();
    socket.destroy();
  });
});
