import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { type StockEntry } from '../../stock/schemas.js';
import { firstFrom, isTooMany, weigh } from '../../publishing/brake/brake-rule.js';
import { BrakedEntries } from './braked-entries.repository.js';
import { BrakeStates, type HeldChange, type StoredBrake } from '../../publishing/brake/brake-states.service.js';
import { Counts } from '../../publishing/brake/counts.js';
import { Scans } from './scans.service.js';

/** An entry whose ERP has another quantity than the ledger. */
export interface ErpChange {
  readonly entry: Pick<StockEntry, '_id' | 'sku' | 'warehouse' | 'quantity' | 'held' | 'largeChange' | 'approved'>;
  /** The quantity at the tip of its chain. */
  readonly from: number;
  /** What was observed. */
  readonly to: number;
  /** The name of the open full scan that the observation belongs to. */
  readonly scan?: string | undefined;
}

type Settled = Pick<StockEntry, '_id' | 'held' | 'approved'>;

/** The result of a scan: ids of the deferred entries, by whether they are read again now or stay held. */
export interface ScanEnd {
  readonly approved: readonly string[];
  readonly held: readonly string[];
}

/**
 * Holds observations of an ERP that would set to 0, or change by more than half, too many of its entries:
 * the ledger keeps its numbers until a person approves. First observations and the counts of our own
 * deliveries are never held. While nothing is published, nothing is held, because the ledger's numbers
 * have no effect outside.
 */
@Injectable()
export class ErpBrake {
  private readonly counts = new Counts();

  constructor(
    private readonly entries: BrakedEntries,
    private readonly states: BrakeStates,
    private readonly scans: Scans,
    private readonly connections: ConnectionsService,
    private readonly jobQueue: JobQueue,
  ) {}

  /**
   * Returns the ids of entries whose observation must not be written, and stores the observation on them. A large change of a full scan is
   * deferred, and judged with all others when the scan ends. A single large change counts together with those written in the last hour.
   */
  async judge(master: string, changes: readonly ErpChange[]): Promise<ReadonlySet<string>> {
    const now = new Date();
    const weighed = changes.map((change) => ({ change, weight: weightOf(change, now) }));
    await this.entries.forgetLargeChanges(
      weighed.filter(({ weight }) => weight === 'returned').map(({ change }) => change.entry._id),
    );
    const large = weighed.filter(({ weight }) => weight === 'large').map(({ change }) => change);
    if (large.length === 0 || this.isNobodyTold()) return new Set();
    const deferred = large.filter(({ scan }) => scan !== undefined);
    await this.defer(master, deferred);
    const single = large.filter(({ scan }) => scan === undefined);
    const held = single.length > 0 && (await this.holdWhereTooMany(master, single, now));
    if (!held)
      await this.entries.recordLargeChanges(
        single.map((change) => ({ id: change.entry._id, from: firstFrom(change.entry.largeChange, change.from, now) })),
      );
    return new Set([...deferred, ...(held ? single : [])].map((change) => change.entry._id));
  }

  /** Ends what was held or approved of entries that were `written`, or `agreed` with the ledger. */
  async settled(
    master: string,
    { written, agreed }: { written: readonly Settled[]; agreed: readonly Settled[] },
  ): Promise<void> {
    const waiting = [...written, ...agreed].filter((entry) => entry.held !== undefined || entry.approved);
    if (waiting.length === 0) return;
    await this.entries.settle(waiting.map(({ _id }) => _id));
    // Their change was approved, and no longer exists.
    await this.entries.forgetLargeChanges(agreed.filter(({ approved }) => approved).map(({ _id }) => _id));
    await this.review(master);
  }

  /** Begins a full scan: its large changes are deferred until `end`. Repeatable. */
  begin(master: string, scan: string): Promise<void> {
    return this.scans.begin(master, scan);
  }

  /**
   * Ends a full scan, and judges its deferred changes together. Repeatable.
   * @param since ends it only if nothing was added after that time
   */
  async end(master: string, scan: string, since?: Date): Promise<ScanEnd> {
    const now = new Date();
    const all = await this.entries.held(master);
    const deferred = all.filter(({ held }) => held?.scan === scan);
    const ids = deferred.map(({ _id }) => _id);
    const stored = await this.states.of(master, now);
    const tooMany = ids.length > 0 && (await this.areTooMany(master, stored, new Set(all.map(({ _id }) => _id))));
    if (tooMany) await this.entries.keepHeld(ids);
    else await this.autoApprove(deferred, now);
    await this.scans.end(master, scan, since);
    await this.review(master);
    return tooMany ? { approved: [], held: ids } : { approved: ids, held: [] };
  }

