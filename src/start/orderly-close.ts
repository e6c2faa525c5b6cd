import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

declare module 'fastify' {
  interface FastifyInstance {
    /** Stops accepting requests, and waits for those that have arrived whole. */
    closeInOrder(): Promise<void>;
  }
}

/** Connections end by themselves for as long as requests come on them, but not longer than the second figure. */
const QUIET_MS = 200;
const LEAVE_MS = 2_000;
/** Then connections are cut whose request has not arrived whole. */
const ARRIVE_MS = 3_000;

/**
 * Lets the server close without a reset for anybody who sends whole requests: first every answer ends its
 * connection, then nothing is accepted any more, then whoever is still sending is cut off. Call it before
 * the application is initialised.
 */
export function closeInOrder(fastify: FastifyInstance): void {
  const sockets = new Set<Socket>();
  const requests = new Set<FastifyRequest>();
  let isClosing = false;
  let lastRequestAt = 0;
  const forget = (request: FastifyRequest, ...rest: unknown[]) => {
    requests.delete(request);
    (rest.at(-1) as () => void)();
  };

  fastify.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    lastRequestAt = performance.now();
    requests.add(request);
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('onResponse', forget);
  fastify.addHook('onRequestAbort', forget);

  fastify.decorate('closeInOrder', async () => {
    isClosing = true;
    lastRequestAt = performance.now();
    for (const giveUpAt = lastRequestAt + LEAVE_MS; sockets.size > 0; await delay(QUIET_MS / 4)) {
      const now = performance.now();
      if (now - lastRequestAt >= QUIET_MS || now >= giveUpAt) break;
    }
    const cut = setTimeout(() => {
      const whole = new Set([...requests].filter(({ raw }) => raw.complete).map(({ raw }) => raw.socket));
      for (const socket of sockets) if (!whole.has(socket)) socket.destroy();
    }, ARRIVE_MS);
    await fastify.close();
    clearTimeout(cut);
  });
}
