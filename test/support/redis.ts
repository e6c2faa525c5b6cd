import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './app-process.js';
import { waitFor } from './wait.js';

interface RedisBinary {
  readonly binary: string;
  readonly libraries?: string;
}
/** The start-up scripts find a Redis; they are plain Node, without types. */
const REAL_REDIS: string = '../../scripts/spec/real-redis.mjs';
type FindRedis = (logDir: string) => Promise<RedisBinary>;

/** A Redis of the test's own, which it can stop, start and empty. */
export class PrivateRedis {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly found: RedisBinary,
    private readonly dir: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<PrivateRedis> {
    const dir = await mkdtemp(join(tmpdir(), 'e2e-redis-'));
    const { realRedis } = (await import(REAL_REDIS)) as { realRedis: FindRedis };
    const redis = new PrivateRedis(await realRedis(dir), dir, await freePort());
    await redis.up();
    return redis;
  }

  /** A known port on which no Redis listens yet. */
  static async absent(): Promise<PrivateRedis> {
    const redis = await PrivateRedis.start();
    await redis.down();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const { binary, libraries } = this.found;
    const settings = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.dir,
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    this.child = spawn(binary, settings, {
      stdio: 'ignore',
      env: { ...process.env, ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) },
    });
    await waitFor('Redis answers', () => this.command((client) => client.ping()));
  }

  /** Stops it at once and drops its content. */
  async down(): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = null;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async config(name: string, value: string): Promise<void> {
    await this.command((client) => client.config('SET', name, value));
  }

  /** How many jobs were ever added to its queues: each takes the next number. */
  async jobs(): Promise<number> {
    const stats = await this.command((client) => client.info('commandstats'));
    return Number(/^cmdstat_incr:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  }

  async flush(): Promise<void> {
    await this.command((client) => client.flushall());
  }

  async close(): Promise<void> {
    await this.down();
    await rm(this.dir, { recursive: true, force: true });
  }

  private command<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    return withClient(this.url, work);
  }
}

/** Removes the queues of one installation from the Redis that the tests share. */
export async function forgetQueues(prefix: string): Promise<void> {
  const { REDIS_URL, REDIS_HOST = 'localhost', REDIS_PORT = '6379' } = process.env;
  await withClient(REDIS_URL ?? `redis://${REDIS_HOST}:${REDIS_PORT}`, async (client) => {
    for (let cursor = '0'; ;) {
      const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
      if (keys.length > 0) await client.unlink(...keys);
      if (next === '0') return;
      cursor = next;
    }
  });
}

async function withClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}
