import fc from 'fast-check';
import { variantsBySku } from './catalogueIndex.js';
import { type StoreContext } from './context.js';
import { cancel, close, edit, RefusedChange, reopen, sell, setPayment } from './orders.js';
import { freshState } from './seed.js';
import { type TiendanubeSettings, tiendanubeDefaults } from './settings.js';
import { type Variant } from './state.js';
import { shown } from './stock.js';

const SKU = 'PROD-001';
const START = 107;

type Step =
  | { do: 'sell'; quantities: number[]; paid: boolean; force: boolean }
  | { do: 'pay' | 'close' | 'reopen'; order: number }
  | { do: 'cancel'; order: number; restock: boolean }
  | { do: 'edit'; order: number; line: number; quantity: number; moveStock: boolean };

const order = fc.nat(5);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    quantities: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
    paid: fc.boolean(),
    force: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('pay' as const, 'close' as const, 'reopen' as const), order }),
  fc.record({ do: fc.constant('cancel' as const), order, restock: fc.boolean() }),
  fc.record({
    do: fc.constant('edit' as const),
    order,
    line: fc.nat(2),
    quantity: fc.integer({ min: 0, max: 60 }),
    moveStock: fc.boolean(),
  }),
);

/** A store of several locations, whose recorded changes are summed. */
function shop(storeId: number, stockMovesAt: TiendanubeSettings['stockMovesAt']) {
  const state = freshState();
  const store = state.stores[storeId];
  const variant = store && variantsBySku(store, SKU)[0];
  if (!store || !variant) throw new Error('no such store');
  const noted = { total: START };
  const context: StoreContext = {
    state,
    store,
    settings: { ...tiendanubeDefaults, stockMovesAt },
    announce: () => undefined,
    note: (_variant, { from, to }) => (noted.total += (to ?? 0) - (from ?? 0)),
  };
  return { context, variant, noted };
}

/** Plays a step; one that the platform does not allow changes nothing. */
function play(context: StoreContext, variant: Variant, step: Step): void {
  const orders = Object.values(context.store.orders);
  try {
    if (step.do === 'sell') {
      const lines = step.quantities.map((quantity) => ({ variant, quantity }));
      sell(context, {
        lines,
        payment: step.paid ? 'paid' : 'pending',
        storefront: 'store',
        customerId: 1,
        force: step.force,
      });
      return;
    }
    const chosen = orders[step.order % Math.max(1, orders.length)];
    if (!chosen) return;
    if (step.do === 'cancel') cancel(context, chosen, 'customer', step.restock);
    else if (step.do === 'edit') {
      const lineId = chosen.lines[step.line % Math.max(1, chosen.lines.length)]?.id;
      if (lineId !== undefined) edit(context, chosen, [{ lineId, quantity: step.quantity }], step.moveStock);
    } else if (step.do === 'pay') setPayment(context, chosen, 'paid');
    else if (step.do === 'close') close(context, chosen);
    else reopen(context, chosen);
  } catch (error) {
    if (!(error instanceof RefusedChange)) throw error;
  }
}

describe('the units of the simulated Tiendanube', () => {
  const cases = fc.tuple(
    fc.constantFrom(5001, 5002),
    fc.constantFrom('created' as const, 'paid' as const),
    fc.array(steps, { minLength: 15, maxLength: 40 }),
  );

  it('are never below zero, and change by recorded changes only', () => {
    fc.assert(
      fc.property(cases, ([storeId, stockMovesAt, played]) => {
        const { context, variant, noted } = shop(storeId, stockMovesAt);
        for (const step of played) {
          play(context, variant, step);
          expect(variant.levels.every(({ stock }) => (stock ?? 0) >= 0)).toBe(true);
          expect(shown(variant)).toBe(noted.total);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are shown or held by an order, if every ended order returns them and every edit moves them', () => {
    const giving = cases.map(([storeId, at, played]) => ({
      storeId,
      at,
      played: played.map((step): Step => {
        if (step.do === 'cancel') return { ...step, restock: true };
        return step.do === 'edit' ? { ...step, moveStock: true } : step;
      }),
    }));
    fc.assert(
      fc.property(giving, ({ storeId, at, played }) => {
        const { context, variant } = shop(storeId, at);
        for (const step of played) play(context, variant, step);
        const lines = Object.values(context.store.orders).flatMap((one) => one.lines);
        const held = lines.flatMap(({ taken }) => Object.values(taken)).reduce((sum, units) => sum + units, 0);
        expect((shown(variant) ?? 0) + held).toBe(START);
      }),
      { numRuns: 100 },
    );
  });

  it('of an open order are held, or were missing', () => {
    fc.assert(
      fc.property(cases, ([storeId, , played]) => {
        const { context, variant } = shop(storeId, 'created');
        for (const step of played) play(context, variant, step);
        for (const { status, lines } of Object.values(context.store.orders)) {
          for (const { quantity, taken, unclaimed, unmoved } of lines) {
            const held = Object.values(taken).reduce((sum, units) => sum + units, 0);
            if (status === 'open') expect(held + unclaimed + unmoved).toBe(quantity);
            expect(held).toBeLessThanOrEqual(quantity);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
