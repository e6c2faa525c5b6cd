import { ConflictError, InvalidInputError } from '../../common/errors.js';
import { isIn } from '../../orders/hold-state.js';
import { type OrderDoc } from '../../orders/order.types.js';
import { type ReturnedUnits } from '../../orders/planner.js';
import { type ReturnedItem } from '../command.types.js';

export type ChosenItem = Omit<ReturnedItem, 'master'>;

/** The part of the outstanding units that a request names. */
export interface Choice {
  readonly sku?: string | undefined;
  readonly units?: number | undefined;
  readonly warehouse?: string | undefined;
}

/**
 * The named units, line by line, with the warehouse to which they go back. Pure.
 * @throws ConflictError when fewer are outstanding, InvalidInputError when the SKU is missing
 */
export function chooseItems(
  order: Pick<OrderDoc, 'holds'>,
  outstanding: readonly ReturnedUnits[],
  choice: Choice,
): ChosenItem[] {
  const { sku, warehouse } = choice;
  const asked = outstanding.filter((one) => sku === undefined || one.sku === sku);
  const all = asked.reduce((sum, one) => sum + one.units, 0);
  const { units = all } = choice;
  if (choice.units !== undefined && sku === undefined && new Set(asked.map((one) => one.sku)).size > 1)
    throw new InvalidInputError([{ field: 'sku', expected: 'must be given with units: several are asked for' }]);
  if (units === 0 || units > all)
    throw new ConflictError(
      sku ? 'problems.not-asked-for.units_of_sku' : 'problems.not-asked-for.units',
      { count: all, ...(sku && { sku }) },
      {
        outstanding: outstanding.map((one) => ({ sku: one.sku, units: one.units })),
      },
    );
  let left = units;
  return asked.flatMap((one) => {
    const taken = Math.min(left, one.units);
    left -= taken;
    return taken === 0 ? [] : [{ ...one, units: taken, warehouse: warehouse ?? takenFrom(order, one) }];
  });
}

/** The warehouse of the last delivered unit. */
function takenFrom({ holds }: Pick<OrderDoc, 'holds'>, { lineId, sku }: ReturnedUnits): string {
  const mine = holds.filter((hold) => hold.lineId === lineId && hold.sku === sku);
  const last = mine.findLast((hold) => isIn(hold, 'committed')) ?? mine.at(-1);
  if (!last) throw new Error(`no unit of ${sku} was ever reserved for line ${lineId}`);
  return last.warehouse;
}
