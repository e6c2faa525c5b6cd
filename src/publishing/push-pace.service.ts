import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelConnector, type Connection } from '../connectors/contract.js';
import { type Bound } from '../connectors/registry.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { CLOCK_SKEW_MS } from '../common/clock.js';

/** How fast and in what sizes this process pushes to each channel. Another process may differ: the platform's answers put both right. */
@Injectable()
export class PushPace {
  /** Of the monotonic clock. */
  private readonly lastSent = new Map<string, number>();
  /** Until when a channel takes no push, however urgent; `endsAt` of the monotonic clock. */
  private readonly closed = new Map<string, { readonly until: Date; readonly endsAt: number }>();
  /** Listings per push of a channel for which a larger push was too much. */
  private readonly sizes = new Map<string, number>();

  constructor(private readonly wakeups: PumpWakeups) {}

  /** No push goes before `until`. Wakes the pump then. */
  close(connectionId: string, until: Date): void {
    this.closed.set(connectionId, { until, endsAt: performance.now() + until.getTime() - Date.now() });
    this.wakeups.wakeAt(connectionId, until);
  }

  /** Null: pushes may go. */
  closedUntil(connectionId: string): Date | null {
    const closed = this.closed.get(connectionId);
    const left = (closed?.endsAt ?? 0) - performance.now();
    if (!closed || left <= 0) return null;
    // The job for that time may come early.
    if (left < CLOCK_SKEW_MS) this.wakeups.wakeAt(connectionId, new Date(Date.now() + left));
    return closed.until;
  }

  /** Null: the platform has room for a push now. No number is read before that time, so that all changes until then are one push. */
  async roomAt({ connector, connection }: Bound<ChannelConnector>): Promise<Date | null> {
    if (!connector.pushRoom || connection.publishing === 'shadow') return null;
    const room = await connector.pushRoom(connection);
    if (room) this.wakeups.wakeAt(connection.id, room);
    return room;
  }

  /** Waits for the connection's push interval, so that sales within a short time are one push. */
  async awaitInterval({ id, settings }: Connection): Promise<void> {
    const interval = (settings as { pushIntervalMs?: number }).pushIntervalMs ?? 0;
    const wait = (this.lastSent.get(id) ?? Number.NEGATIVE_INFINITY) + interval - performance.now();
    if (wait > 0) await sleep(wait);
  }

  /** A call is about to go out. */
  recordSend(connectionId: string): void {
    this.lastSent.set(connectionId, performance.now());
  }

  /** How many listings one push may carry. */
  sizeOf({ connector, connection }: Bound<ChannelConnector>): number {
    const most = connector.manifest.pushBatchSize;
    return Math.min(most, this.sizes.get(connection.id) ?? most);
  }

  /** The channel took a push: the next one may be larger. */
  grow(bound: Bound<ChannelConnector>): void {
    this.sizes.set(bound.connection.id, this.sizeOf(bound) * 2);
  }

  /** A push of that many was too much: the channel refused it as a whole, or the lease ended before its numbers were read. The next one is half as large. */
  halve(connectionId: string, tooMany: number): void {
    this.sizes.set(connectionId, Math.ceil(tooMany / 2));
  }
}