  /** Reads again what no longer needs to be held; updates or closes the alert. */
  async review(master: string): Promise<void> {
    const all = (await this.entries.held(master)).filter(({ held }) => held?.scan === undefined);
    const stored = await this.states.of(master);
    const ids = all.map(({ _id }) => _id);
    if (ids.length > 0 && (await this.areTooMany(master, stored, new Set(ids))))
      return this.states.hold(master, stored, ids.length, await this.of(master), all.map(shownEntry));
    await this.autoApprove(all, new Date());
    return this.states.end(master, stored);
  }

  /**
   * A person approves: all held entries are read again and written, whatever the quantity is then. Gives
   * back their number.
   */
  async approve(master: string, actor: string, reason: string): Promise<number> {
    const before = await this.states.of(master);
    const ids = await this.entries.approve(master);
    await this.states.recordApproval(master, actor, reason, ids.length);
    await this.states.end(master, before);
    this.enqueue(ids);
    return ids.length;
  }

  /** The number of entries that the share is computed from. */
  of(master: string): Promise<number> {
    return this.counts.of(master, () => this.entries.countSeen(master));
  }

  /** Begins the scan again: one that ended at this moment ends once more, with these changes. */
  private async defer(master: string, changes: readonly ErpChange[]): Promise<void> {
    for (const scan of new Set(changes.flatMap((change) => change.scan ?? []))) {
      await this.entries.hold(changes.filter((change) => change.scan === scan).map(unwritten), scan);
      await this.scans.begin(master, scan);
    }
  }

  private isNobodyTold(): boolean {
    const channels = this.connections.channels();
    return channels.length > 0 && channels.every(({ connection }) => connection.publishing === 'shadow');
  }

  private async holdWhereTooMany(master: string, single: readonly ErpChange[], now: Date): Promise<boolean> {
    const stored = await this.states.of(master, now);
    const before = await this.entries.held(master);
    const ids = new Set([...before.map(({ _id }) => _id), ...single.map(({ entry }) => entry._id)]);
    if (!(await this.areTooMany(master, stored, ids))) return false;
    await this.entries.hold(single.map(unwritten));
    const shown = [...single.map(shownLook), ...before.map(shownEntry)];
    await this.states.hold(master, stored, ids.size, await this.of(master), shown);
    return true;
  }

  /** Includes recently written large changes. */
  private async areTooMany(master: string, stored: StoredBrake, ids: ReadonlySet<string>): Promise<boolean> {
    if (this.isNobodyTold()) return false;
    const counted = new Set([...ids, ...(await this.entries.largeChangesSince(master, stored.since))]);
    return counted.size >= stored.limits.least && isTooMany(counted.size, await this.of(master), stored.limits);
  }

  private async autoApprove(entries: readonly StockEntry[], now: Date): Promise<void> {
    await this.entries.autoApprove(
      entries.map(({ _id, quantity, largeChange }) => ({ id: _id, from: firstFrom(largeChange, quantity, now) })),
    );
    this.enqueue(entries.map(({ _id }) => _id));
  }

  private enqueue(ids: readonly string[]): void {
    if (ids.length > 0) void this.jobQueue.enqueue('stock', [{ ids: [...ids] }]);
  }
}

function weightOf({ entry, from, to }: ErpChange, now: Date): 'calm' | 'returned' | 'large' {
  const weight = weigh({ from, to, passed: entry.largeChange }, now);
  return entry.approved && weight === 'large' ? 'calm' : weight;
}

function unwritten({ entry, to }: ErpChange) {
  return { id: entry._id, to, heldAt: entry.held?.at };
}

function shownLook({ entry, from, to }: ErpChange): HeldChange {
  return { sku: entry.sku, warehouse: entry.warehouse, from, to };
}

function shownEntry({ sku, warehouse, quantity, held }: StockEntry): HeldChange {
  return { sku, warehouse, from: quantity, to: held?.quantity ?? quantity };
}
