/** A database of its own for a spec file: started before its tests, stopped and removed after them. */
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { stopOwned } from '../../process.mjs';
import { canUseDocumentDb, startDocumentDb } from '../index.mjs';
import { removeTree } from '../remove-tree.mjs';

const usable = await canUseDocumentDb();

/** `describe` where the database can run, else skipped with the reason in its name. */
export const describeWithDatabase = usable.ok
  ? describe
  : (/** @type {string} */ name, /** @type {() => void} */ body) => describe.skip(`${name} (${usable.reason})`, body);

/** The first run on a machine installs the engine. */
const INSTALL_MS = 600_000;

/** The product's folder in the user's cache. */
export const cacheDir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'stock-orchestrator');

/**
 * Call it in a `describe`.
 * @param {number} port
 */
export function useDatabase(port) {
  const database = new TestDatabase(port);
  beforeAll(() => database.up(), INSTALL_MS);
  afterAll(() => database.remove(), 60_000);
  return database;
}

export class TestDatabase {
  /** @type {import('../../process.mjs').Owned[]} */
  processes = [];
  /** @type {mongo.MongoClient | null} */
  #client = null;
  folder = '';
  uri = '';

  /** @param {number} port */
  constructor(port) {
    this.port = port;
  }

  get client() {
    if (!this.#client) throw new Error('the database has not been started');
    return this.#client;
  }

  /** An empty database, named after the test's topic. @param {string} name */
  async empty(name) {
    const db = this.client.db(name);
    await db.dropDatabase();
    return db;
  }

  /** Starts what does not run. */
  async up() {
    this.folder ||= await mkdtemp(join(tmpdir(), 'documentdb-'));
    const [dataDir, runDir, logDir] = ['data', 'run', 'log'].map((name) => join(this.folder, name));
    const { uri, processes } = await startDocumentDb({ cacheDir, dataDir, runDir, logDir, port: this.port, say: () => undefined });
    this.uri = uri;
    this.processes = processes;
    this.#client ??= await this.connect();
  }

  /** @param {mongo.MongoClientOptions} [options] @returns {Promise<mongo.MongoClient>} the caller closes it */
  connect(options) {
    return mongo.MongoClient.connect(this.uri, options);
  }

  /** @param {'documentdb-front' | 'postgres'} name @returns {import('../../process.mjs').Owned} */
  process(name) {
    const owned = this.processes.find((process) => process.name === name);
    if (!owned) throw new Error(`${name} does not run`);
    return owned;
  }

  async remove() {
    await this.#client?.close();
    for (const owned of this.processes) await stopOwned(owned, { signal: owned.name === 'postgres' ? 'SIGINT' : 'SIGTERM' });
    await removeTree(this.folder);
  }
}
