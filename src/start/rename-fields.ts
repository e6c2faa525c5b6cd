import { type mongo } from 'mongoose';

/** Documents per update: a second or two of work, and few enough to repeat. */
const PAGE = 2_000;

/** A stored field's old name and its new one, both as dotted paths. */
export type Renames = Readonly<Record<string, string>>;

/**
 * Renames fields of a collection, page by page along `_id`. It may be interrupted anywhere and run again,
 * also by two processes at once: a document that has only the new names is not changed.
 */
export async function renameFields(db: mongo.Db, name: string, renames: Renames): Promise<void> {
  const collection = db.collection<{ _id: string }>(name);
  const isOld = { $or: Object.keys(renames).map((field) => ({ [field]: { $exists: true } })) };
  for (let after: string | null = null; ;) {
    const rest: mongo.Filter<{ _id: string }> = after === null ? {} : { _id: { $gt: after } };
    const page = await collection
      .find(rest, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray();
    const last = page.at(-1)?._id;
    if (last === undefined) return;
    const range = { ...(after === null ? {} : { $gt: after }), $lte: last };
    await collection.updateMany({ _id: range, ...isOld }, { $rename: renames });
    after = last;
  }
}

/** Replaces one value of a field by another. */
export async function replaceValue(db: mongo.Db, name: string, field: string, from: string, to: string): Promise<void> {
  await db.collection(name).updateMany({ [field]: from }, { $set: { [field]: to } });
}

/** Drops the indexes of a collection that contain a renamed field. */
export async function dropIndexesOn(db: mongo.Db, name: string, field: string): Promise<void> {
  const indexes = await db
    .collection(name)
    .indexes()
    .catch(() => []);
  for (const index of indexes)
    if (field in index.key)
      await db
        .collection(name)
        .dropIndex(index.name ?? '')
        .catch(ignoreMissing);
}

/** Ignores that another process dropped it at the same time. */
export function ignoreMissing(error: unknown): void {
  if ((error as { codeName?: string } | null)?.codeName !== 'IndexNotFound') throw error;
}
