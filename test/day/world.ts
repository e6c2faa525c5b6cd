import { randomBytes } from 'node:crypto';
import { addToCatalogues } from '../../sandbox/control/catalogue.js';
import { findOrder } from '../../sandbox/falabella/orderIndex.js';
import { type TiendanubeOrder } from '../../sandbox/tiendanube/state.js';
import { Shop } from '../support/shop.js';
import { eventually, waitFor } from '../support/wait.js';
import { Truth, type Units } from './truth.js';

export const FALABELLA = 'falabella';
/** The sandbox's stores: one of the smallest plan, one with several locations, and one more. */
export const STORES = ['5001', '5002', '5004'] as const;
export const connectionOf = (store: string): string => `store-${store}`;
export const CHANNELS = [FALABELLA, ...STORES.map(connectionOf)] as const;
/** One of this many events is never sent. */
const LOST_ONE_IN = 20;
const PATIENT = { withinMs: 300_000, everyMs: 1_000 };

/** The number of SKUs of each kind, and their units at the start. */
export interface Goods {
  readonly prefix: string;
  readonly count: number;
  readonly units: number;
}

export interface DayWorldOptions {
  readonly goods: readonly Goods[];
  /** The length of a day here, in milliseconds: Falabella's daily processes run faster. */
  readonly dayMs: number;
}

/** Three stores and a seller that share their goods, an Odoo that keeps them, and one application between them. */
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
        // Faster than in production, about as much as the day is shorter.
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

  /** The number that a channel shows to shoppers. */
  shown(channel: string, sku: string): number {
    const { falabella, tiendanube } = this.shop.sandbox.state(sku);
    if (channel === FALABELLA) return falabella.stock[0]?.available ?? 0;
    return tiendanube.stores.find(({ id }) => connectionOf(String(id)) === channel)?.shown[0]?.stock ?? 0;
  }

  /** The units of each SKU in an order now, without cancelled units. */
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

  ordersAt(channel: string): string[] {
    const { world } = this.shop.sandbox;
    if (channel === FALABELLA) return world.falabella.state.orders.map(({ number }) => number);
    return Object.keys(world.tiendanubePlays.store(storeOf(channel)).orders);
  }

  /** Events that were never sent. */
  lostWebhooks(): number {
    const { falabella, tiendanube } = this.shop.sandbox.world;
    const lost = (announced: number) => Math.floor(announced / LOST_ONE_IN);
    return lost(falabella.state.announced ?? 0) + lost(tiendanube.state.announced);
  }

  /** Waits until every webhook is delivered, and every channel was polled after that. */
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

  /** Differences, as text, between the ledger or a channel and the units that are left. */
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

  /** Waits until no work is left except what waits for goods. Odoo does not know every SKU that the stores sell. */
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
