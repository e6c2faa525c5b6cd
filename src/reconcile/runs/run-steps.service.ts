import { Inject, Injectable } from '@nestjs/common';
import { checkpoint } from '../../common/checkpoint.js';
import { AppConfig } from '../../config/app-config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { FailurePolicy } from '../../outages/failure-policy.service.js';
import { PART_WORKERS, PartUnworkableError, type PartWorkers } from '../steps/step.js';
import { RunLinesRepository } from './run-lines.repository.js';
import { type Run } from './run.schema.js';
import { type RunPart } from './run.types.js';
import { RunsRepository } from './runs.repository.js';

/** Does one step of a run's current part, and records what it found. */
@Injectable()
export class RunSteps {
  constructor(
    private readonly config: AppConfig,
    private readonly runs: RunsRepository,
    private readonly lines: RunLinesRepository,
    private readonly connections: ConnectionsService,
    private readonly failures: FailurePolicy,
    @Inject(PART_WORKERS) private readonly workers: PartWorkers,
  ) {}

  /**
   * Skips the part where it cannot be worked on. `again`: the step may have been begun before.
   * @throws what the connector of the part throws
   */
  async step(run: Run, part: RunPart, again: boolean): Promise<void> {
    try {
      if ((await this.connections.blockedUntil(part.connection)) === 'paused')
        throw new PartUnworkableError(`${part.connection} is paused`);
      const size = this.config.values.RECONCILE_BATCH_SIZE;
      const result = await this.workers[part.work].step({ run, part, cursor: run.cursor, size, again });
      checkpoint('run.looked');
      await this.lines.put(run, result.findings);
      await this.runs.noteStep(run, result);
      this.failures.recordSuccess(part.connection);
    } catch (error) {
      if (!(error instanceof PartUnworkableError)) throw error;
      await this.skip(run, part, error.message);
    }
  }

  async skip(run: Run, part: RunPart, reason: string): Promise<void> {
    await this.leave(run, part);
    await this.runs.skipPart(run, reason);
  }

  /** The part ends before its time. */
  async leave(run: Run, part: RunPart): Promise<void> {
    await this.workers[part.work].left?.(run, part);
  }
}
