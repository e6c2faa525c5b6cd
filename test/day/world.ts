import { randomBytes } from 'node:crypto';
import { addToCatalogues } from '../../sandbox/control/catalogue.js';
import { findOrder } from '../../sandbox/falabella/orderIndex.js';
import { type TiendanubeOrder } from '../../sandbox/tiendanube/state.js';
import { Shop } from '../support/shop.js';
import { eventually, waitFor } from '../support/wait.js';
import { Truth, type Units } from './truth.js';

export const FALABELLA = 'falabella';
/** Of the sandbox: one of the smallest plan, one with several locations, and one more. */
export const STORES = ['5001', '5002', '5004'] as const;
export const connectionOf = (store: string): string => `store-${store}`;
export const CHANNELS = [FALABELLA, ...STORES.map(connectionOf)] as const;
/** Of so many events one is never told. */
const LOST_ONE_IN = 20;
const PATIENT = { withinMs: 300_000, everyMs: 1_000 };

/** How many SKUs of each kind there are, and of how many units at the start. */
export interface Goods {
  readonly prefix: string;
  readonly count: number;
  readonly units: number;
}

export interface DayWorldOptions {
  readonly goods: readonly Goods[];
  /** The day is so long here, in milliseconds: what Falabella has by the day goes faster. */
  readonly dayMs: number;
}

/** Three stores and a seller that share their goods, an Odoo that has them, and one application between them. */
export class DayWorld {
  readonly truth = new Truth();

