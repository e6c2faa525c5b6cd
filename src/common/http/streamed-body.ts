import { type FastifyInstance, type FastifyReply, type FastifyRequest, errorCodes } from 'fastify';
import { Readable } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is handed on as it arrives: of any content type, of any length, and not parsed. */
    streamedBody?: boolean;
  }
}

/** Stands for whatever content type came to such a route: the others go on refusing what they do not know. */
const AS_IT_ARRIVES = 'application/x-as-it-arrives';

/** So that routes may ask for their body as a stream. To be called before the application is initialised. */
export function streamBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions?.config?.streamedBody)
      request.headers = { ...request.headers, 'content-type': AS_IT_ARRIVES };
    done();
  });
  fastify.addContentTypeParser(AS_IT_ARRIVES, (request, body, done) => {
    if (!request.routeOptions?.config?.streamedBody)
      return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(AS_IT_ARRIVES));
    // From here on the request says again what came.
    request.headers = {};
    done(null, body);
  });
}

/** The body of such a route. */
export function streamedBody({ body }: FastifyRequest): Readable {
  return body instanceof Readable ? body : Readable.from([]);
}

/** How much of a refused body is still read, and thrown away. */
const DRAINED_BYTES = 8 * 1024 * 1024;

/**
 * Does `work`, which reads the body. Where it stops early the rest is read and thrown away, so that the sender comes to hear why; a very long rest
 * is not waited for: the connection ends with the answer.
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
    // The sender has gone.
    return false;
  }
}
