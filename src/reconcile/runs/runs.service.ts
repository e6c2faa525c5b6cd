import { Injectable } from '@nestjs/common';
import { currentContext } from '../../common/context.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../common/errors.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { JobQueue } from '../../queues/job-queue.service.js';
import { RunWorker } from './run-worker.service.js';
import { type Run } from './run.schema.js';
import { type PartKind } from './run.types.js';
import { RunsRepository, type RunRequest } from './runs.repository.js';

/** How long a dry run allows the real run after it, in milliseconds. */
const REHEARSED_MS = 24 * 3_600_000;
const SCHEDULE = 'schedule';

type Parts = RunRequest['parts'];

/** Starts and stops runs. */
@Injectable()
export class RunsService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly connections: ConnectionsService,
    private readonly worker: RunWorker,
    private readonly jobQueue: JobQueue,
  ) {}

  /**
   * Starts a full comparison of one connection, or of all, ERPs first.
   * @throws InvalidInputError for an unknown connection
   * @throws ConflictError while another run has one of them
   */
  reconcile(connection?: string): Promise<Run> {
    return this.begin({ kind: 'reconcile', dryRun: false, parts: this.partsOf(connection), ...whoAsks() });
  }

  /** The same by schedule. Null: there is nothing to compare, or another run is in progress. */
  async reconcileOnSchedule(): Promise<Run | null> {
    const parts = this.partsOf();
    if (parts.length === 0) return null;
    const run = await this.runs.begin({ kind: 'reconcile', dryRun: false, parts, actor: SCHEDULE });
    if (run) void this.jobQueue.enqueue('reconcile', [{ ids: [run._id] }]);
    return run;
  }

  /**
   * Starts to take over the stock of a connection. A real run needs a dry run that finished within the
   * last day, or a person's confirmation to skip it.
   * @throws NotFoundError when there is no such connection
   * @throws ConflictError without a dry run, and while another run has the connection
   */
  async load(
    connection: string,
    { dryRun, confirm }: { readonly dryRun: boolean; readonly confirm: boolean },
  ): Promise<Run> {
    const part = { connection, work: this.loadOf(connection) };
    if (!dryRun && !confirm && !(await this.runs.rehearsal(connection, new Date(Date.now() - REHEARSED_MS))))
      throw new ConflictError('problems.dry-run-first.detail', { connection });
    return this.begin({ kind: 'initial_load', dryRun, parts: [part], ...whoAsks() });
  }

  /** @throws NotFoundError */
  async find(id: string): Promise<Run> {
    const found = await this.runs.find(id);
    if (!found) throw new NotFoundError('problems.not-found.run', { id: id.slice(0, 60) });
    return found;
  }

  /** Stops a run; its findings and corrections so far stand. @throws NotFoundError */
  async stop(id: string): Promise<Run> {
    await this.worker.stop(await this.find(id));
    return this.find(id);
  }

  private async begin(wish: RunRequest): Promise<Run> {
    const run = await this.runs.begin(wish);
    if (!run) {
      const other = await this.runs.holding(wish.parts.map((part) => part.connection));
      throw new ConflictError(
        'problems.run-under-way.detail',
        {},
        other ? { runId: other._id, href: `/runs/${other._id}` } : {},
      );
    }
    this.jobQueue.send('reconcile', [run._id]);
    return run;
  }

  /** ERPs first, because the channels' right numbers follow from them. */
  private partsOf(connection?: string): Parts {
    const erps = this.connections
      .erps()
      .map((bound) => ({ connection: bound.connection.id, work: 'erp_stock' as const }));
    const channels = this.connections
      .channels()
      .map((bound) => ({ connection: bound.connection.id, work: 'channel_stock' as const }));
    const parts = [...erps, ...channels].filter((part) => connection === undefined || part.connection === connection);
    if (parts.length === 0 && connection !== undefined)
      throw new InvalidInputError([{ field: 'connection', expected: 'must be the id of a connection' }]);
    return parts;
  }

  private loadOf(connection: string): PartKind {
    if (this.connections.erp(connection)) return 'erp_load';
    if (this.connections.channel(connection)) return 'channel_load';
    throw new NotFoundError('problems.not-found.connection', { connection: connection.slice(0, 100) });
  }
}

function whoAsks(): Pick<RunRequest, 'actor' | 'correlationId'> {
  const { actor = 'anonymous', correlationIds } = currentContext();
  return { actor, correlationId: correlationIds[0] };
}
