import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type TiendanubeSettings as SandboxSettings } from '../../sandbox/tiendanube/settings.js';
import { OutboundModule } from '../../src/common/http/http.module.js';
import { RUN_SCRIPT, type RunScript } from '../../src/common/limits/run-script.js';
import { LimitsModule } from '../../src/common/limits/limits.module.js';
import { LogSink, type LogEntry } from '../../src/common/log-sink.js';
import { type TiendanubeSettings } from '../../src/connectors/tiendanube/settings.js';
import { DEFAULT_SELLING, type Connection, type WarehouseLink } from '../../src/connectors/contract.js';
import { bucketOf } from '../../src/connectors/tiendanube/call-limits.js';
import { TiendanubeConnector } from '../../src/connectors/tiendanube/tiendanube.connector.js';
import { TiendanubeModule } from '../../src/connectors/tiendanube/tiendanube.module.js';
import { TiendanubeClientOptions } from '../../src/connectors/tiendanube/tiendanube.options.js';

export type TiendanubeAccount = Connection<TiendanubeSettings>;

/** A store with the larger limit and one location. */
export const STORE = 5004;
const PATIENT_MS = 15_000;
const BUDGET_MS = 1_500;

class CollectedLogs extends LogSink {
  readonly entries: LogEntry[] = [];
  write(entry: LogEntry): void {
    this.entries.push(entry);
  }
}

/** Keeps limits in the Redis of the tests. */
export class RedisLimitStore {
  readonly redis: Redis;

  constructor() {
    const { REDIS_URL, REDIS_HOST = '127.0.0.1', REDIS_PORT = '6379' } = process.env;
    this.redis = REDIS_URL ? new Redis(REDIS_URL) : new Redis(Number(REDIS_PORT), REDIS_HOST);
  }

  readonly run: RunScript = (script, keys, args) => this.redis.eval(script, keys.length, ...keys, ...args);
}

/** One process that calls Tiendanube: the connector with its own connection to Redis. */
async function startProcess(
  logs: LogSink,
  options: TiendanubeClientOptions,
): Promise<{ module: TestingModule; store: RedisLimitStore }> {
  const store = new RedisLimitStore();
  @Global()
  @Module({
    providers: [
      { provide: LogSink, useValue: logs },
      { provide: RUN_SCRIPT, useValue: store.run },
    ],
    exports: [LogSink, RUN_SCRIPT],
  })
  class SurroundingsModule {}
  const module = await Test.createTestingModule({
    imports: [SurroundingsModule, OutboundModule, LimitsModule, TiendanubeModule],
  })
    .overrideProvider(TiendanubeClientOptions)
    .useValue(options)
    .compile();
  return { module, store };
}

/** Tiendanube's connector against a Tiendanube in this process; its limits are kept in the Redis of the tests. */
export class TiendanubeRig {
  private readonly defaults: SandboxSettings;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly processes: readonly { module: TestingModule; store: RedisLimitStore }[],
    private readonly options: { timeoutMs: number; pushBudgetMs: number },
    private readonly collected: CollectedLogs,
  ) {
    this.defaults = structuredClone(sandbox.settings.tiendanube);
  }

  /** `count`: the number of processes, which share state through Redis only. */
  static async start(count = 1): Promise<TiendanubeRig> {
    const sandbox = await startSandbox({ say: () => undefined });
    const logs = new CollectedLogs();
    const options = { timeoutMs: PATIENT_MS, pushBudgetMs: BUDGET_MS };
    const processes = await Promise.all(Array.from({ length: count }, () => startProcess(logs, options)));
    const rig = new TiendanubeRig(sandbox, processes, options, logs);
    rig.reset();
    return rig;
  }

  async stop(): Promise<void> {
    await this.redis.del(...[...this.keys]);
    for (const { module, store } of this.processes) {
      await module.close();
      store.redis.disconnect();
    }
    await this.sandbox.close();
  }

  /** Restores the initial state, with buckets as after a long time without calls. */
  reset(): void {
    this.sandbox.world.reset();
    Object.assign(this.sandbox.settings.tiendanube, structuredClone(this.defaults));
    Object.assign(this.options, { timeoutMs: PATIENT_MS, pushBudgetMs: BUDGET_MS });
    this.collected.entries.length = 0;
    this.rested(400);
  }

  /**
   * Sets the store's bucket to this size with room for `room` calls; by default empty, as after a long
   * time without calls.
   */
  rested(size: number, account = this.account(), room = size): void {
    const key = `stock-orchestrator:limit:${bucketOf(account.settings).key}`;
    this.keys.add(key);
    void this.redis.hset(key, { size, room, at: Date.now() });
  }

  /** Redis loses the limits. */
  async loseLimits(): Promise<void> {
    await this.redis.del(...this.keys);
  }

  private readonly keys = new Set<string>();

  private get redis(): Redis {
    const [first] = this.processes;
    if (!first) throw new Error('no process');
    return first.store.redis;
  }

  get connector(): TiendanubeConnector {
    return this.connectors[0] ?? this.never();
  }

  get connectors(): readonly TiendanubeConnector[] {
    return this.processes.map(({ module }) => module.get(TiendanubeConnector));
  }

  get logs(): readonly LogEntry[] {
    return this.collected.entries;
  }

  /** Sets the time limit of a call. */
  limitCalls(timeoutMs = PATIENT_MS): void {
    this.options.timeoutMs = timeoutMs;
  }

  /** Sets how long a push may start further calls. */
  budget(pushBudgetMs: number): void {
    this.options.pushBudgetMs = pushBudgetMs;
  }

  switch(change: Partial<SandboxSettings>): void {
    Object.assign(this.sandbox.settings.tiendanube, change);
  }

  /** A store in the form that the connector receives. */
  account(change: Partial<TiendanubeSettings> = {}, warehouses: readonly WarehouseLink[] = []): TiendanubeAccount {
    const storeId = change.storeId ?? String(STORE);
    return {
      id: `tiendanube-${storeId}`,
      connector: 'tiendanube',
      publishing: 'live',
      installation: 'test',
      selling: DEFAULT_SELLING,
      warehouses,
      settings: {
        apiUrl: `${this.sandbox.url}/tiendanube`,
        authUrl: `${this.sandbox.url}/tiendanube`,
        clientId: this.defaults.clientId,
        clientSecret: this.defaults.clientSecret,
        authHeader: 'Authentication: bearer',
        storeId,
        accessToken: `sandbox-tiendanube-token-${storeId}`,
        userAgent: 'stock-orchestrator (ops@example.com)',
        publicUrl: null,
        pushIntervalMs: 0,
        ordersOverlapMs: 300_000,
        ignoredStorefronts: [],
        ...change,
      },
    };
  }

  /** The current state of one store. */
  store(id = STORE) {
    const store = this.sandbox.world.describe().tiendanube.stores.find((one) => one.id === id);
    return store ?? this.never();
  }

  /** The units of a SKU that shoppers can buy; null: unlimited. */
  shown(sku: string, store = STORE): number | null | undefined {
    return this.store(store).shown.find((one) => one.sku === sku)?.stock;
  }

  /** The id of a variant in the catalogue. */
  externalId(sku: string, store = STORE): string {
    const found = this.store(store).shown.filter((one) => one.sku === sku);
    return found.map(({ productId, variantId }) => `${productId}/${variantId}`).join(',');
  }

  private never(): never {
    throw new Error('there is none');
  }
}
