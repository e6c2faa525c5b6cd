/** A separate database for a spec file: started before its tests, stopped and removed after them. */
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { stopOwned } from '../../process.mjs';
import { canUseDocumentDb, startDocumentDb, startFront } from '../index.mjs';
import { ensureInstalled } from '../install.mjs';
import { startPostgres } from '../postgres.mjs';
import { removeTree } from '../remove-tree.mjs';
import { socketFolderFor } from '../socket-folder.mjs';

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

  /** Where its parts live, as the functions that start them want it. */
  get folders() {
    const [dataDir, runDir, logDir] = ['data', 'run', 'log'].map((name) => join(this.folder, name));
    return { cacheDir, dataDir, runDir, logDir, say: () => undefined };
  }

  get socketFolder() {
    return socketFolderFor(this.folders);
  }

  async up() {
    this.folder = await mkdtemp(join(tmpdir(), 'documentdb-'));
    await this.start();
    this.#client = await this.connect();
  }

  async start() {
    const { uri, processes } = await startDocumentDb({ ...this.folders, port: this.port });
    this.uri = uri;
    this.processes = processes;
  }

  async stop() {
    for (const owned of this.processes)
      await stopOwned(owned, { signal: owned.name === 'postgres' ? 'SIGINT' : 'SIGTERM' });
    this.processes = [];
  }

  /** @param {mongo.MongoClientOptions} [options] @returns {Promise<mongo.MongoClient>} the caller closes it */
  connect(options) {
    return mongo.MongoClient.connect(this.uri, options);
  }

  /**
   * Kills one of its processes with SIGKILL, and waits until it is gone. @param {'documentdb-front' |
   * 'postgres'} name
   */
  async kill(name) {
    const owned = this.processes.find((process) => process.name === name);
    if (!owned) throw new Error(`${name} does not run`);
    await stopOwned(owned, { signal: 'SIGKILL' });
    this.processes = this.processes.filter((process) => process !== owned);
  }

  async startFront() {
    this.processes.unshift(await startFront({ ...this.folders, socketFolder: this.socketFolder, port: this.port }));
  }

  async startPostgres() {
    const { root } = await ensureInstalled(this.folders);
    const { postgres } = await startPostgres({ root, ...this.folders });
    this.processes.push(postgres);
  }

  async remove() {
    await this.#client?.close();
    await this.stop();
    await removeTree(this.folder);
  }
}
