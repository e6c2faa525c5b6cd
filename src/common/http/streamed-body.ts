import { type FastifyInstance, type FastifyReply, type FastifyRequest, errorCodes } from 'fastify';
import { Readable } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Passes the body on as it arrives: any content type, any length, not parsed. */
    streamedBody?: boolean;
  }
}

/** Replaces the content type on such routes, so that all other routes keep refusing types that they do not know. */
const AS_IT_ARRIVES = 'application/x-as-it-arrives';

/** Lets routes receive their body as a stream. Call it before the application is initialised. */
export function streamBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions?.config?.streamedBody)
      request.headers = { ...request.headers, 'content-type': AS_IT_ARRIVES };
    done();
  });
  fastify.addContentTypeParser(AS_IT_ARRIVES, (request, body, done) => {
    if (!request.routeOptions?.config?.streamedBody)
      return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(AS_IT_ARRIVES));
    // Restores the request's own headers.
    request.headers = {};
    done(null, body);
  });
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
