import { type StockEntry } from '../schemas.js';
import { type AuditReader, type Tip } from './audit-reader.js';
import { type ChainEnd } from './chain-check.js';
import { type Finding } from './finding.js';

/** Reads of an entry that changes while it is read. */
const LOOKS = 10;

/** The end of an entry's chain beside its projection. */
export interface Examined {
  readonly head: Tip | null;
  readonly shown: StockEntry | null;
  readonly finding: Finding | null;
  /** The newest movement is not projected yet; the product will do that. */
  readonly pending: boolean;
}

/** True when an entry shows the end of its chain as it was read. False may be a race and needs `examine`. */
export function agrees(shown: StockEntry | undefined, end: ChainEnd): boolean {
  return (
    shown !== undefined && shown.seq === end.seq && differenceOf(shown, end) === null && isSeen(shown, end.observedAt)
  );
}

/**
 * Compares one entry with its chain while the product may write to it. A movement is appended first, then
 * projected, then its mark is removed. Reading in the same order makes every reported difference a real
 * one.
 */
export async function examine(reader: AuditReader, entry: string): Promise<Examined> {
  for (let looks = 1; ; looks++) {
    const head = await reader.head(entry);
    const observedAt = head === null || head.project ? null : await reader.lastObserved(entry, head);
    const [shown = null] = await reader.entriesOf([entry]);
    const finding = compare(entry, head, shown, observedAt);
    const result = { head, shown, finding, pending: isBehind(shown, head) && Boolean(head?.project) };
    // The entry shows a later seq than the tip that was read before it: a newer movement may exist by now.
    const newer =
      finding !== null &&
      (shown?.seq ?? 0) > (head?.seq ?? 0) &&
      ((await reader.head(entry))?.seq ?? 0) > (head?.seq ?? 0);
    if (!newer || looks === LOOKS) return result;
  }
}

function compare(entry: string, head: Tip | null, shown: StockEntry | null, observedAt: Date | null): Finding | null {
  if (head === null) {
    const empty =
      shown === null || (shown.seq === 0 && shown.quantity === 0 && shown.reserved === 0 && shown.available === 0);
    return empty
      ? null
      : { kind: 'no_movements', entry, detail: `shows ${figures(shown)}, and nothing has ever moved` };
  }
  if (shown === null)
    return { kind: 'no_entry', entry, detail: `there are movements up to seq ${head.seq}, and no entry` };
  const wrong = (detail: string): Finding => ({ kind: 'projection', entry, detail });
  if (shown.seq > head.seq) return wrong(`shows ${figures(shown)}, but its chain ends at seq ${head.seq}`);
  if (shown.seq < head.seq)
    return head.project ? null : wrong(`shows ${figures(shown)}, but the chain is at ${figures(head)}`);
  const difference = differenceOf(shown, head);
  if (difference !== null) return wrong(difference);
  return isSeen(shown, observedAt) ? null : wrong(`is not known to be seen since ${observedAt?.toISOString()}`);
}

function isBehind(shown: StockEntry | null, head: Tip | null): boolean {
  return head !== null && shown !== null && shown.seq < head.seq;
}

/** The difference in balance between entry and chain at the same seq. */
function differenceOf(shown: StockEntry, end: Pick<ChainEnd, 'seq' | 'quantity' | 'reserved'>): string | null {
  if (
    shown.quantity === end.quantity &&
    shown.reserved === end.reserved &&
    shown.available === end.quantity - end.reserved
  )
    return null;
  return `shows ${figures(shown)}, available ${shown.available}, but the chain is at ${figures(end)}`;
}

function isSeen(shown: StockEntry, observedAt: Date | null): boolean {
  return observedAt === null || (shown.observedAt !== undefined && shown.observedAt >= observedAt);
}

function figures({ seq, quantity, reserved }: { seq: number; quantity: number; reserved: number }): string {
  return `seq ${seq} (quantity ${quantity}, reserved ${reserved})`;
}
