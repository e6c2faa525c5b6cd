import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

declare module 'fastify' {
  interface FastifyInstance {
    /** Stops accepting requests, and waits for those that have arrived whole. */
    closeInOrder(): Promise<void>;
  }
}

/** In milliseconds, each from the beginning of the close unless it says otherwise. */
const TIMES = {
  /** The server goes on to accept requests until none has come for so long. */
  quiet: 200,
  /** It accepts none after this, however many still come. */
  leave: 2_000,
  /** After accepting ended: connections whose request has not arrived whole are cut. */
  arrive: 3_000,
  /** All connections are cut, also those of slow readers, so that the rest of the program ends in order. */
  end: 10_000,
};

/**
 * Lets the server close without a reset for anybody who sends whole requests and reads the answers: first every
 * answer ends its connection, then nothing is accepted any more, then whoever is still sending is cut off, and
 * at last everybody. Call it before the application is initialised.
 */
export function closeInOrder(fastify: FastifyInstance, times = TIMES): void {
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
    const startedAt = lastRequestAt;
    const cutAll = setTimeout(() => sockets.forEach((socket) => socket.destroy()), times.end);
    // The server would take a connection for idle whose answer is on its way, and reset it.
    const isSending = () => [...sockets].some(({ writableLength }) => writableLength > 0);
    for (; sockets.size > 0; await delay(times.quiet / 4)) {
      const now = performance.now();
      const isQuiet = now - lastRequestAt >= times.quiet || now - startedAt >= times.leave;
      if (isQuiet && !isSending()) break;
    }
    const cut = setTimeout(() => {
      const whole = new Set([...requests].filter(({ raw }) => raw.complete).map(({ raw }) => raw.socket));
      for (const socket of sockets) if (!whole.has(socket)) socket.destroy();
    }, times.arrive);
    await fastify.close();
    for (const timer of [cut, cutAll]) clearTimeout(timer);
  });
}
