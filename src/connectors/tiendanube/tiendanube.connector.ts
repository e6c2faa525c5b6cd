import { Injectable } from '@nestjs/common';
import { type TiendanubeSettings } from './settings.js';
import {
  type ChangedOrder,
  type ChannelConnector,
  type ChannelListing,
  type ChannelStock,
  type Connection,
  type ConnectionCheck,
  type FetchedOrder,
  type WebhookIntent,
  type Page,
  type PushOutcome,
  type PushReceipt,
  type FailureAction,
  type StockPush,
  type Verdict,
  type WebhookRequest,
} from '../contract.js';
import { AccountCheck } from './check/account-check.service.js';
import { classify } from './classify.js';
import { MANIFEST } from './manifest.js';
import { TiendanubeInstaller } from './install/app-installer.service.js';
import { WebhookRegistration } from './install/webhook-registration.service.js';
import { verifyWebhook } from './signature.js';
import { TiendanubeApi } from './tiendanube-api.service.js';
import { TiendanubeCatalogue } from './tiendanube-catalogue.service.js';
import { TiendanubeLocations } from './tiendanube-locations.service.js';
import { TiendanubeOrders } from './tiendanube-orders.service.js';
import { TiendanubeStock } from './tiendanube-stock.service.js';
import { decode } from './tiendanube.codec.js';

type Account = Connection<TiendanubeSettings>;

/**
 * Tiendanube (in Brazil Nuvemshop) as a sales channel: orders are read by id, stock is set per variant
 * with an immediate answer.
 */
@Injectable()
export class TiendanubeConnector implements ChannelConnector<TiendanubeSettings> {
  readonly manifest = MANIFEST;

  constructor(
    private readonly api: TiendanubeApi,
    private readonly orders: TiendanubeOrders,
    private readonly catalogue: TiendanubeCatalogue,
    private readonly stock: TiendanubeStock,
    private readonly locations: TiendanubeLocations,
    private readonly accounts: AccountCheck,
    readonly install: TiendanubeInstaller,
    readonly hooks: WebhookRegistration,
  ) {}

  verify(request: WebhookRequest, connection: Account): Verdict {
    return verifyWebhook(request, connection.settings);
  }

  decode(topic: string, rawBody: Buffer): WebhookIntent {
    return decode(topic, rawBody);
  }

  classify(error: unknown): FailureAction {
    return classify(error, new Date());
  }

  check(connection: Account): Promise<ConnectionCheck> {
    return this.accounts.run(connection);
  }

  /** When the next push finds room within the store's limit; null: now. */
  async pushRoom(connection: Account): Promise<Date | null> {
    const waitMs = await this.api.untilRoom(connection);
    return waitMs > 0 ? new Date(Date.now() + waitMs) : null;
  }

  pushStock(items: readonly StockPush[], connection: Account): Promise<PushReceipt> {
    return this.stock.push(items, connection);
  }

  /** Every push is answered at once. If the answer was lost with its process, the outcome stays unknown. */
  async pushOutcome(): Promise<PushOutcome> {
    return { state: 'failed', reason: 'Tiendanube says what it took when it is told, and that answer was lost' };
  }

  readStock(
    skus: readonly string[],
    connection: Account,
    externalIds?: ReadonlyMap<string, string>,
  ): Promise<readonly ChannelStock[]> {
    return this.stock.read(skus, externalIds ?? new Map(), connection);
  }

  fetchOrder(orderId: string, connection: Account, edited = false): Promise<FetchedOrder | null> {
    return this.orders.fetch(orderId, edited, connection);
  }

  changedOrders(since: Date, cursor: string | null, connection: Account): Promise<Page<ChangedOrder>> {
    return this.orders.changed(since, cursor, connection);
  }

  listListings(cursor: string | null, connection: Account): Promise<Page<ChannelListing>> {
    // A new reading of the catalogue needs current locations.
    if (cursor === null) this.locations.forget(connection);
    return this.catalogue.page(cursor, connection);
  }

  listingsOf(products: readonly string[], connection: Account): Promise<readonly ChannelListing[]> {
    return this.catalogue.ofProducts(products, connection);
  }
}
