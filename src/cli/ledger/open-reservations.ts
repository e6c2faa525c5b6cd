import { type mongo } from 'mongoose';
import { lastMovementId } from '../../stock/entry-id.js';
import { type Cause, type Movement } from '../../stock/ledger.types.js';

const PAGE = 2_000;
const END = '/end';

/** A reservation in the ledger without an end. */
export interface OpenReservation {
  readonly key: string;
  readonly units: number;
  readonly at: Date;
  readonly cause: Cause;
}

/** The reservations of one entry without an end: reads its whole chain, page by page. */
export async function openReservations(
  movements: mongo.Collection<Movement>,
  entry: string,
): Promise<OpenReservation[]> {
  const open = new Map<string, OpenReservation>();
  for (let after = `${entry}#`, page: Movement[] = []; ; after = page.at(-1)?._id ?? after) {
    page = await movements
      .find(
        { _id: { $gt: after, $lte: lastMovementId(entry) } },
        {
          sort: { _id: 1 },
          limit: PAGE,
          batchSize: PAGE,
          projection: { kind: 1, key: 1, reservedDelta: 1, at: 1, cause: 1 },
        },
      )
      .toArray();
    for (const { kind, key, reservedDelta, at, cause } of page) {
      if (kind === 'reserve' && reservedDelta > 0) open.set(key, { key, units: reservedDelta, at, cause });
      else if ((kind === 'release' || kind === 'commit') && key.endsWith(END)) open.delete(key.slice(0, -END.length));
    }
    if (page.length < PAGE) return [...open.values()];
  }
}
