import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { checkpoint } from '../common/checkpoint.js';
import { EntriesRepository } from './entries.repository.js';
import { type Movement } from './ledger.types.js';
import { MovementListener } from './movement-listener.js';
import { MovementsRepository } from './movements.repository.js';

/** Movements projected in one group. */
const GROUP = 1_000;

/**
 * Projects movements into the stock entries and notifies the listener. Work that a crash interrupts is
 * found by its mark.
 */
@Injectable()
export class ProjectionService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Projection');
  private readonly waiting: Movement[] = [];
  private working: Promise<void> | null = null;
  private group: Promise<void> = Promise.resolve();

  constructor(
    private readonly movements: MovementsRepository,
    private readonly entries: EntriesRepository,
    private readonly listener: MovementListener,
  ) {}

  /** Projects soon, together with other movements. Never throws: the mark on each movement stays until it is done. */
  project(movements: readonly Movement[]): void {
    if (movements.length === 0) return;
    this.waiting.push(...movements);
    this.working ??= this.drain();
  }

  /**
   * Resolves once at most this many movements wait. A caller that appends very many waits here, so that
   * those of sales are not delayed.
   */
  async keptUp(mostWaiting: number): Promise<void> {
    while (this.waiting.length > mostWaiting) await this.group;
  }

  async projectNow(movements: readonly Movement[]): Promise<void> {
    await this.entries.project(movements);
    checkpoint('movement.projected');
    await this.listener.onMoved(movements);
    checkpoint('movement.told');
    await this.movements.settle(movements.map((movement) => movement._id));
    checkpoint('movement.settled');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.working;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      this.group = this.projectGroup(this.waiting.splice(0, GROUP));
      await this.group;
    }
    this.working = null;
  }

  private async projectGroup(group: readonly Movement[]): Promise<void> {
    try {
      await this.projectNow(group);
    } catch (error) {
      this.logger.warn(`${group.length} movements are left to the sweeper: ${errorText(error)}`);
    }
  }
}
