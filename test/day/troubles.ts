import { setTimeout as pause } from 'node:timers/promises';
import { type Dice } from '../support/dice.js';
import { type DayWorld } from './world.js';

/** Faults that happen once, in each system outside. */
const FAULTS: readonly Readonly<Record<string, unknown>>[] = [
  { call: 'PATCH /products/stock-price', drop: 'after' },
  { call: 'PATCH /products/stock-price', drop: 'before' },
  { call: 'PATCH /products/stock-price', status: 503 },
  { call: 'PATCH /products/stock-price', delayMs: 1_500 },
  { call: 'GET /orders/:id', status: 500 },
  { call: 'GET /orders/:id', drop: 'before' },
  { call: 'GET /orders', status: 502 },
  { action: 'UpdateStock', drop: 'after' },
  { action: 'UpdateStock', drop: 'before' },
  { action: 'UpdateStock', status: 503 },
  { action: 'FeedStatus', drop: 'before' },
  { action: 'GetOrder', code: 1_000, message: 'Internal error' },
  { action: 'GetOrderItems', drop: 'before' },
  { action: 'GetOrders', status: 500 },
  { method: 'stock.picking.create', drop: 'after' },
  { method: 'stock.picking.action_confirm', drop: 'after' },
  { method: 'stock.picking.button_validate', drop: 'after' },
  { method: 'stock.picking.button_validate', status: 500 },
  { method: 'product.product.*', status: 503 },
  { method: 'stock.picking.*', delayMs: 1_500 },
];
/** How long Odoo is unreachable once, and how long it sends no webhooks another time. */
const AWAY_MS = 3_000;

/** Lets every system outside fail again and again while `work` runs. Gives back how often. */
export async function amongTroubles(
  world: DayWorld,
  dice: Dice,
  everyMs: number,
  work: Promise<unknown>,
): Promise<number> {
  const { faults } = world.shop.sandbox.world;
  const { odoo } = world.shop.sandbox.settings;
  let [count, isOver] = [0, false];
  const over = work.finally(() => (isOver = true));
  const fail = async () => {
    while (!isOver) {
      await Promise.race([pause(everyMs), over]);
      if (isOver) break;
      count += 1;
      faults.add(FAULTS[dice.roll(FAULTS.length)]);
      if (count % 40 === 20) odoo.databaseDown = true;
      if (count % 40 === 30) odoo.webhooks = false;
      if (odoo.databaseDown || !odoo.webhooks) await Promise.race([pause(AWAY_MS), over]);
      Object.assign(odoo, { databaseDown: false, webhooks: true });
    }
    faults.clear();
  };
  await Promise.all([over, fail()]);
  return count;
}