  private constructor(
    readonly shop: Shop,
    readonly skus: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async open({ goods, dayMs }: DayWorldOptions): Promise<DayWorld> {
    const feedIntervalMs = Math.max(250, Math.round(dayMs / 720));
    const shop = await Shop.open({
      label: 'day',
      settings: {
        falabella: {
          feedLimit: true,
          feedIntervalMs,
          feedDurationMs: 100,
          webhookLoss: LOST_ONE_IN,
          webhookReorderMs: 400,
          webhookTimeoutMs: 30_000,
        },
        tiendanube: { webhookLoss: LOST_ONE_IN, webhookReorderMs: 400, webhookJitterMs: 200 },
      },
      env: {
        CREDENTIALS_KEYS: `one:${randomBytes(32).toString('base64')}`,
        SWEEP_INTERVAL_MS: '1000',
        LEASE_TTL_MS: '10000',
        FALABELLA_FEED_INTERVAL_MS: String(feedIntervalMs),
        // By the day a hundred times each; here as much faster as the day is shorter, or nearly so.
        OBSERVE_ALL_INTERVAL_MS: '15000',
        ORDER_POLL_INTERVAL_MS: '5000',
        FALABELLA_ORDERS_OVERLAP_MINUTES: '0',
        TIENDANUBE_ORDERS_OVERLAP_MINUTES: '1',
        ODOO_TIMEOUT_MS: '5000',
      },
    });
    const world = new DayWorld(
      shop,
      new Map(goods.map((kind) => [kind.prefix, addToCatalogues(shop.sandbox.world, inEach(kind)).skus])),
    );
    for (const { prefix, units } of goods)
      for (const sku of world.skus.get(prefix) ?? []) world.truth.arrive(sku, units);
    await shop.start({ PUBLIC_URL: `http://127.0.0.1:${shop.port}` });
    await world.connect();
    return world;
  }

  async close(): Promise<void> {
    await this.shop.close();
  }

  all(): string[] {
    return [...this.skus.values()].flat();
  }

  /** What a channel shows shoppers. */
  shown(channel: string, sku: string): number {
    const { falabella, tiendanube } = this.shop.sandbox.state(sku);
    if (channel === FALABELLA) return falabella.stock[0]?.available ?? 0;
    return tiendanube.stores.find(({ id }) => connectionOf(String(id)) === channel)?.shown[0]?.stock ?? 0;
  }

  /** What is bought of each SKU in an order as it is now; cancelled units are not. */
  bought(channel: string, order: string): Units {
    const { world } = this.shop.sandbox;
    if (channel === FALABELLA) {
      const live = findOrder(world.falabella.state, order)?.items.filter(({ status }) => status !== 'canceled') ?? [];
      return summed(live.map(({ sku }) => ({ sku, units: 1 })));
    }
    const { status, lines } = this.orderAt(channel, order);
    return status === 'cancelled'
      ? new Map()
      : summed(lines.map(({ sku, quantity }) => ({ sku: sku ?? '', units: quantity })));
  }

  orderAt(channel: string, order: string): TiendanubeOrder {
    const plays = this.shop.sandbox.world.tiendanubePlays;
    return plays.order(plays.store(storeOf(channel)), order);
  }

  /** Every order of a channel. */
  ordersAt(channel: string): string[] {
    const { world } = this.shop.sandbox;
    if (channel === FALABELLA) return world.falabella.state.orders.map(({ number }) => number);
    return Object.keys(world.tiendanubePlays.store(storeOf(channel)).orders);
  }

  /** Events of which nobody was ever told. */
  lostWebhooks(): number {
    const { falabella, tiendanube } = this.shop.sandbox.world;
    const lost = (announced: number) => Math.floor(announced / LOST_ONE_IN);
    return lost(falabella.state.announced ?? 0) + lost(tiendanube.state.announced);
  }

  /** Every webhook is delivered, and every channel was asked since for what none told. */
  async allTold(): Promise<void> {
    const { world } = this.shop.sandbox;
    await eventually('every webhook is delivered', () => {
      expect(world.falabella.state.outbox).toHaveLength(0);
      expect(Object.keys(world.tiendanube.state.outbox)).toHaveLength(0);
    });
    const now = Date.now();
    await eventually(
      'every channel was asked what changed',
      async () => {
        const connections = await this.shop.db
          .collection<{ _id: string; polledSince?: Date }>('connections')
          .find()
          .toArray();
        const asked = new Map(connections.map(({ _id, polledSince }) => [_id, polledSince?.getTime() ?? 0]));
        for (const channel of CHANNELS) expect(asked.get(channel)).toBeGreaterThan(now);
      },
      PATIENT,
    );
  }

  /** Where the ledger or a channel has another number than what is left of everything that came, in words. */
  async unlike(): Promise<string[]> {
    const sold = new Map<string, number>();
    for (const channel of CHANNELS)
      for (const order of this.ordersAt(channel))
        for (const [sku, units] of this.bought(channel, order)) sold.set(sku, (sold.get(sku) ?? 0) + units);
    const wrong: string[] = [];
    for (const sku of this.all()) {
      const right = this.truth.total(sku) - (sold.get(sku) ?? 0);
      const { available } = await this.shop.books.entry(sku);
      const shown = CHANNELS.map((channel) => this.shown(channel, sku));
      if (available !== right || shown.some((number) => number !== right))
        wrong.push(`${sku}: ${right} are left, the ledger has ${available}, shown are ${shown.join(', ')}`);
    }
    return wrong;
  }

  /** Goods arrive in Odoo. */
  async receive(sku: string, units: number): Promise<void> {
    this.truth.arrive(sku, units);
    await this.shop.sandbox.world.odooPlays.transfer('receipt', { sku, quantity: units });
  }

  private async connect(): Promise<void> {
    const { shop } = this;
    shop.sandbox.world.falabella.state.hooks = [
      {
        id: 'hook',
        url: `${shop.app.url}/falabella/webhook/sandbox-falabella-webhooks`,
        events: ['onOrderCreated', 'onOrderItemsStatusChanged'],
        createdAt: 0,
      },
    ];
    for (const store of STORES) {
      const made = await shop.call.post('/connections', {
        id: connectionOf(store),
        connector: 'tiendanube',
        settings: { storeId: store },
        credentials: { accessToken: `sandbox-tiendanube-token-${store}` },
      });
      expect(made).toMatchObject({ status: 201 });
    }
    const { stores } = shop.sandbox.state().tiendanube;
    const listed = stores
      .filter(({ id }) => STORES.some((store) => store === String(id)))
      .flatMap((store) => store.shown);
    const falabella = shop.sandbox.state().falabella.stock.length;
    await waitFor(
      'every catalogue is read',
      async () => (await shop.books.count('listings')) >= falabella + listed.filter(({ sku }) => sku !== null).length,
      PATIENT,
    );
    await shop.goLive(...STORES.map(connectionOf));
    await eventually(
      'every store tells us',
      () => {
        for (const store of STORES)
          expect(shop.sandbox.world.tiendanubePlays.store(store).webhooks.length).toBeGreaterThan(5);
      },
      PATIENT,
    );
    await this.quiet();
  }

  /** Nothing is left to do, but for what waits for goods; Odoo does not know everything that the stores sell. */
  async quiet(but: (line: string) => boolean = () => false): Promise<void> {
    await this.shop.settled(
      (open) => open.filter((line) => !line.includes('no active product') && !but(line)),
      PATIENT,
    );
  }
}

export function storeOf(channel: string): string {
  return channel.slice(connectionOf('').length);
}

function inEach({ prefix, count, units }: Goods) {
  return { prefix, count, quantity: units, stores: STORES.map(Number) };
}

function summed(lines: readonly { sku: string; units: number }[]): Units {
  const sum = new Map<string, number>();
  for (const { sku, units } of lines) sum.set(sku, (sum.get(sku) ?? 0) + units);
  return sum;
}
