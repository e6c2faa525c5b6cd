import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive } from '../process.mjs';
import { ensureInstalled } from './install.mjs';
import { FrontStartError, startDocumentDb, startFront } from './index.mjs';
import { PostgresStartError } from './postgres-errors.mjs';
import { startPostgres } from './postgres.mjs';
import { runningPostmaster } from './postmaster.mjs';
import { SOCKET_NAME, socketFolderFor } from './socket-folder.mjs';
import { describeWithDatabase, useDatabase } from './testing/database.mjs';

describe('socketFolderFor', () => {
  it('is in the run folder when the path is short enough for a socket', () => {
    expect(socketFolderFor({ runDir: '/srv/app/run', dataDir: '/srv/app/data' })).toBe('/srv/app/run/pg/s');
  });

  it('is always short, and different for each data folder', () => {
    const runDir = `/srv/${'long/'.repeat(30)}`;
    const [one, other] = ['/a', '/b'].map((dataDir) => socketFolderFor({ runDir, dataDir }));
    expect(join(one, SOCKET_NAME).length).toBeLessThanOrEqual(107);
    expect(one).not.toBe(other);
  });
});

describeWithDatabase('PostgreSQL', () => {
  const database = useDatabase(27398);

  it('is reached by its own user and root alone', async () => {
    const [inner, outer, data] = await Promise.all(
      [database.socketFolder, dirname(database.socketFolder), database.folders.dataDir].map((path) => stat(path)),
    );
    expect([inner, outer, data].map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
    expect([outer.uid, data.uid]).toEqual([0, 0]);
  });

  it('is adopted when it already runs', async () => {
    const { root } = await ensureInstalled(database.folders);
    const { postgres } = await startPostgres({ root, ...database.folders });
    expect(postgres).toMatchObject({ pid: database.processes[1]?.pid, startedAt: database.processes[1]?.startedAt });
  });

  it('starts again after a kill although another process has its old pid now', async () => {
    const lock = join(database.folders.dataDir, 'pg/postmaster.pid');
    await database.client.db('kept').collection('things').insertOne({ a: 1 });
    await database.kill('postgres');
    const lines = (await readFile(lock, 'utf8')).split('\n');
    await writeFile(lock, [String(process.pid), ...lines.slice(1)].join('\n'));
    expect(await runningPostmaster(join(database.folders.dataDir, 'pg'))).toBeNull();
    await database.startPostgres();
    expect(await database.client.db('kept').collection('things').countDocuments()).toBe(1);
  }, 60_000);

  it('reports the reason when it cannot start', async () => {
    const { root } = await ensureInstalled(database.folders);
    const folder = await mkdtemp(join(tmpdir(), 'broken-'));
    try {
      const where = {
        root,
        dataDir: join(folder, 'data'),
        runDir: join(folder, 'run'),
        logDir: join(folder, 'log'),
        say: () => undefined,
      };
      await mkdir(join(where.dataDir, 'pg'), { recursive: true });
      const error = await startPostgres(where).catch((reason) => reason);
      expect(error).toBeInstanceOf(PostgresStartError);
      expect(error.message).toMatch(/data directory|PG_VERSION|not a valid|postgresql\.conf/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('keeps no document in its log, even of a refused write', async () => {
    const things = database.client.db('logged').collection('things');
    await things.createIndex({ mail: 1 }, { unique: true });
    await things.insertOne({ mail: 'someone@example.org' });
    await expect(
      things.findOneAndUpdate({ a: 1 }, { $set: { mail: 'someone@example.org' } }, { upsert: true }),
    ).rejects.toMatchObject({
      code: 11000,
    });
    const log = await readFile(join(database.folders.logDir, 'postgres.log'), 'utf8');
    const hidden = ['someone@example.org', Buffer.from('someone@example.org').toString('hex')];
    expect(hidden.filter((text) => log.includes(text))).toEqual([]);
  });
});

describeWithDatabase('startDocumentDb', () => {
  const database = useDatabase(27399);

  it('keeps the data over a restart', async () => {
    await database.client.db('kept').collection('things').insertOne({ a: 1 });
    await database.stop();
    await database.start();
    expect(await database.client.db('kept').collection('things').countDocuments()).toBe(1);
  }, 60_000);

  it('reports a taken port, and stops no other process', async () => {
    const error = await startFront({
      ...database.folders,
      socketFolder: database.socketFolder,
      port: database.port,
    }).catch((reason) => reason);
    expect(error).toBeInstanceOf(FrontStartError);
    expect(error.message).toContain('EADDRINUSE');
    expect(database.processes.every(isAlive)).toBe(true);
  });

  it('leaves no PostgreSQL behind when the front process cannot start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taken-'));
    try {
      const where = {
        cacheDir: database.folders.cacheDir,
        dataDir: join(folder, 'data'),
        runDir: join(folder, 'run'),
        logDir: join(folder, 'log'),
      };
      await expect(startDocumentDb({ ...where, port: database.port, say: () => undefined })).rejects.toBeInstanceOf(
        FrontStartError,
      );
      expect(await runningPostmaster(join(where.dataDir, 'pg'))).toBeNull();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
