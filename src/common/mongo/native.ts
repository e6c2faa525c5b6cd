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

/** The positions that a group insert refused as duplicates. Anything else that went wrong is thrown on. */
export function duplicatePositions(error: unknown): Set<number> {
  const { writeErrors, code, result } = error as GroupError;
  // Refused positions say nothing of the others where the group as a whole was not made durable.
  if (result?.getWriteConcernError?.()) throw error;
  const list = Array.isArray(writeErrors)
    ? (writeErrors as { index: number; code: number }[])
    : writeErrors
      ? [writeErrors as { index: number; code: number }]
      : [];
  if (list.length === 0 || list.some((one) => one.code !== DUPLICATE_KEY)) {
    if (list.length === 0 && code === DUPLICATE_KEY) return new Set([0]);
    throw error;
  }
  return new Set(list.map((one) => one.index));
}

/** Whether a single write was refused because a unique value is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as GroupError | null)?.code === DUPLICATE_KEY;
}
