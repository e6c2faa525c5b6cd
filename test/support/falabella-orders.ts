import { type OrderState } from '../../sandbox/control/state.js';
import { RefusedOrder } from '../../sandbox/falabella/orders.js';
import { type Sandbox } from '../../sandbox/server.js';
import { type Dice } from './dice.js';

type Step = (sandbox: Sandbox, number: string) => Promise<unknown>;

/** The steps of one order at Falabella. */
export interface OrderScript {
  readonly number: string;
  readonly steps: readonly Step[];
}

/** Sold units of one SKU from the seller's own stock, as Falabella's orders show them. */
export interface SoldUnits {
  /** Sold, and not handed over yet. */
  readonly pending: number;
  /** Handed over to the carrier, or later. */
  readonly gone: number;
}

const AT_ONCE = 20;

/**
 * Orders in every variation: items that appear late or are added later, cancelled units and orders, units
 * that Falabella delivers from its own warehouse. They are announced by Falabella's own webhooks, by the
 * documented one as well, or by none.
 */
export function orderScripts(
  count: number,
  skus: readonly string[],
  fulfilled: readonly string[],
  dice: Dice,
): OrderScript[] {
  return Array.from({ length: count }, (_, i) => ({
    number: `F-${String(i).padStart(4, '0')}`,
    steps: stepsOf(skus, fulfilled, dice),
  }));
}

function stepsOf(skus: readonly string[], fulfilled: readonly string[], dice: Dice): Step[] {
  const pick = (from: readonly string[]) => from[dice.roll(from.length)] ?? '';
  const own = [...new Set(Array.from({ length: 1 + dice.roll(3) }, () => pick(skus)))].map((sku) => ({
    sku,
    quantity: 1 + dice.roll(3),
  }));
  const theirs = dice.roll(5) === 0 ? [{ sku: pick(fulfilled), quantity: 1 + dice.roll(2), fulfilled: true }] : [];
  const isTheirs = theirs.length > 0 && dice.roll(3) === 0;
  const lines = isTheirs ? theirs : [...own, ...theirs];
  const webhook = tellingOf(dice, isTheirs);
  // The documented webhook cannot express a part of an order.
  const partly = webhook === 'none' ? 'none' : 'registered';
  const late = dice.roll(10) === 0 ? { lateMs: 500 + dice.roll(1_500) } : {};
  const times = dice.roll(4) === 0 ? 2 : 1;
  const sell: Step = ({ world }, id) => world.orders.sell({ id, lines, webhook, status: 'pending', times, ...late });
  const change = (status: string): Step => {
    const webhookStatus = status === 'canceled' ? 'cancelled' : status;
    return ({ world }, id) => world.orders.change(id, status, { webhook, webhookStatus });
  };
  const [first] = lines;
  const cancelOne: Step = ({ world }, id) =>
    world.orders.change(id, 'canceled', { sku: first?.sku, quantity: 1, webhook: partly });
  const added = { sku: pick(skus), quantity: 1 + dice.roll(2), webhook: partly };
  const addOne: Step = ({ world }, id) => world.orders.add(id, added);
  const turns: readonly (readonly Step[])[] = [
    [],
    [],
    [change('ready_to_ship')],
    [change('ready_to_ship'), change('shipped')],
    [change('ready_to_ship'), change('shipped'), change('delivered')],
    [change('canceled')],
    [cancelOne],
    [cancelOne, change('ready_to_ship')],
    [addOne],
    [addOne, change('ready_to_ship')],
    [change('ready_to_ship'), addOne, change('ready_to_ship')],
    [addOne, change('canceled')],
  ];
  return [sell, ...(turns[dice.roll(turns.length)] ?? [])];
}

/** The documented webhook cannot express an order of Falabella's own stock. */
function tellingOf(dice: Dice, isTheirs: boolean): 'registered' | 'both' | 'simple' | 'none' {
  const roll = dice.roll(10);
  if (isTheirs || roll < 6) return 'registered';
  if (roll < 8) return 'both';
  return roll < 9 ? 'simple' : 'none';
}

/** Runs all scripts side by side, each in its own order. Steps that Falabella does not allow are skipped. */
export async function playScripts(sandbox: Sandbox, scripts: readonly OrderScript[], dice: Dice): Promise<void> {
  const rest = scripts.map(({ number, steps }) => ({ number, steps: [...steps] }));
  const begun: typeof rest = [];
  const next = () => {
    const isNew = rest.length > 0 && (begun.length < AT_ONCE || dice.roll(2) === 0);
    return isNew ? rest.shift() : begun.splice(dice.roll(begun.length), 1)[0];
  };
  const worker = async () => {
    for (let order = next(); order; order = next()) {
      try {
        await order.steps.shift()?.(sandbox, order.number);
      } catch (error) {
        if (!(error instanceof RefusedOrder)) throw error;
      }
      if (order.steps.length > 0) begun.push(order);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The expected result: the units of the seller's own stock that Falabella has sold. */
export function soldUnits(orders: readonly OrderState[]): Map<string, SoldUnits> {
  const sold = new Map<string, SoldUnits>();
  for (const { sku, status, fulfilled } of orders.flatMap((order) => order.items)) {
    if (fulfilled || status === 'canceled') continue;
    const { pending, gone } = sold.get(sku) ?? { pending: 0, gone: 0 };
    sold.set(sku, status === 'pending' ? { pending: pending + 1, gone } : { pending, gone: gone + 1 });
  }
  return sold;
}
