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

/**
 * The positions that a group insert of `count` documents refused as duplicates, or because others wrote there: of these nothing is known
 * but that they are not stored. Anything else that went wrong is thrown on.
 */
export function overtakenPositions(error: unknown, count: number): Set<number> {
  return new Set(refusals(error, count).keys());
}

/** How often a write that others got in the way of is tried, and how long it waits in between at most, in milliseconds. */
const TRIES = 6;
const MOST_PAUSE_MS = 20;

/**
 * Inserts documents that have nothing to do with one another. Gives back of each whether it is new; false: there is one with its id.
 * @throws MongoBulkWriteError for anything else, and when others stay in the way
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

/** Repeats a write that others got in the way of. Only for one that may be carried out twice, in part too. */
export async function throughConflicts<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (tries === TRIES || (error as GroupError).code !== WRITE_CONFLICT) throw error;
    }
    await aMoment();
  }
}

/** The refused positions of a group insert with their codes, as far as others are the cause. */
function refusals(error: unknown, count: number): Map<number, number> {
  const { writeErrors, code, result } = error as GroupError;
  // Refused positions say nothing of the others where the group as a whole was not made durable.
  if (result?.getWriteConcernError?.()) throw error;
  const list = (Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : []) as {
    index: number;
    code: number;
  }[];
  // A refusal of the whole group: none of it is stored.
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
