import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { startSandbox, type Sandbox } from '../../sandbox/server.js';
import { type SettingsPatch } from '../../sandbox/settings.js';
import { withDatabase } from '../../src/config/mongo-uri.js';
import { Warehouseman } from '../odoo/support/warehouseman.js';
import { type Role } from '../../src/config/role.js';
import { AppProcess, freePort } from './app-process.js';
import { Books } from './books.js';
import { Caller } from './caller.js';
import { forgetQueues } from './redis.js';
import { eventually, waitFor, type WaitOptions } from './wait.js';

/** Starting, dying and waiting take longer than jest's own five seconds. */
export interface ShopOptions {
  /** A part of the database's name, so that a leftover can be traced. */
  readonly label: string;
  readonly settings?: SettingsPatch;
  /** The application receives credentials that it must take for real ones, in the `env` of each start. */
  readonly realAccounts?: boolean;
  /** For every application process of this shop. */
  readonly env?: Readonly<Record<string, string>>;
  /** The processes of `startAll`; the first one is called. */
  readonly roles?: readonly Role[];
  /** A Redis other than the one that the tests share. */
  readonly redisUrl?: string;
}

/** Short intervals, so that a test need not wait for what takes seconds in production. */
const QUICK: Readonly<Record<string, string>> = {
  SWEEP_INTERVAL_MS: '250',
  LEASE_TTL_MS: '1500',
  FALABELLA_PUSH_INTERVAL_MS: '150',
  // A busy machine is no outage.
  INTAKE_LIMIT_MS: '20000',
};
const QUICK_FALABELLA = { feedDurationMs: 100, feedLimit: false };

/** A whole shop on a database of its own: the outside world in this process, the application in separate processes. */
export class Shop {
  private readonly apps = new Set<AppProcess>();
  /** The processes of `startAll`, by their place in `roles`. */
  private readonly cast: AppProcess[] = [];
  private current: AppProcess | null = null;
  private caller: Caller | null = null;

  private constructor(
    private readonly options: ShopOptions,
    private world: Sandbox,
    readonly port: number,
    private readonly client: mongo.MongoClient,
    private readonly baseUri: string,
    readonly books: Books,
  ) {}

  /** The world and the database, without an application yet. */
  static async open(options: ShopOptions): Promise<Shop> {
    const given = process.env.MONGODB_URI;
    if (!given) throw new Error('MONGODB_URI must lead to a database for tests: start them with `npm test`');
    const name = `e2e_${options.label}_${randomBytes(4).toString('hex')}`;
    const port = await freePort();
    const { falabella, odoo, tiendanube } = options.settings ?? {};
    const world = await startSandbox({
      appUrl: `http://127.0.0.1:${port}`,
      settings: {
        falabella: { ...QUICK_FALABELLA, ...falabella },
        ...(odoo ? { odoo } : {}),
        ...(tiendanube ? { tiendanube } : {}),
      },
      say: () => undefined,
    });
    const client = new mongo.MongoClient(withDatabase(given, () => (options.realAccounts ? name : `${name}_sandbox`)));
    return new Shop(
      options,
      world,
      port,
      client,
      withDatabase(given, () => name),
      new Books(client.db()),
    );
  }

  /** The same with an application that is ready: the catalogue is read and no work is left. */
  static async ready(options: ShopOptions): Promise<Shop> {
    const shop = await Shop.open(options);
    await shop.startAll();
    await shop.catalogueRead();
    return shop;
  }

  get sandbox(): Sandbox {
    return this.world;
  }

  /** The application that was started last. */
  get app(): AppProcess {
    if (!this.current) throw new Error('no application was started');
    return this.current;
  }

  /** Calls the application that was started last. */
  get call(): Caller {
    if (!this.caller) throw new Error('no application was started');
    return this.caller;
  }

  /** A person who works in the simulated Odoo. */
  get warehouseman(): Warehouseman {
    const { url, settings } = this.world;
    const account = { username: 'admin', password: 'sandbox', apiKey: settings.odoo.apiKey };
    return new Warehouseman({ url: `${url}/odoo`, db: 'sandbox', ...account });
  }

  get db(): mongo.Db {
    return this.client.db();
  }

