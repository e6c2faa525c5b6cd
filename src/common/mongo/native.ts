import { type Model, type mongo } from 'mongoose';

/**
 * The driver's collection behind a model, typed. Group writes use it because Mongoose's own `insertMany`
 * silently drops invalid documents of an unordered group and shifts the positions of the others.
 */
export function native<Doc extends { _id: string }>(model: Model<Doc>): mongo.Collection<Doc> {
  return model.collection as unknown as mongo.Collection<Doc>;
}

export const DUPLICATE_KEY = 11000;

interface GroupError {
  readonly writeErrors?: unknown;
  readonly code?: unknown;
  readonly errorLabels?: unknown;
  readonly result?: { getWriteConcernError?(): unknown };
}

/** The write met a concurrent one and was undone. MongoDB retries by itself; not every compatible server does. */
const WRITE_CONFLICT = 112;

/**
 * The positions that a group insert of `count` documents refused as duplicates or because of write
 * conflicts. They are not stored; nothing else is known of them. Throws on any other error.
 */
export function overtakenPositions(error: unknown, count: number): Set<number> {
  return new Set(refusals(error, count).keys());
}

/** Attempts of a write that meets conflicts, and the longest pause in between, in milliseconds. */
const TRIES = 6;
const MOST_PAUSE_MS = 20;

/**
 * Inserts independent documents. Gives back for each whether it is new; false: a document with its id
 * exists.
 * @throws MongoBulkWriteError for any other error, and when conflicts continue
 */
export async function insertNew<Doc extends { _id: string }>(
  collection: mongo.Collection<Doc>,
  documents: readonly Doc[],
): Promise<boolean[]> {
  const isNew = documents.map(() => true);
  let open = [...documents.keys()];
  for (let tries = 1; open.length > 0; tries++) {
    const group = open.flatMap((position) => documents[position] ?? []);
    try {
      await collection.insertMany(group as unknown as mongo.OptionalUnlessRequiredId<Doc>[], { ordered: false });
      break;
    } catch (error) {
      const refused = refusals(error, group.length);
      const codeAt = (i: number) => refused.get(i);
      for (const [i, position] of open.entries()) if (codeAt(i) === DUPLICATE_KEY) isNew[position] = false;
      open = open.filter((_, i) => codeAt(i) === WRITE_CONFLICT);
      if (open.length > 0 && tries === TRIES) throw error;
    }
    await aMoment();
  }
  return isNew;
}

/** Retries a write that meets conflicts, or a change of the primary. Only for writes that may be repeated, also in part. */
export async function throughConflicts<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (tries === TRIES || !isRepeatable(error as GroupError)) throw error;
    }
    await aMoment();
  }
}

/** The driver itself repeats writes of single documents only. */
function isRepeatable({ code, errorLabels }: GroupError): boolean {
  return code === WRITE_CONFLICT || (Array.isArray(errorLabels) && errorLabels.includes('RetryableWriteError'));
}

/** The positions that duplicates or conflicts refused, with their codes. */
function refusals(error: unknown, count: number): Map<number, number> {
  const { writeErrors, code, result } = error as GroupError;
  // If the group was not made durable, the positions that were not refused are uncertain.
  if (result?.getWriteConcernError?.()) throw error;
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    index: number;
    code: number;
  }[];
  // A refusal of the whole group: nothing of it is stored.
  if (list.length === 0 && (code === WRITE_CONFLICT || (code === DUPLICATE_KEY && count === 1)))
    return new Map(Array.from({ length: count }, (_, position) => [position, code]));
  if (list.length === 0 || list.some((one) => one.code !== DUPLICATE_KEY && one.code !== WRITE_CONFLICT)) throw error;
  return new Map(list.map((one) => [one.index, one.code]));
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * MOST_PAUSE_MS));
}

/** Whether a single write was refused because a unique value is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as GroupError | null)?.code === DUPLICATE_KEY;
}
