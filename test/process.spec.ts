import { spawn, type ChildProcess } from 'node:child_process';
import { mongo } from 'mongoose';
import { ownDatabase, until } from './support/running-app.js';

const LIMIT_MS = 60_000;
const started: ChildProcess[] = [];
const databases: string[] = [];

interface Program {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

/** Starts the built program with an environment of its own. */
function start(env: NodeJS.ProcessEnv): Program {
  const { PATH, REDIS_HOST, REDIS_PORT, REDIS_URL } = process.env;
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH, REDIS_HOST, REDIS_PORT, REDIS_URL, NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return {
    process: child,
    out: () => out,
    err: () => err,
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}

async function listening(program: Program): Promise<string> {
  const text = await until(
    () => Promise.resolve(program.out()),
    (out) => / listens on port \d+/.test(out) || program.process.exitCode !== null,
  );
  return `http://127.0.0.1:${/ listens on port (\d+)/.exec(text)?.[1]}`;
}

function database(): string {
  const uri = ownDatabase('process');
  databases.push(uri);
  return uri;
}

afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  for (const uri of databases) {
    const client = new mongo.MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  }
}, LIMIT_MS);

describe('the program', () => {
  it(
    'names everything that is wrong with its environment, without a stack, and ends',
    async () => {
      const program = start({ PORT: 'hunter2', MONGODB_URI: 'http://x', FALABELLA_API_KEY: 'k-hunter2-k' });
      expect(await program.ended).toBe(1);
      for (const name of ['PORT', 'MONGODB_URI', 'FALABELLA_USER_ID'])
        expect(program.err()).toMatch(new RegExp(`^ {2}${name} must be`, 'm'));
      expect(program.err()).not.toMatch(/hunter2|\n\s+at /);
    },
    LIMIT_MS,
  );

  it(
    'logs in one line that it listens, serves the API page, and ends with 0 when asked to',
    async () => {
      const program = start({ MONGODB_URI: database() });
      const url = await listening(program);
      expect(program.out().match(/listens on port/g)).toHaveLength(1);
      expect(program.out()).toContain('API OPEN');
      const page = await fetch(`${url}/docs`);
      expect([page.status, page.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/html') as string,
      ]);
      program.process.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'starts, keeps running, reports it and ends without Redis',
    async () => {
      const program = start({ MONGODB_URI: database(), REDIS_URL: '', REDIS_HOST: '127.0.0.1', REDIS_PORT: '9' });
      const url = await listening(program);
      const health = await fetch(`${url}/health`);
      expect(health.status).toBe(503);
      expect(await health.text()).not.toMatch(/127\.0\.0\.1|ECONN/);
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      program.process.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'refuses a database that a newer release has used',
    async () => {
      const uri = database();
      const client = new mongo.MongoClient(uri);
      await client
        .db()
        .collection<{ _id: string; version: number }>('settings')
        .insertOne({ _id: 'schema', version: 999 });
      await client.close();
      const program = start({ MONGODB_URI: uri });
      expect(await program.ended).toBe(1);
      expect(program.err()).toMatch(/schema version 999, this program knows \d+/);
    },
    LIMIT_MS,
  );
});
