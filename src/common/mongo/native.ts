import { type Model, type mongo } from 'mongoose';

/**
 * The driver's collection behind a model, typed. Group writes go through it: Mongoose's own `insertMany` drops invalid documents
 * of an unordered group without a word and shifts the positions of the others.
 */
export function native<Doc extends { _id: string }>(model: Model<Doc>): mongo.Collection<Doc> {
  return model.collection as unknown as mongo.Collection<Doc>;
}

export const DUPLICATE_KEY = 11000;

interface GroupError {
  readonly writeErrors?: unknown;
  readonly code?: unknown;
  readonly result?: { getWriteConcernError?(): unknown };
}

/** Undone because another write met it at the same moment. MongoDB tries again by itself; not every compatible server does. */
const WRITE_CONFLICT = 112;

/** The positions that a group insert refused as duplicates. Anything else that went wrong is thrown on. */
export function duplicatePositions(error: unknown): Set<number> {
  return refusedPositions(error, [DUPLICATE_KEY]);
}

/** The positions that a group insert refused as duplicates, or because others wrote there: of these nothing is known but that they are not stored. */
export function overtakenPositions(error: unknown): Set<number> {
  return refusedPositions(error, [DUPLICATE_KEY, WRITE_CONFLICT]);
}

function refusedPositions(error: unknown, codes: readonly number[]): Set<number> {
  const { writeErrors, code, result } = error as GroupError;
  // Refused positions say nothing of the others where the group as a whole was not made durable.
  if (result?.getWriteConcernError?.()) throw error;
  const list = Array.isArray(writeErrors)
    ? (writeErrors as { index: number; code: number }[])
    : writeErrors
      ? [writeErrors as { index: number; code: number }]
      : [];
  if (list.length === 0 || list.some((one) => !codes.includes(one.code))) {
    if (list.length === 0 && codes.includes(Number(code))) return new Set([0]);
    throw error;
  }
  return new Set(list.map((one) => one.index));
}

/** Whether a single write was refused because a unique value is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as GroupError | null)?.code === DUPLICATE_KEY;
}
