import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { markKind } from '../common/mongo/mark-sources.js';
import { MarkRegistry } from '../queues/mark-registry.service.js';
import { AppConfig } from '../config/app-config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ListingReads } from './listing-reads.repository.js';

/** The marks of a sale on its way to the channels. */
const SALES = [
  'webhook_events.handle',
  'orders.record',
  'orders.deliver',
  'stock_movements.project',
  'commands.finish',
];
/** A shorter wait is normal: sales should be published within a second. */
const YOUNG_MS = 1_000;
/** A longer wait has another reason than a lack of capacity. */
const OLD_MS = 10 * 60_000;
const LOOK_MS = { first: 100, longest: 1_000 };

/** Gives precedence to sales: a bulk job calls this before each piece of its work. */
@Injectable()
export class SalesFirst implements BeforeApplicationShutdown {
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly sources: MarkRegistry,
    private readonly connections: ConnectionsService,
    private readonly listings: ListingReads,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Resolves when no sale waits, or after the configured time. */
  async turn(): Promise<void> {
    const startedAt = Date.now();
    const limitMs = this.config.values.RECONCILE_PATIENCE_MS;
    for (let pause = LOOK_MS.first; !this.stopped; pause = Math.min(pause * 2, LOOK_MS.longest)) {
      const waited = Date.now() - startedAt;
      if (waited >= limitMs) return;
      if (!(await this.waits()) && !(await this.pushWaits())) return;
      await sleep(Math.min(pause, limitMs - waited));
    }
  }

  private async waits(): Promise<boolean> {
    const { from, to } = span();
    for (const source of this.sources.all) {
      if (SALES.includes(markKind(source)) && (await source.marks.waitsSince(from, to))) return true;
    }
    return false;
  }

  /** The push may wait for the limit of its channel. The job then waits in vain, but no longer than configured. */
  private async pushWaits(): Promise<boolean> {
    const { from, to } = span();
    for (const { connection } of this.connections.channels())
      if (await this.listings.saleWaits(connection.id, from, to)) return true;
    return false;
  }
}

function span(): { from: Date; to: Date } {
  const now = Date.now();
  return { from: new Date(now - OLD_MS), to: new Date(now - YOUNG_MS) };
}
