import { nowText, roundQuantity, type Env } from '../env.js';
import { isUnder } from '../locations.js';
import { type QuantRow, type Ref } from '../rows.js';

/** A part of a reservation: the units held in one location. */
export interface Held {
  locationId: number;
  quantity: number;
}

function quantsAt(env: Env, productId: number, locationId: number): QuantRow[] {
  return env.store.by('stock.quant', 'product_id', productId).filter((quant) => quant.location_id === locationId);
}

function quantsUnder(env: Env, productId: number, locationId: number): QuantRow[] {
  return env.store
    .by('stock.quant', 'product_id', productId)
    .filter((quant) => isUnder(env, quant.location_id, locationId));
}

export function newQuant(env: Env, productId: number, locationId: number, quantity: number): QuantRow {
  return env.store.insert('stock.quant', {
    product_id: productId,
    location_id: locationId,
    quantity: roundQuantity(quantity),
    reserved_quantity: 0,
    inventory_quantity: 0,
    inventory_quantity_set: false,
    inventory_diff_quantity: 0,
    in_date: nowText(),
    lot_id: false,
    package_id: false,
    owner_id: false,
    company_id: 1,
  });
}

/** The quant of an inventory count: the first one of the location, or a new empty one. */
export function quantFor(env: Env, productId: number, locationId: number): QuantRow {
  return quantsAt(env, productId, locationId)[0] ?? newQuant(env, productId, locationId, 0);
}

/**
 * Changes the quantity in a location. With split quants the change never joins an existing quant, as when
 * another transaction locks it.
 */
export function changeQuantity(env: Env, productId: number, locationId: number, delta: number): void {
  const existing = quantsAt(env, productId, locationId)[0];
  if (!existing || env.settings.splitQuants) newQuant(env, productId, locationId, delta);
  else env.store.update('stock.quant', existing.id, { quantity: roundQuantity(existing.quantity + delta) });
}

/** Holds up to `wanted` units in a location and those below it; fewer if fewer are free. */
export function reserve(env: Env, productId: number, locationId: number, wanted: number): Held[] {
  const quants = quantsUnder(env, productId, locationId);
  const held: Held[] = [];
  for (const place of new Set(quants.map((quant) => quant.location_id))) {
    if (place === false) continue;
    const here = quants.filter((quant) => quant.location_id === place);
    // Split quants of one location count together: a negative one reduces what another has free.
    const free = roundQuantity(here.reduce((sum, quant) => sum + quant.quantity - quant.reserved_quantity, 0));
    const missing = roundQuantity(wanted - held.reduce((sum, part) => sum + part.quantity, 0));
    const take = Math.min(free, missing);
    if (take <= 0) continue;
    holdInQuants(env, here, take);
    held.push({ locationId: place, quantity: take });
  }
  return held;
}

function holdInQuants(env: Env, quants: QuantRow[], take: number): void {
  let left = take;
  for (const quant of quants) {
    const part = Math.min(left, Math.max(0, roundQuantity(quant.quantity - quant.reserved_quantity)));
    if (part <= 0) continue;
    env.store.update('stock.quant', quant.id, { reserved_quantity: roundQuantity(quant.reserved_quantity + part) });
    left = roundQuantity(left - part);
    if (left <= 0) return;
  }
}

/** Holds units regardless of the stock, in the first quant of the location. */
export function holdAnyway(env: Env, productId: number, locationId: number, quantity: number): void {
  const quant = quantFor(env, productId, locationId);
  env.store.update('stock.quant', quant.id, { reserved_quantity: roundQuantity(quant.reserved_quantity + quantity) });
}

/** Releases the units held in a location. */
export function unreserve(env: Env, productId: number, locationId: Ref, quantity: number): void {
  if (locationId === false) return;
  let left = quantity;
  for (const quant of quantsAt(env, productId, locationId)) {
    const part = Math.min(left, quant.reserved_quantity);
    if (part <= 0) continue;
    env.store.update('stock.quant', quant.id, { reserved_quantity: roundQuantity(quant.reserved_quantity - part) });
    left = roundQuantity(left - part);
    if (left <= 0) return;
  }
}

/**
 * Joins the quants of each product and location, sets reservations to those of open lines, and drops empty
 * quants. No automation fires, because the server does it in SQL.
 */
export function tidyQuants(env: Env): void {
  const listener = env.store.listener;
  env.store.listener = null;
  try {
    const groups = new Map<string, QuantRow[]>();
    for (const quant of env.store.all('stock.quant')) {
      const key = `${quant.product_id}/${quant.location_id}`;
      groups.set(key, [...(groups.get(key) ?? []), quant]);
    }
    for (const quants of groups.values()) tidyGroup(env, quants);
  } finally {
    env.store.listener = listener;
  }
}

function tidyGroup(env: Env, quants: QuantRow[]): void {
  const [first, ...others] = [...quants].sort((a, b) => a.id - b.id);
  if (!first) return;
  const quantity = roundQuantity(quants.reduce((sum, quant) => sum + quant.quantity, 0));
  const reserved = roundQuantity(
    env.store
      .by('stock.move.line', 'product_id', first.product_id)
      .filter((line) => line.location_id === first.location_id && line.state !== 'done' && line.state !== 'cancel')
      .reduce((sum, line) => sum + line.reserved, 0),
  );
  for (const other of others) env.store.delete('stock.quant', other.id);
  if (quantity === 0 && reserved === 0) env.store.delete('stock.quant', first.id);
  else if (others.length > 0 || reserved !== first.reserved_quantity)
    env.store.update('stock.quant', first.id, { quantity, reserved_quantity: reserved });
}
