import { type Mark } from '../../common/mongo/mark.js';
import { markKind, type MarkSource } from '../../common/mongo/mark-sources.js';

/**
 * `waiting`: not tried yet. `retrying`: postponed, `error` says why. `dead`: no attempts are left, a
 * person must act.
 */
export const TASK_STATES = ['waiting', 'retrying', 'dead'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Open work: one open mark. */
export interface Task {
  /** `collection.field`. */
  readonly kind: string;
  /** The id of the document with the mark. */
  readonly id: string;
  readonly connection: string | null;
  readonly orderId: string | null;
  readonly sku: string | null;
  readonly state: TaskState;
  readonly since: Date;
  /** Attempts that count against the limit. */
  readonly attempts: number;
  /** Null: not by itself. */
  readonly nextTry: Date | null;
  readonly error: string | null;
}

/** How many tasks are in each state. */
export type TaskCounts = Readonly<Record<TaskState, number>>;

export type MarkedDocument = { readonly _id: string } & Readonly<Record<string, unknown>>;

export function taskOf(source: MarkSource, document: MarkedDocument): Task {
  const mark = (document[source.field] ?? {}) as Partial<Mark>;
  const { connection, orderId, sku } = source.about;
  return {
    kind: markKind(source),
    id: document._id,
    connection: textAt(document, connection),
    orderId: textAt(document, orderId),
    sku: textAt(document, sku),
    state: stateOf(mark),
    since: mark.since ?? new Date(0),
    attempts: mark.attempts ?? 0,
    nextTry: mark.due ?? null,
    error: mark.error ?? null,
  };
}

/** A dead mark that is requested again is due again. */
export function stateOf({ dead, due, error }: Pick<Partial<Mark>, 'dead' | 'due' | 'error'>): TaskState {
  if (dead === true && due === undefined) return 'dead';
  return error === undefined ? 'waiting' : 'retrying';
}

/** The position in a list of tasks: the longest waiting first, then by kind, then by id. */
export interface TaskPlace {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly kind: string;
  readonly id: string;
}

export function isTaskPlace(place: unknown): place is TaskPlace {
  if (typeof place !== 'object' || place === null) return false;
  const { since, kind, id } = place as Partial<TaskPlace>;
  return typeof since === 'number' && Math.abs(since) < 8.64e15 && typeof kind === 'string' && typeof id === 'string';
}

export function placeOf({ since, kind, id }: Task): TaskPlace {
  return { since: since.getTime(), kind, id };
}

export function byPlace(a: Task, b: Task): number {
  return a.since.getTime() - b.since.getTime() || compare(a.kind, b.kind) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function textAt(document: unknown, path: string | undefined): string | null {
  if (path === undefined) return null;
  const found = path.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), document);
  if (Array.isArray(found)) return found.length > 0 ? found.join(', ') : null;
  return typeof found === 'string' ? found : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