  /** The environment of an application process of this shop. */
  environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { REDIS_HOST = '', REDIS_PORT = '', REDIS_URL = '' } = process.env;
    const redis = this.options.redisUrl
      ? { REDIS_URL: this.options.redisUrl }
      : given({ REDIS_HOST, REDIS_PORT, REDIS_URL });
    return {
      ...QUICK,
      ...redis,
      MONGODB_URI: this.baseUri,
      SANDBOX_URL: this.world.url,
      PORT: String(this.port),
      ...this.options.env,
      ...env,
    };
  }

  /** Starts an application process and waits until it listens. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const app = this.spawn(env);
    await app.listening();
    return app;
  }

  spawn(env: Readonly<Record<string, string>> = {}): AppProcess {
    const app = this.add(env);
    this.current = app;
    this.caller = new Caller(app.url);
    return app;
  }

  /** Starts a process beside the one that is called, without waiting. */
  add(env: Readonly<Record<string, string>>): AppProcess {
    const app = AppProcess.spawn(this.environment(env));
    this.apps.add(app);
    return app;
  }

  /** Starts each process of `roles` that does not run, and waits until the first one listens. Without roles it starts one of role `all`. */
  async startAll(): Promise<void> {
    const [first, ...others] = this.options.roles ?? ['all'];
    if (!this.cast[0]?.running) this.cast[0] = this.spawn({ ROLE: first ?? 'all' });
    others.forEach((role, i) => {
      if (!this.cast[i + 1]?.running) this.cast[i + 1] = this.add({ ROLE: role, PORT: '0' });
    });
    await this.app.listening();
  }

  /** A process of `startAll` that has died. */
  get dead(): AppProcess | undefined {
    return this.cast.find((app) => !app.running);
  }

  async restart(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    await this.app.stop();
    return this.start(env);
  }

  /** Takes accounts live as a person does after the preview; open orders are counted. */
  async goLive(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await waitFor(`${id} goes live`, async () => {
        const { status, body } = await this.call.post(`/connections/${id}/go-live`, { openOrders: 'counted' });
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
        return true;
      });
    }
  }

  /** Connects a store of the simulated Tiendanube as the connection `store`. */
  async connectStore(storeId: string): Promise<void> {
    const made = await this.call.post('/connections', {
      id: 'store',
      connector: 'tiendanube',
      settings: { storeId },
      credentials: { accessToken: `sandbox-tiendanube-token-${storeId}` },
    });
    expect(made.status).toBe(201);
  }

  /** Waits until every listing of the catalogue is known and its stock was observed. */
  async catalogueRead(): Promise<void> {
    const listed = this.world.state().falabella.stock.length;
    await waitFor('the catalogue is read', async () => (await this.books.count('listings')) >= listed);
    await this.quiet();
  }

  /** Waits until no work is left anywhere. */
  async quiet(options: WaitOptions = {}): Promise<void> {
    await this.settled((open) => open, options);
  }

  /** Waits until no work is left except what waits for stock in Odoo. */
  async idle(options: WaitOptions = {}): Promise<void> {
    const waits = (line: string) => line.startsWith('orders ') && line.includes('reasons.short');
    await this.settled((open) => open.filter((line) => !waits(line)), options);
  }

  /**
   * Waits until Odoo, the ledger and Falabella show the same number of each SKU, and the stored state has
   * no faults.
   */
  async agrees(skus: readonly string[], options: WaitOptions = {}): Promise<void> {
    await this.quiet(options);
    await eventually('the numbers agree', async () => expect(await this.differences(skus)).toEqual([]), {
      withinMs: 5_000,
      ...options,
    });
    expect(await this.books.wrongs()).toEqual([]);
  }

  /** The differences between the three as text. */
  async differences(skus: readonly string[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const sku of skus) {
      const { quantity, reserved, available } = await this.books.entry(sku);
      const { free } = this.product(sku);
      const ours = this.heldByOpenDeliveries(sku);
      const shown = this.shownAtFalabella(sku);
      if (quantity !== free + ours)
        wrong.push(`${sku}: the ledger has ${quantity}, Odoo ${free} free and ${ours} held by our deliveries`);
      if (shown !== Math.max(0, available))
        wrong.push(`${sku}: Falabella shows ${shown}, ${available} (${quantity} - ${reserved}) are available`);
    }
    return wrong;
  }

  product(sku: string): { onHand: number; free: number } {
    const [product] = this.world.state(sku).odoo.products;
    if (!product) throw new Error(`Odoo has no ${sku}`);
    return product;
  }

  shownAtFalabella(sku: string): number {
    const [listing] = this.world.state(sku).falabella.stock;
    if (!listing) throw new Error(`Falabella has no ${sku}`);
    return listing.available;
  }

  /** Our transfers in Odoo whose name belongs to an order, each as `n state`. */
  deliveriesOf(orderId: string): string[] {
    return this.deliveries().get(orderId) ?? [];
  }

  /** The same for every order. */
  deliveries(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { name, state, backorderOf } of this.world.state().odoo.pickings) {
      const [, orderId, n] = /^SO[0-9A-F]{8}\/falabella\/(.+)\/(\d+)$/.exec(name) ?? [];
      if (orderId === undefined || backorderOf !== null) continue;
      found.set(orderId, [...(found.get(orderId) ?? []), `${n} ${state}`]);
    }
    return found;
  }

  /** Closes the sandbox's port; its state is kept for `outsideBack`. */
  async outsideAway(): Promise<void> {
    this.kept = structuredClone(this.world.world.snapshot());
    await this.world.close();
  }

  async outsideBack(): Promise<void> {
    const { port, settings } = this.world;
    const snapshot = this.kept;
    if (!snapshot) throw new Error('the outside was not away');
    this.world = await startSandbox({ port, appUrl: `http://127.0.0.1:${this.port}`, settings, say: () => undefined });
    this.world.world.restore(snapshot);
  }

  /** Ends everything that was started and removes its databases. */
  async close(): Promise<void> {
    await Promise.all([...this.apps].map((app) => app.kill9()));
    await this.world.close().catch(() => undefined);
    const installation = await this.db
      .collection<{ _id: string; value: string }>('settings')
      .findOne({ _id: 'installation' });
    if (installation && !this.options.redisUrl) await forgetQueues(`stock-orchestrator:${installation.value}:`);
    await this.db.dropDatabase();
    await this.client.close();
  }

  /** Waits until none of the open work matters; each open mark is given as text. */
  async settled(matters: (open: string[]) => string[], options: WaitOptions = {}): Promise<void> {
    let looks = 0;
    await waitFor(
      'nothing is left to do',
      async () => {
        const open = matters(await this.books.toDo());
        looks = open.length > 0 ? 0 : looks + 1;
        if (open.length > 0) throw new Error(`${open.length} open: ${open.slice(0, 4).join(' | ')}`);
        // Twice in a row: one read of several collections may miss work that moves between them.
        return looks === 2;
      },
      { withinMs: 120_000, ...options },
    );
  }

  private kept: ReturnType<Sandbox['world']['snapshot']> | null = null;

  private heldByOpenDeliveries(sku: string): number {
    const { pickings } = this.world.state(sku).odoo;
    return pickings
      .filter(({ name, state }) => /^SO[0-9A-F]{8}\//.test(name) && state !== 'done' && state !== 'cancel')
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
  }
}

function given(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
