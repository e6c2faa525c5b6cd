import { idleMark, openMark } from '../../common/mongo/mark.js';
import { isDuplicateKey, throughConflicts } from '../../common/mongo/native.js';
import { LEDGER } from '../ledger.types.js';
import { STOCK_SCHEMA_VERSION, type StockEntry } from '../schemas.js';
import { type AuditReader, type Tip } from './audit-reader.js';
import { examine, type Examined } from './examine.js';

/** Attempts while the product writes to the same entry. */
const TRIES = 20;

/**
 * Makes an entry show the end of its chain. Safe while the product writes: each update applies only to
 * what was read, and a second read finds a movement that arrived in between. The newest movement is marked
 * for projection again, so that the channels receive the right number.
 * @returns the values before and after; null: nothing to repair
 * @throws Error when concurrent writes prevent every attempt
 */
export async function repair(
  reader: AuditReader,
  entry: string,
): Promise<{ before: Examined; after: Examined } | null> {
  const before = await examine(reader, entry);
  if (before.finding === null) return null;
  let now = before;
  // While the entry showed too high a seq, the product may have skipped a newer movement and be about to
  // close its mark. So once the seq was lowered, an open mark is no promise.
  let lowered = false;
  for (let tries = 1; now.finding !== null || (lowered && now.pending); tries++) {
    if (tries > TRIES)
      throw new Error(`${entry} is written to so often that it could not be repaired; it was left as it is`);
    lowered ||= (now.shown?.seq ?? 0) > (now.head?.seq ?? 0);
    if (now.shown === null) await create(reader, entry, now.head);
    else await set(reader, now.shown, now.head);
    now = await examine(reader, entry);
  }
  if (now.head) await carryOn(reader, now.head);
  return { before, after: now };
}

async function create(reader: AuditReader, entry: string, head: Tip | null): Promise<void> {
  if (head === null) return;
  const { sku, warehouse, master = LEDGER } = head;
  const observe = master === LEDGER ? idleMark() : openMark();
  const fresh = { sku, warehouse, master, observe, schemaVersion: STOCK_SCHEMA_VERSION };
  const shown = { ...(await shownAs(reader, entry, head)), updatedAt: new Date() };
  try {
    await reader.entries.updateOne({ _id: entry }, { $setOnInsert: { ...fresh, ...shown } }, { upsert: true });
  } catch (error) {
    // Another process created the entry: read it again.
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Applies only to what was read: a projection in between has changed the seq. */
async function set(
  reader: AuditReader,
  { _id, seq, quantity, reserved, available }: StockEntry,
  head: Tip | null,
): Promise<void> {
  const shown = await shownAs(reader, _id, head);
  const asRead = { _id, seq, quantity, reserved, available };
  await throughConflicts(() => reader.entries.updateOne(asRead, { $set: { ...shown, updatedAt: new Date() } }));
}

async function shownAs(reader: AuditReader, entry: string, head: Tip | null) {
  if (head === null) return { seq: 0, quantity: 0, reserved: 0, available: 0 };
  const { seq, quantity, reserved } = head;
  const observedAt = await reader.lastObserved(entry, head);
  return { seq, quantity, reserved, available: quantity - reserved, ...(observedAt ? { observedAt } : {}) };
}

async function carryOn(reader: AuditReader, head: Tip): Promise<void> {
  const now = new Date();
  await throughConflicts(() =>
    reader.movements.updateOne({ _id: head._id }, { $set: { project: { since: now, due: now } } }),
  );
}
