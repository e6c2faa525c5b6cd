import { type FastifyInstance, type FastifyReply, type FastifyRequest, errorCodes } from 'fastify';
import { Readable } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * How the body reaches the handler. `raw`: its bytes as `request.rawBody`, not parsed. `stream`: as it
     * arrives, of any length. Both take any content type. `long`: JSON with a long list. Absent: JSON.
     */
    body?: 'raw' | 'stream' | 'long';
  }
  interface FastifyRequest {
    rawBody?: Buffer;
  }
}

/** The largest JSON body, in bytes. Counts that are longer come as a file. */
const MAX_JSON_BYTES = 128 * 1024;
/** The largest webhook, and the largest JSON with a long list, in bytes. */
const MAX_LONG_BYTES = 1024 * 1024;

/** Replace the content type on such routes, so that all other routes keep refusing types that they do not know. */
const TYPES = { raw: 'application/x-raw', stream: 'application/x-as-it-arrives' } as const;

/** Lets each route receive its body in the form that it names. Call it before the application is initialised. */
export function receiveBodies(fastify: FastifyInstance): void {
  // Fastify's own parser would take text where only JSON belongs.
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRoute', (route) => {
    const form = route.config?.body;
    route.bodyLimit ??= form === 'raw' || form === 'long' ? MAX_LONG_BYTES : MAX_JSON_BYTES;
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const form = request.routeOptions.config.body;
    if (form === 'raw' || form === 'stream') request.headers = { ...request.headers, 'content-type': TYPES[form] };
    done();
  });
  fastify.addContentTypeParser(TYPES.stream, (request, body, done) => {
    take('stream', request, body, done);
  });
  fastify.addContentTypeParser(TYPES.raw, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    take('raw', request, undefined, done);
  });
}

/** Gives the request its own headers back. */
function take<T>(
  form: 'raw' | 'stream',
  request: FastifyRequest,
  body: T,
  done: (error: Error | null, body?: T) => void,
) {
  if (request.routeOptions.config.body !== form)
    return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(TYPES[form]));
  request.headers = {};
  done(null, body);
}

export function streamedBody({ body }: FastifyRequest): Readable {
  return body instanceof Readable ? body : Readable.from([]);
}

/** The most of a refused body that is still read and dropped. */
const DRAINED_BYTES = 8 * 1024 * 1024;

/**
 * Runs `work`, which reads the body. When it stops early, the rest is read and dropped, so that the sender
 * receives the answer. A very long rest is not awaited: the connection closes with the answer.
 */
export async function drained<T>(request: FastifyRequest, reply: FastifyReply, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const body = streamedBody(request);
    if (body.readable && !(await isSoonOver(body))) void reply.header('connection', 'close');
    throw error;
  }
}

async function isSoonOver(body: Readable): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > DRAINED_BYTES) return false;
    }
    return true;
  } catch {
    // The sender has disconnected.
    return false;
  }
}
