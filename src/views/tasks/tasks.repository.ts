import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection, type mongo } from 'mongoose';
import { markKind, type MarkSource } from '../../common/mongo/mark-sources.js';
import { MarkRegistry } from '../../queues/mark-registry.service.js';
import {
  byPlace,
  placeOf,
  TASK_STATES,
  taskOf,
  type MarkedDocument,
  type Task,
  type TaskCounts,
  type TaskPlace,
  type TaskState,
} from './task.js';

export interface TaskFilter {
  readonly kind?: string | undefined;
  readonly state?: TaskState | undefined;
  readonly connection?: string | undefined;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** Null: this was the last page. */
  readonly next: TaskPlace | null;
}

/**
 * Open marks of every source. They are found by the sparse indexes on `due` and `dead` of each mark, so
 * that the cost depends on the open work only; the result is sorted in memory.
 */
@Injectable()
export class TasksRepository {
  constructor(
    private readonly sources: MarkRegistry,
    @InjectConnection() private readonly database: Connection,
  ) {}

  kinds(): string[] {
    return this.sources.all.map(markKind).sort();
  }

  async page(filter: TaskFilter, after: TaskPlace | undefined, limit: number): Promise<TaskPage> {
    const found = await Promise.all(this.asked(filter).map((source) => this.read(source, filter, after, limit + 1)));
    const tasks = found.flat().sort(byPlace);
    const shown = tasks.slice(0, limit);
    const last = shown.at(-1);
    return { tasks: shown, next: tasks.length > limit && last ? placeOf(last) : null };
  }

  /** The number of tasks of each kind that has any, whatever state the filter requests. */
  async counts(filter: TaskFilter): Promise<Record<string, TaskCounts>> {
    const counted = await Promise.all(
      this.asked(filter).map(async (source) => [markKind(source), await this.countsOf(source, filter)] as const),
    );
    return Object.fromEntries(counted.filter(([, counts]) => TASK_STATES.some((state) => counts[state] > 0)));
  }

  private asked({ kind, connection }: TaskFilter): MarkSource[] {
    return this.sources.all.filter(
      (source) =>
        (kind === undefined || markKind(source) === kind) &&
        (connection === undefined || source.about.connection !== undefined),
    );
  }

  private async read(
    source: MarkSource,
    filter: TaskFilter,
    after: TaskPlace | undefined,
    limit: number,
  ): Promise<Task[]> {
    const { field, about } = source;
    const shown = [field, about.connection, about.orderId, about.sku].filter((path) => path !== undefined);
    const documents = await this.collection(source)
      .find(
        { $and: [inState(field, filter.state), ofConnection(source, filter), beyond(source, after)] },
        {
          sort: { [`${field}.since`]: 1, _id: 1 },
          limit,
          projection: Object.fromEntries(shown.map((path) => [path, 1])),
        },
      )
      .toArray();
    return documents.map((document) => taskOf(source, document));
  }

  private async countsOf(source: MarkSource, filter: TaskFilter): Promise<TaskCounts> {
    const { field } = source;
    const groups = await this.collection(source)
      .aggregate<{ _id: { due: boolean; error: boolean }; count: number }>([
        { $match: { $and: [inState(field, undefined), ofConnection(source, filter)] } },
        {
          $group: {
            _id: { due: { $gt: [`$${field}.due`, null] }, error: { $gt: [`$${field}.error`, null] } },
            count: { $sum: 1 },
          },
        },
      ])
      .toArray();
    const counts = { waiting: 0, retrying: 0, dead: 0 };
    for (const { _id, count } of groups) counts[_id.due ? (_id.error ? 'retrying' : 'waiting') : 'dead'] += count;
    return counts;
  }

  private collection({ collection }: MarkSource): mongo.Collection<MarkedDocument> {
    return this.database.getClient().db(this.database.name).collection<MarkedDocument>(collection);
  }
}

function inState(field: string, state: TaskState | undefined): mongo.Filter<MarkedDocument> {
  const open = { [`${field}.due`]: { $exists: true } };
  const dead = { [`${field}.dead`]: true, [`${field}.due`]: { $exists: false } };
  switch (state) {
    case 'waiting':
      return { ...open, [`${field}.error`]: { $exists: false } };
    case 'retrying':
      return { ...open, [`${field}.error`]: { $exists: true } };
    case 'dead':
      return dead;
    case undefined:
      return { $or: [open, dead] };
  }
}

function ofConnection({ about }: MarkSource, { connection }: TaskFilter): mongo.Filter<MarkedDocument> {
  return connection === undefined || about.connection === undefined ? {} : { [about.connection]: connection };
}

/** The tasks after a position: at the same time the later kinds, and of the same kind the later ids. */
function beyond(source: MarkSource, after: TaskPlace | undefined): mongo.Filter<MarkedDocument> {
  if (!after) return {};
  const since = `${source.field}.since`;
  const at = new Date(after.since);
  const kind = markKind(source);
  if (kind > after.kind) return { [since]: { $gte: at } };
  if (kind < after.kind) return { [since]: { $gt: at } };
  return { $or: [{ [since]: { $gt: at } }, { [since]: at, _id: { $gt: after.id } }] };
}
