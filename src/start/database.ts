import { randomUUID } from 'node:crypto';
import { mongo, type Connection, type Model } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { isDuplicateKey } from '../common/mongo/native.js';
import { type AppConfig } from '../config/app-config.js';
import { migrate } from './migrations.js';

/** Raised when stored documents change so that older code would misread them. */
export const DATABASE_SCHEMA_VERSION = 5;

/** The replica set name of a database that `npm start` brought up itself. */
const OWN_DATABASE = 'npm-start';
const WAIT_MS = 30_000;
const ATTEMPT_MS = 3_000;
const PAUSE_MS = 500;
const TURN_MS = 15_000;
const TURN_PAUSE_MS = 100;
const DUPLICATE_KEY = 11000;

/** The database prevents the start. The message is for the person at the terminal and holds no credentials. */
export class DatabaseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** It gave no answer in time. */
export class DatabaseAwayError extends DatabaseError {}

/** It answers, but must not be used. */
export class DatabaseRefusedError extends DatabaseError {}

interface StoredVersion {
  readonly _id: string;
  readonly version: number;
}

/**
 * Waits for the database and makes sure that it may be used, before anything else touches it.
 * @param say receives a line for the person at the terminal
 * @throws DatabaseAwayError after 30 s without an answer
 * @throws DatabaseRefusedError for a database newer than the code, or one of `npm start` in production
 */
export async function checkDatabase(config: AppConfig, say: (line: string) => void, waitMs = WAIT_MS): Promise<void> {
  const client = new mongo.MongoClient(config.mongoUri, { serverSelectionTimeoutMS: ATTEMPT_MS });
  try {
    const hello = await firstAnswer(client, say, waitMs);
    const stored = await settings(client.db()).findOne({ _id: 'schema' });
    const refusal = refusalOf(
      { setName: hello.setName as unknown, version: stored?.version ?? 0 },
      config.isProduction,
    );
    if (refusal) throw new DatabaseRefusedError(refusal);
  } finally {
    await client.close();
  }
}

/** Why a database must not be used; null where it may. */
export function refusalOf(database: { setName: unknown; version: number }, isProduction: boolean): string | null {
  if (isProduction && database.setName === OWN_DATABASE)
    return 'MONGODB_URI leads to a database that `npm start` brought up for trying things out. Production needs one of its own, with backups.';
  if (database.version > DATABASE_SCHEMA_VERSION)
    return `The database has schema version ${database.version}, this program knows ${DATABASE_SCHEMA_VERSION}: a newer release has worked with it. Start that one, or restore a backup from before.`;
  return null;
}

/**
 * Migrates older documents, creates the indexes of every model, and stores the schema version. Runs before
 * the first request and the first job.
 */
export async function prepareDatabase(connection: Connection): Promise<void> {
  const db = connection.getClient().db(connection.name);
  await inTurn(db, async () => {
    const stored = await settings(db).findOne({ _id: 'schema' });
    await migrate(db, stored?.version ?? 0);
    await Promise.all(Object.values(connection.models).map(createIndexes));
    await noteVersion(db);
  });
}

/**
 * Lets one of several starting processes prepare the database; the others find it done. Two processes that
 * create the same indexes at once can block each other for minutes on DocumentDB. A process that dies here
 * delays the others by at most `TURN_MS`.
 */
async function inTurn(db: mongo.Db, work: () => Promise<void>): Promise<void> {
  const turns = db.collection<{ _id: string; owner?: string; until?: Date }>('settings');
  const owner = randomUUID();
  const take = () =>
    turns.updateOne(
      { _id: 'preparing', until: { $not: { $gt: new Date() } } },
      { $set: { owner, until: new Date(Date.now() + TURN_MS) } },
      { upsert: true },
    );
  // While another process has the lease, the update matches nothing and its insert meets an existing
  // document.
  for (let taken = false; !taken;) {
    taken = await take().then(
      () => true,
      (error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
        return false;
      },
    );
    if (!taken) await delay(TURN_PAUSE_MS);
  }
  try {
    await work();
  } finally {
    await turns.updateOne({ _id: 'preparing', owner }, { $unset: { owner: '', until: '' } });
  }
}

/**
 * Creates all indexes of a collection in one command. Mongoose would send one command each, and DocumentDB
 * builds every later index in the background, at a second or two apiece.
 */
async function createIndexes(model: Model<unknown>): Promise<void> {
  const indexes = model.schema.indexes().map(([key, options]) => ({ ...options, key }) as mongo.IndexDescription);
  if (indexes.length > 0)
    await model.db.getClient().db(model.db.name).collection(model.collection.name).createIndexes(indexes);
}

async function firstAnswer(
  client: mongo.MongoClient,
  say: (line: string) => void,
  waitMs: number,
): Promise<mongo.Document> {
  const giveUpAt = Date.now() + waitMs;
  const hosts = client.options.hosts.map(String).join(', ') || 'the given address';
  let said = false;
  for (;;) {
    try {
      return await client.db('admin').command({ hello: 1 });
    } catch (cause) {
      if (cause instanceof mongo.MongoServerError)
        throw new DatabaseRefusedError(
          `MongoDB at ${hosts} refuses: ${cause.codeName ?? 'unknown reason'}. Is MONGODB_URI right?`,
          {
            cause,
          },
        );
      if (Date.now() >= giveUpAt)
        throw new DatabaseAwayError(
          `MongoDB at ${hosts} did not answer within ${waitMs / 1000} s. Is it running, and is MONGODB_URI right?`,
          { cause },
        );
      if (!said) say(`MongoDB at ${hosts} does not answer yet: trying for ${waitMs / 1000} s`);
      said = true;
      await delay(PAUSE_MS);
    }
  }
}

/** Never lowers it: an older release that starts at the same time changes nothing. */
async function noteVersion(db: mongo.Db): Promise<void> {
  const raise = () =>
    settings(db).updateOne(
      { _id: 'schema' },
      { $max: { version: DATABASE_SCHEMA_VERSION } },
      { upsert: true, writeConcern: { w: 'majority', journal: true } },
    );
  try {
    await raise();
  } catch (error) {
    // Two processes inserted it at once; it exists now.
    if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    await raise();
  }
}

function settings(db: mongo.Db): mongo.Collection<StoredVersion> {
  return db.collection<StoredVersion>('settings');
}
