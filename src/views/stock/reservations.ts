import { type Movement } from '../../stock/ledger.types.js';

/** The owner of a reservation, from its key in the ledger. */
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

/** Units of one entry that are reserved and neither delivered nor released. */
export type Reservation = HeldBy & {
  readonly warehouse: string;
  readonly units: number;
  readonly since: Date;
};

type Line = Pick<Movement, 'entry' | 'warehouse' | 'key' | 'reservedDelta' | 'at'>;

/**
 * The reservations behind the reserved units: every reserve of these holders without an end in the ledger,
 * oldest first. Pure. The orders' own state is not used, as it may be ahead of the ledger or behind it.
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

/** Reserved units of a warehouse without a known owner; 0 when all is well. */
export function unexplained(reserved: number, warehouse: string, reservations: readonly Reservation[]): number {
  const explained = reservations.filter((one) => one.warehouse === warehouse).reduce((sum, one) => sum + one.units, 0);
  return reserved - explained;
}
