import { type FastifyInstance } from 'fastify';
import { NotFoundError } from '../errors.js';

const HEALTH_ROUTE = /^\/health(?:$|\/)/;

/** Leaves nothing open but `/health`, before anything of a body is read. Call it before the application is initialised. */
export function answerHealthOnly(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (HEALTH_ROUTE.test(request.routeOptions.url ?? '')) done();
    else done(new NotFoundError('problems.not-found.worker'));
  });
}
