import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { errorText } from '../common/error-text.js';
import { distinct } from '../common/collections.js';
import { underLease } from '../common/lease.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { isWorker } from '../config/role.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { publishingOf, type ChannelConnector, type ChannelListing } from '../connectors/contract.js';
import { partsOf } from '../listings/listing-parts.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { WholeCatalogue } from '../listings/record-whole-catalogue.js';
import { type Bound } from '../connectors/registry.js';
import { BrakedListings } from './brake/braked-listings.repository.js';
import { CatalogueGaps } from './catalogue-gaps.service.js';
import { ChannelObservations } from './channel-observations.repository.js';
import { PumpWakeups } from './pump-wakeups.service.js';
import { ErpEntries } from './erp-entries.service.js';
import { FailurePolicy } from '../outages/failure-policy.service.js';

const AGAIN_MS = 3_600_000;
/** A reading that another process made so lately is not repeated. */
const READ_LATELY_MS = 0.8 * AGAIN_MS;
const LEAST_MS = 1_000;
const SOON_MS = 5_000;
/** How often a worker looks for channels that it does not read yet: another process may have connected them. */
const LOOK_MS = 5_000;
/** Pause between two readings of changed products: a channel may announce a changed product for every number that is published to it. */
const PRODUCTS_APART_MS = 30_000;

interface Readings {
  readonly whole: PeriodicTask;
  readonly ofProducts: PeriodicTask;
  /** Products that are to be read, by the channel's own ids. */
  readonly changed: Set<string>;
  productsReadAt: number;
  /** The whole is to be read even if another process has just read it. */
  isAsked: boolean;
  /** This process has begun to read the channel. */
  isBegun: boolean;
  /** The newest stored request that this process has seen. */
  wantedAt: number;
  /** The mode for which the listings were not marked at the last look. */
  unmarked: string | undefined;
}

/**
 * Reads each channel's catalogue at the start and every hour, so that a stock change finds its listings. Each worker reads it at its start; one
 * of them every hour.
 */
