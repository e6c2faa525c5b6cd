import { type Movement } from '../../stock/ledger.types.js';

/** Whose units a key of the ledger promises. */
export type HeldBy =
  | {
      readonly by: 'order';
      readonly id: string;
      readonly orderId: string;
      readonly number: string | null;
      readonly connection: string;
      readonly status: string;
    }
  | { readonly by: 'command'; readonly id: string; readonly kind: string; readonly actor: string };

/** Units of one entry that are promised and neither carried out nor given back. */
export type Reservation = HeldBy & {
  readonly warehouse: string;
  readonly units: number;
  readonly since: Date;
};

type Line = Pick<Movement, 'entry' | 'warehouse' | 'key' | 'reservedDelta' | 'at'>;

/**
 * The reservations behind what is reserved: every promise of these holders that stands in the ledger and has no end there, the oldest
 * first. Pure. What the orders say of themselves is not asked: they may be a step ahead of the ledger, or behind it.
 */
export function reservationsOf(movements: readonly Line[], holders: ReadonlyMap<string, HeldBy>): Reservation[] {
  const ended = new Set(
    movements.filter(({ key }) => key.endsWith('/end')).map(({ entry, key }) => `${entry}\n${key}`),
  );
  const standing = movements.filter(
    ({ entry, key, reservedDelta }) => reservedDelta > 0 && !ended.has(`${entry}\n${key}/end`),
  );
  return standing
    .flatMap(({ key, warehouse, reservedDelta, at }) => {
      const holder = holders.get(key);
      return holder ? [{ ...holder, warehouse, units: reservedDelta, since: at }] : [];
    })
    .sort((a, b) => a.since.getTime() - b.since.getTime() || (a.id < b.id ? -1 : 1));
}

/** Units of a warehouse that nobody known holds; 0 where all is well. */
export function unexplained(reserved: number, warehouse: string, reservations: readonly Reservation[]): number {
  const explained = reservations.filter((one) => one.warehouse === warehouse).reduce((sum, one) => sum + one.units, 0);
  return reserved - explained;
}
