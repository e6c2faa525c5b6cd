import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { RefusedOrder } from '../falabella/orders.js';
import { BadFault } from '../http/faults.js';
import { toRequest } from '../http/gate.js';
import { OdooError } from '../odoo/errors.js';
import { RefusedChange } from '../tiendanube/orders.js';
import { type World } from '../world.js';
import { applySettings, BadSetting } from '../settings.js';
import { addToCatalogues } from './catalogue.js';
import { BadInput, needText, parseInput } from './input.js';
import { type Handler, type Route } from './route.js';
import { tiendanubeRoutes } from './tiendanube/routes.js';

/** The control API under `/_sandbox`: plays, state, faults, switches, the record of calls. */
export function controlRoutes(app: FastifyInstance, world: World): void {
  const route: Route = (method, path, handler) => {
    app.route({ method, url: `/_sandbox${path}`, handler: (raw, reply) => answer(raw, reply, handler) });
  };
  route('GET', '/health', () => ({ status: 'ok' }));
  route('GET', '/state', (_input, _parameters, query) => world.describe(query.get('sku') ?? undefined));
  route('POST', '/reset', () => {
    world.reset();
    return { status: 'fresh' };
  });

  route('POST', '/orders', (input) => world.orders.sell(input));
  route('POST', '/orders/:id/cancel', (input, { id = '' }) => world.orders.change(id, 'canceled', input));
  route('POST', '/orders/:id/status', (input, { id = '' }) =>
    world.orders.change(id, needText(input, 'status'), input),
  );
  route('POST', '/orders/:id/items', (input, { id = '' }) => world.orders.add(id, input));

  route('POST', '/stock', (input) => world.odooPlays.count(input));
  route('POST', '/receipts', (input) => world.odooPlays.transfer('receipt', input));
  route('POST', '/deliveries', (input) => world.odooPlays.transfer('delivery', input));
  route('POST', '/disorder', (input) => world.odooPlays.disorder(input));

  route('POST', '/catalogue', (input) => addToCatalogues(world, input));

  route('POST', '/faults', (input) => world.faults.add(input));
  route('GET', '/faults', () => ({ items: world.faults.list() }));
  route('DELETE', '/faults', () => {
    world.faults.clear();
    return { items: [] };
  });
  route('DELETE', '/faults/:id', (_input, { id }) => {
    world.faults.clear(Number(id));
    return { items: world.faults.list() };
  });

  route('GET', '/settings', () => world.settings);
  route('PUT', '/settings', (input) => {
    applySettings(world.settings, input);
    return world.settings;
  });

  route('GET', '/calls', (_input, _parameters, query) => ({
    items: world.calls.list(query.get('path') ?? ''),
    counts: world.calls.byName(),
  }));
  tiendanubeRoutes(route, world);
}

async function answer(raw: FastifyRequest, reply: FastifyReply, handler: Handler): Promise<unknown> {
  const request = toRequest(raw);
  try {
    return await handler(parseInput(request.body), raw.params as Record<string, string>, request.query);
  } catch (error) {
    const status = statusOf(error);
    if (status === null) throw error;
    return reply.code(status).send({ error: (error as Error).message });
  }
}

function statusOf(error: unknown): number | null {
  if (error instanceof BadInput || error instanceof RefusedOrder || error instanceof RefusedChange) return error.status;
  if (error instanceof BadSetting || error instanceof BadFault) return 400;
  return error instanceof OdooError ? error.status : null;
}
