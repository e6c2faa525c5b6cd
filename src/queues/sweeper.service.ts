import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { Marks } from '../common/mongo/mark.js';
import { takeover } from '../common/takeover.js';
import { CommandsRepository } from '../commands/commands.repository.js';
import { AppConfig } from '../config/app-config.js';
import { ListingsRepository } from '../connectors/listings.repository.js';
import { BacklogProbe } from '../health/probes.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { EntriesRepository } from '../stock/entries.repository.js';
import { StockMovement } from '../stock/schemas.js';
import { PushesRepository } from '../sync/pushes.repository.js';
import { EventsRepository } from '../webhooks/events.repository.js';
import { HintsService } from './hints.service.js';

const LIMIT = 500;

interface Overdue {
  takeOverdue(limit: number, againMs: number, now?: Date): Promise<string[]>;
  oldestWaiting(): Promise<Date | null>;
}

interface Sweep {
  readonly marks: Overdue;
  readonly hint: (ids: string[]) => Promise<boolean>;
}

/**
 * Finds work that no job has done, and hints at it again: whatever Redis lost, and whatever a process left that died. Its clock is this
 * process's own, so that it needs nothing but the database.
 */
@Injectable()
export class Sweeper extends BacklogProbe implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private readonly sweeps: readonly Sweep[];
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly config: AppConfig,
    private readonly hints: HintsService,
    events: EventsRepository,
    orders: OrdersRepository,
    entries: EntriesRepository,
    listings: ListingsRepository,
    pushes: PushesRepository,
    commands: CommandsRepository,
    @InjectModel(StockMovement.name) movements: Model<StockMovement>,
  ) {
    super();
    this.sweeps = [
      {
        marks: events.handle,
        hint: (ids) =>
          hints.enqueue(
            'inbox',
            ids.map((eventId) => ({ eventId })),
          ),
      },
      {
        marks: orders.record,
        hint: (ids) =>
          hints.enqueue(
            'orders',
            ids.map((orderKey) => ({ orderKey })),
          ),
      },
      {
        marks: orders.deliver,
        hint: (ids) =>
          hints.enqueue(
            'orders',
            ids.map((orderKey) => ({ orderKey })),
          ),
      },
      {
        marks: new Marks(movements, 'project'),
        hint: (ids) => hints.enqueue('stock', [{ movements: ids }]),
      },
      { marks: entries.observe, hint: (ids) => hints.enqueue('stock', [{ entries: ids }]) },
      { marks: listings.push, hint: (ids) => this.hintPumps(ids) },
      {
        marks: pushes.follow,
        hint: (ids) =>
          hints.enqueue(
            'feeds',
            ids.map((pushId) => ({ pushId })),
          ),
      },
      {
        marks: commands.finish,
        hint: (ids) =>
          hints.enqueue(
            'commands',
            ids.map((commandId) => ({ commandId })),
          ),
      },
    ];
  }

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** How long the oldest piece of work that nothing has put off has been waiting, in milliseconds. */
  async oldestMs(): Promise<number> {
    const oldest = (await Promise.all(this.sweeps.map(({ marks }) => marks.oldestWaiting()))).filter((since) => since !== null);
    return oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest.map((since) => since.getTime())));
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => {
        this.running = null;
        this.schedule(this.config.values.SWEEP_INTERVAL_MS);
      });
    }, delayMs);
  }

  private async round(): Promise<void> {
    for (const { marks, hint } of this.sweeps) {
      try {
        const ids = await marks.takeOverdue(LIMIT, takeover.againMs());
        if (ids.length > 0) await hint(ids);
      } catch (error) {
        this.logger.warn(`a sweep failed: ${error instanceof Error ? error.message : 'unknown error'}`);
      }
    }
  }

  private async hintPumps(listingIds: readonly string[]): Promise<boolean> {
    const connections = new Set(listingIds.map((id) => id.slice(0, id.indexOf('/'))));
    return this.hints.enqueue(
      'pushes',
      [...connections].map((connection) => ({ connection })),
    );
  }
}
