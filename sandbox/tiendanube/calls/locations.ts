import { json } from '../../http/answer.js';
import { allVariants } from '../catalogueIndex.js';
import { type Call, fieldsOf, type Handler } from '../context.js';
import { fieldErrors, notFound } from '../errors.js';
import { pageOf } from '../paging.js';
import { levelView, locationView } from '../productView.js';
import { newLocation } from '../seed.js';
import { type StoreLocation } from '../state.js';

function find({ store, parameters }: Call): StoreLocation {
  const location = store.locations.find((one) => one.id === parameters.id);
  if (!location) throw notFound('Location');
  return location;
}

/** The text of `{"es": "..."}`, or of a bare string. Throws 422. */
function nameIn(body: unknown): string {
  const { name } = fieldsOf(body);
  const text = typeof name === 'object' && name !== null ? (Object.values(name)[0] as unknown) : name;
  if (typeof text !== 'string' || text === '') throw fieldErrors({ name: ['The name field is required.'] });
  return text;
}

const byPriority = (a: StoreLocation, b: StoreLocation): number => a.priority - b.priority;

/** A new location has a level for every variant, and no units. */
const create: Handler = (call) => {
  const { store, state } = call;
  const location = newLocation(store.id, nameIn(call.body), store.locations.length);
  while (store.locations.some((one) => one.id === location.id))
    Object.assign(location, newLocation(store.id, location.name, ++state.lastSmallId));
  Object.assign(location, { isDefault: false, priority: store.locations.length });
  store.locations.push(location);
  store.multiInventory = store.locations.length > 1;
  for (const variant of allVariants(store)) {
    variant.levels.push({
      id: ++state.lastCatalogueId,
      locationId: location.id,
      stock: variant.levels.some((one) => one.stock === null) ? null : 0,
    });
  }
  call.announce('location/created', location.id);
  return json(201, locationView(location, store));
};

const update: Handler = (call) => {
  const location = find(call);
  location.name = nameIn(call.body);
  call.announce('location/updated', location.id);
  return json(200, locationView(location, call.store));
};

/** Deletes a location with its units. The default location cannot be deleted. */
const remove: Handler = (call) => {
  const location = find(call);
  if (location.isDefault) throw fieldErrors({ location: ['The default location cannot be deleted.'] });
  call.store.locations = call.store.locations.filter((one) => one !== location);
  call.store.multiInventory = call.store.locations.length > 1;
  for (const variant of allVariants(call.store))
    variant.levels = variant.levels.filter((level) => level.locationId !== location.id);
  call.announce('location/deleted', location.id);
  return { status: 204, headers: {}, body: '' };
};

const setPriorities: Handler = ({ store, body }) => {
  if (!Array.isArray(body)) throw fieldErrors({ body: ['must be a list'] });
  for (const { id, priority } of body as Array<{ id?: unknown; priority?: unknown }>) {
    const location = store.locations.find((one) => one.id === id);
    if (!location) throw notFound('Location');
    if (typeof priority !== 'number') throw fieldErrors({ priority: ['The priority must be a number.'] });
    location.priority = priority;
  }
  return json(
    200,
    [...store.locations].sort(byPriority).map((location) => locationView(location, store)),
  );
};

const chooseDefault: Handler = (call) => {
  const chosen = find(call);
  for (const location of call.store.locations) location.isDefault = location === chosen;
  return json(200, locationView(chosen, call.store));
};

/** One level per page by default. */
const levels: Handler = (call) => {
  const location = find(call);
  const wanted = call.request.query.get('variant_id');
  const found = allVariants(call.store).flatMap((variant) =>
    wanted !== null && wanted !== String(variant.id)
      ? []
      : variant.levels.filter((level) => level.locationId === location.id).map((level) => ({ level, variant })),
  );
  const page = pageOf(call, found, { standard: 1 });
  return json(200, {
    total: page.total,
    page: page.page,
    per_page: page.perPage,
    results: page.rows.map(({ level, variant }) => levelView(level, variant)),
  });
};

export const locationCalls: Record<string, Handler> = {
  'GET /locations': ({ store }) =>
    json(
      200,
      [...store.locations].sort(byPriority).map((location) => locationView(location, store)),
    ),
  'POST /locations': create,
  'PATCH /locations/priorities': setPriorities,
  'GET /locations/:id': (call) => json(200, locationView(find(call), call.store)),
  'PUT /locations/:id': update,
  'DELETE /locations/:id': remove,
  'PATCH /locations/:id/chosen-as-default': chooseDefault,
  'GET /locations/:id/inventory-levels': levels,
};
