import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { distinct } from '../common/collections.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { publishingOf, type ChannelConnector, type ChannelListing } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { WholeCatalogue } from '../listings/record-whole-catalogue.js';
import { type Bound } from '../connectors/registry.js';
import { BrakedListings } from './brake/braked-listings.repository.js';
import { ChannelObservations } from './channel-observations.repository.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { ErpEntries } from './erp-entries.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';

const AGAIN_MS = 3_600_000;
const LEAST_MS = 1_000;
const SOON_MS = 5_000;
/** Pause between two readings of changed products: a channel may announce a changed product for every number that is published to it. */
const PRODUCTS_APART_MS = 30_000;

/** Reads each channel's catalogue at the start and every hour, so that a stock change finds its listings. */
@Injectable()
export class CatalogueService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Catalogue');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly debounced = new Set<string>();
  /** Products of each connection that are to be read, by the channel's own ids. */
  private readonly changed = new Map<string, Set<string>>();
  private readonly productTimers = new Map<string, NodeJS.Timeout>();
  private readonly productsRead = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly braked: BrakedListings,
    private readonly observations: ChannelObservations,
    private readonly erpEntries: ErpEntries,
    private readonly failures: FailurePolicy,
    private readonly pumps: PumpWakeups,
  ) {}

  onApplicationBootstrap(): void {
    for (const bound of this.connections.channels()) this.schedule(bound, 0);
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of [...this.timers.values(), ...this.productTimers.values()]) clearTimeout(timer);
  }

  /**
   * Schedules a reading after a change of a channel's catalogue; changes within a short time share one.
   * `products`: only these, by the channel's own ids. The reading of the whole catalogue compensates for a
   * lost one.
   */
  debounce(connection: string, products?: readonly string[]): void {
    const bound = this.connections.channel(connection);
    if (bound?.connector.listingsOf && products) return this.debounceProducts(bound, products);
    if (!bound || this.debounced.has(connection)) return;
    this.debounced.add(connection);
    this.schedule(bound, SOON_MS);
  }

  /** Reads a channel's whole catalogue now. @throws the connector's errors */
  async readNow(connection: string): Promise<void> {
    const bound = this.connections.channel(connection);
    if (bound) await this.read(bound);
  }

  private debounceProducts(bound: Bound<ChannelConnector>, products: readonly string[]): void {
    const { id } = bound.connection;
    this.changed.set(id, new Set([...(this.changed.get(id) ?? []), ...products]));
    if (this.stopped || this.productTimers.has(id)) return;
    const since = Date.now() - (this.productsRead.get(id) ?? 0);
    const timer = setTimeout(() => void this.readProducts(bound), Math.max(SOON_MS, PRODUCTS_APART_MS - since));
    timer.unref();
    this.productTimers.set(id, timer);
  }

  /** Never throws: the reading of the whole catalogue compensates. */
  private async readProducts({ connector, connection }: Bound<ChannelConnector>): Promise<void> {
    const products = [...(this.changed.get(connection.id) ?? [])];
    this.changed.delete(connection.id);
    try {
      await this.connections.refuseBlocked(connection.id);
      const items = (await connector.listingsOf?.(products, connection)) ?? [];
      await this.recordItems(connection.id, items);
      this.failures.recordSuccess(connection.id);
      this.pumps.wake([connection.id]);
    } catch (error) {
      this.logger.warn(`${products.length} products of ${connection.id} were not read: ${messageOf(error)}`);
      await this.failures.decide(connection.id, error).catch(() => undefined);
    } finally {
      this.productsRead.set(connection.id, Date.now());
      this.productTimers.delete(connection.id);
      if (this.changed.has(connection.id)) this.debounceProducts({ connector, connection }, []);
    }
  }

  private schedule(bound: Bound<ChannelConnector>, delayMs: number): void {
    if (this.stopped) return;
    const { id } = bound.connection;
    clearTimeout(this.timers.get(id));
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.debounced.delete(id);
      // Since then it may have got another token, or be gone.
      const now = this.connections.channel(id);
      if (now) void this.readQuietly(now).then((next) => this.schedule(now, next));
    }, delayMs);
    timer.unref();
    this.timers.set(id, timer);
  }

  /** Never throws. Gives back after how many milliseconds to read again. */
  private async readQuietly(bound: Bound<ChannelConnector>): Promise<number> {
    try {
      await this.read(bound);
      return AGAIN_MS;
    } catch (error) {
      this.logger.warn(`the catalogue of ${bound.connection.id} was not read: ${messageOf(error)}`);
      const verdict = await this.failures.decide(bound.connection.id, error).catch(() => null);
      return Math.max(LEAST_MS, verdict ? verdict.due.getTime() - Date.now() : 0);
    }
  }

  /** A SKU that a channel sells is counted wherever its ERP may have it. */
  private async ensureEntries(connection: string, sold: readonly string[]): Promise<void> {
    const parts = await this.listings.parts(sold.map((sku) => ({ connection, sku })));
    const skus = distinct(sold.flatMap((sku, position) => parts[position]?.map((part) => part.sku) ?? [sku]));
    await this.erpEntries.ensure(skus);
  }

  private async recordItems(connection: string, items: readonly ChannelListing[]): Promise<void> {
    await this.listings.recordCatalogue(connection, items);
    const known = this.connections.find(connection);
    await this.braked.recordSeen(
      connection,
      items,
      (sku) => known !== undefined && publishingOf(known, sku) === 'shadow',
    );
    await this.observations.record(connection, items, 'catalogue');
    await this.ensureEntries(
      connection,
      items.map((item) => item.sku),
    );
  }

  private async read(bound: Bound<ChannelConnector>): Promise<void> {
    const { connector, connection } = bound;
    await this.connections.refuseBlocked(connection.id);
    let cursor: string | null = null;
    let count = 0;
    const whole = new WholeCatalogue();
    do {
      const page: Awaited<ReturnType<ChannelConnector['listListings']>> = await connector.listListings(
        cursor,
        connection,
      );
      await this.recordItems(connection.id, page.items);
      whole.add(page.items);
      count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    await this.listings.recordWholeCatalogue(connection.id, whole.seen);
    if (await this.connections.needsRepublish(connection.id)) {
      await this.listings.requestPublishAll(connection.id);
      await this.connections.noteRepublished(connection.id);
    }
    this.failures.recordSuccess(connection.id);
    this.pumps.wake([connection.id]);
    this.logger.log(`${connection.id} sells ${count} SKUs`);
  }
}

function messageOf(error: unknown): string {
  return errorText(error);
}