@Injectable()
export class CatalogueService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Catalogue');
  /** By connection. */
  private readonly readings = new Map<string, Readings>();
  private readonly task = new PeriodicTask(() => this.look(), {
    everyMs: LOOK_MS,
    logger: this.logger,
    failure: 'the channels were not looked through',
    byWorkersOnly: true,
  });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly listings: ListingsRepository,
    private readonly braked: BrakedListings,
    private readonly observations: ChannelObservations,
    private readonly erpEntries: ErpEntries,
    private readonly failures: FailurePolicy,
    private readonly pumps: PumpWakeups,
    private readonly gaps: CatalogueGaps,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(0);
  }

  /** Does not wait for a reading in progress: it may take minutes, and the next start reads everything. */
  beforeApplicationShutdown(): void {
    void this.task.stop();
    for (const { whole, ofProducts } of this.readings.values()) void Promise.all([whole.stop(), ofProducts.stop()]);
  }

  /**
   * Schedules a reading after a change of a channel's catalogue; changes within a short time share one.
   * `products`: only these, by the channel's own ids. The reading of the whole catalogue compensates for a
   * lost one.
   */
  debounce(connection: string, products?: readonly string[]): void {
    const bound = this.connections.channel(connection);
    if (!bound) return;
    const readings = this.readingsOf(connection);
    if (!bound.connector.listingsOf || !products) return readAll(readings, SOON_MS);
    for (const product of products) readings.changed.add(product);
    const since = performance.now() - readings.productsReadAt;
    readings.ofProducts.soon(Math.max(SOON_MS, PRODUCTS_APART_MS - since));
  }

  /** Reads a channel's whole catalogue now. @throws the connector's errors */
  async readNow(connection: string): Promise<void> {
    const bound = this.connections.channel(connection);
    if (bound) await this.read(bound);
  }

  /** Has a worker read a channel's whole catalogue soon. It is stored, so that it is not lost with any process. */
  async readSoon(connection: string): Promise<void> {
    await this.connections.wantCatalogue(connection);
    if (isWorker()) this.debounce(connection);
  }

  /** Finds what other processes have left: new channels, stored requests, and listings that were not marked for a new mode. */
  private async look(): Promise<void> {
    for (const { connection } of this.connections.channels()) {
      const { id } = connection;
      const readings = this.readingsOf(id);
      const wantedAt = this.connections.catalogueWantedAt(id)?.getTime() ?? 0;
      if (!readings.isBegun) readAll(readings, 0);
      else if (wantedAt > readings.wantedAt) readings.whole.soon(0);
      readings.isBegun = true;
      readings.wantedAt = wantedAt;
      await this.markForMode(id, readings);
    }
  }

  /** Whoever changed the mode marks them, unless its process died: that is certain at the second look. */
  private async markForMode(id: string, readings: Readings): Promise<void> {
    const mode = this.connections.unmarkedMode(id);
    if (mode !== undefined && mode === readings.unmarked && (await this.connections.needsRepublish(id))) {
      await this.listings.requestPublishAll(id);
      await this.connections.noteRepublished(id);
      this.pumps.wake([id]);
    }
    readings.unmarked = mode;
  }

  private readingsOf(connection: string): Readings {
    const known = this.readings.get(connection);
    if (known) return known;
    const options = {
      logger: this.logger,
      failure: `the catalogue of ${connection} was not read`,
      byWorkersOnly: true,
    };
    const made: Readings = {
      whole: new PeriodicTask(() => this.readWhole(connection, made), options),
      ofProducts: new PeriodicTask(() => this.readProducts(connection, made), options),
      changed: new Set(),
      productsReadAt: Number.NEGATIVE_INFINITY,
      isAsked: false,
      isBegun: false,
      wantedAt: 0,
      unmarked: undefined,
    };
    this.readings.set(connection, made);
    made.whole.start();
    made.ofProducts.start();
    return made;
  }

  /** The reading of the whole catalogue compensates for a failure. Gives back after how many milliseconds to read again. */
  private async readProducts(id: string, readings: Readings): Promise<number | undefined> {
    const products = [...readings.changed];
    readings.changed.clear();
    try {
      const bound = this.connections.channel(id);
      if (!bound) return undefined;
      await this.connections.refuseBlocked(id);
      const items = (await bound.connector.listingsOf?.(products, bound.connection)) ?? [];
      await this.recordItems(id, items);
      // A product without a listing was deleted, which only the whole catalogue shows for certain.
      if (items.length < products.length) readAll(readings, PRODUCTS_APART_MS);
      this.failures.recordSuccess(id);
      this.pumps.wake([id]);
    } catch (error) {
      this.logger.warn(`${products.length} products of ${id} were not read: ${errorText(error)}`);
      await this.failures.decide(id, error).catch(() => undefined);
    }
    readings.productsReadAt = performance.now();
    return readings.changed.size > 0 ? PRODUCTS_APART_MS : undefined;
  }

  /** Gives back after how many milliseconds to read again. */
  private async readWhole(id: string, readings: Readings): Promise<number> {
    const { isAsked } = readings;
    readings.isAsked = false;
    try {
      const { catalogueReadAt, catalogueWantedAt } = (await this.connections.facts(id)) ?? {};
      const readAt = catalogueReadAt?.getTime() ?? 0;
      const sinceRead = Date.now() - readAt;
      const isWanted = isAsked || (catalogueWantedAt?.getTime() ?? 0) > readAt;
      if (!isWanted && sinceRead >= 0 && sinceRead < READ_LATELY_MS) return AGAIN_MS - sinceRead;
      const read = await underLease(this.connections.lease(id, 'catalogue'), () => this.readNow(id).then(() => true));
      if (read) return AGAIN_MS;
      readings.isAsked = isAsked;
      return LOOK_MS;
    } catch (error) {
      readings.isAsked = isAsked;
      this.logger.warn(`the catalogue of ${id} was not read: ${errorText(error)}`);
      const verdict = await this.failures.decide(id, error).catch(() => null);
      return Math.max(LEAST_MS, verdict ? verdict.due.getTime() - Date.now() : 0);
    }
  }

  /** A SKU that a channel sells is counted wherever its ERP may have it. */
  private async ensureEntries(connection: string, sold: readonly string[]): Promise<void> {
    const parts = await this.listings.parts(sold.map((sku) => ({ connection, sku })));
    const skus = distinct(
      sold.flatMap((sku, position) => (parts[position] ?? partsOf({ sku })).map((part) => part.sku)),
    );
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
    const startedAt = new Date();
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
    await this.gaps.record(connection.id, whole.seen);
    await this.connections.noteCatalogueRead(connection.id, startedAt);
    if (await this.connections.needsRepublish(connection.id)) {
      await this.listings.requestPublishAll(connection.id);
      await this.connections.noteRepublished(connection.id);
    }
    this.failures.recordSuccess(connection.id);
    this.pumps.wake([connection.id]);
    this.logger.log(`${connection.id} sells ${count} SKUs`);
  }
}

function readAll(readings: Readings, withinMs: number): void {
  readings.isAsked = true;
  readings.whole.soon(withinMs);
}
