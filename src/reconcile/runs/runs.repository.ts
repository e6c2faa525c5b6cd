import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, type mongo } from 'mongoose';
import { timeOrderedId } from '../../common/ids.js';
import { LeaseField } from '../../common/mongo/lease-field.js';
import { Marks, openMark } from '../../common/mongo/mark.js';
import { SweptMarks } from '../../common/mongo/mark-sources.js';
import { isDuplicateKey, native } from '../../common/mongo/native.js';
import { expiryOf } from '../../config/retention.js';
import { RECONCILE_SCHEMA_VERSION, Run } from './run.schema.js';
import { countsOf, reasonsOf, type PartKind, type RunKind, type RunState, type StepResult } from './run.types.js';

/** A run takes long, so its mark does not count as overdue work. */
const UNDER_WAY = 'under way';
const RUN_ID = 'run_';
/** Sorts after every id. */
const BEHIND = `${RUN_ID}\u007f`;

export interface RunRequest {
  readonly kind: RunKind;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly parts: readonly { readonly connection: string; readonly work: PartKind }[];
  readonly correlationId?: string | undefined;
}

@Injectable()
export class RunsRepository {
  @SweptMarks({ wake: 'reconcile', about: {} })
  readonly work: Marks<Run>;
  readonly leases: LeaseField<Run>;
  private readonly collection: mongo.Collection<Run>;

  constructor(@InjectModel(Run.name) model: Model<Run>) {
    this.collection = native(model);
    this.leases = new LeaseField(this.collection);
    this.work = new Marks(model, 'work');
  }

  /** Stores a new run. Null: another run has one of its connections. */
  async begin({ kind, dryRun, actor, parts, correlationId }: RunRequest): Promise<Run | null> {
    const now = new Date();
    const run: Run = {
      _id: `${RUN_ID}${timeOrderedId()}`,
      kind,
      dryRun,
      actor,
      parts: parts.map((part) => ({ ...part, counts: {}, reasons: {} })),
      part: 0,
      cursor: null,
      step: 0,
      progressAt: now,
      state: 'running',
      holds: [...new Set(parts.map((part) => part.connection))],
      work: { ...openMark(1, now), error: UNDER_WAY },
      ...(correlationId === undefined ? {} : { correlationId }),
      startedAt: now,
      expireAt: expiryOf('RUN_TTL_DAYS', now),
      schemaVersion: RECONCILE_SCHEMA_VERSION,
    };
    try {
      await this.collection.insertOne(run);
      return run;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return null;
    }
  }

  async find(id: string): Promise<Run | null> {
    return this.collection.findOne({ _id: id });
  }

  /** A run in progress that has any of these connections. */
  async holding(connections: readonly string[]): Promise<Run | null> {
    return this.collection.findOne({ holds: { $in: [...connections] } });
  }

  /** The newest first, older than `before`. */
  async newest(kind: RunKind | undefined, before: string | undefined, limit: number): Promise<Run[]> {
    const filter = { _id: { $lt: before ?? BEHIND, $gt: RUN_ID }, ...(kind ? { kind } : {}) };
    return this.collection.find(filter, { sort: { _id: -1 }, limit }).toArray();
  }

  /** The newest finished dry run of an initial load of this connection that began after `since`. */
  async rehearsal(connection: string, since: Date): Promise<Run | null> {
    const floor = `${RUN_ID}${since.getTime().toString(36).padStart(9, '0')}`;
    const filter = {
      _id: { $gte: floor, $lt: BEHIND },
      kind: 'initial_load' as const,
      dryRun: true,
      state: 'done' as const,
    };
    return this.collection.findOne({
      ...filter,
      'parts.0.connection': connection,
      'parts.0.skipped': { $exists: false },
    });
  }

  /**
   * Counts the result of a step and moves past it, once however often the step was done.
   * @returns false when it was counted before, or the run has ended
   */
  async noteStep(run: Run, result: StepResult): Promise<boolean> {
    const at = `parts.${run.part}`;
    const sums = [
      ...Object.entries(countsOf(result)).map(([outcome, count]) => [`${at}.counts.${outcome}`, count]),
      ...Object.entries(reasonsOf(result.findings)).map(([reason, count]) => [`${at}.reasons.${reason}`, count]),
    ];
    return this.goOn(run, {
      $set: { cursor: result.next, ...(result.next ? {} : { part: run.part + 1 }) },
      $inc: Object.fromEntries(sums) as Record<string, number>,
    });
  }

  /** Skips the rest of a part, with a reason, and continues with the next one. */
  async skipPart(run: Run, reason: string): Promise<boolean> {
    return this.goOn(run, {
      $set: { cursor: null, part: run.part + 1, [`parts.${run.part}.skipped`]: reason },
      $inc: {},
    });
  }

  /** Ends the run. */
  async finish(id: string, state: Exclude<RunState, 'running'>): Promise<void> {
    await this.collection.updateOne(
      { _id: id, state: 'running' },
      { $set: { state, finishedAt: new Date(), work: { requested: 1, processed: 1 } }, $unset: { holds: '' } },
    );
  }

  private async goOn(
    run: Run,
    { $set, $inc }: { $set: Record<string, unknown>; $inc: Record<string, number> },
  ): Promise<boolean> {
    const update = { $set: { ...$set, progressAt: new Date(), 'work.error': UNDER_WAY }, $inc: { ...$inc, step: 1 } };
    const result = await this.collection.updateOne({ _id: run._id, step: run.step, state: 'running' }, update);
    return result.matchedCount === 1;
  }
}
