import { Injectable } from '@nestjs/common';
import { type OdooSettings } from './settings.js';
import {
  type ConnectionCheck,
  type ErpConnector,
  type ErpProduct,
  type ErpTransfer,
  type WebhookIntent,
  type Page,
  type FailureAction,
  type TransferResult,
  type UncountedNames,
  type Verdict,
  type WebhookRequest,
} from '../contract.js';
import { DatabaseCheck } from './check/database-check.js';
import { classify } from './classify.js';
import { MANIFEST } from './manifest.js';
import { decode, verify } from './odoo.codec.js';
import { type OdooConnection, OdooService } from './odoo.service.js';
import { type Observation, StockObserver } from './stock/observe-stock.js';
import { OwnMoves } from './stock/own-moves.js';
import { ProductList } from './stock/product-list.js';
import { ProductDirectory } from './stock/products.js';
import { Reservations } from './stock/reservations.js';
import { TakenMoves } from './stock/taken-moves.js';
import { WarehouseDirectory } from './stock/warehouses.js';
import { Transfers } from './transfer/transfers.js';

/**
 * Odoo 19 as the master of the physical stock: its webhooks, consistent readings of its stock, and
 * deliveries booked exactly once.
 */
@Injectable()
export class OdooConnector implements ErpConnector<OdooSettings> {
  readonly manifest = MANIFEST;

  private readonly products: ProductDirectory;
  private readonly list: ProductList;
  private readonly observer: StockObserver;
  private readonly transfers: Transfers;
  private readonly databases: DatabaseCheck;

  constructor(odoo: OdooService) {
    this.databases = new DatabaseCheck(odoo);
    const warehouses = new WarehouseDirectory(odoo);
    this.products = new ProductDirectory(odoo);
    this.list = new ProductList(odoo);
    const reservations = new Reservations(odoo);
    this.observer = new StockObserver(odoo, warehouses, new OwnMoves(odoo), new TakenMoves(odoo), reservations);
    this.transfers = new Transfers(odoo, warehouses, this.products, reservations);
  }

  verify(request: WebhookRequest, connection: OdooConnection): Verdict {
    return verify(request, connection);
  }

  decode(_topic: string, rawBody: Buffer): WebhookIntent {
    return decode(rawBody);
  }

  classify(error: unknown): FailureAction {
    return classify(error);
  }

  check(connection: OdooConnection): Promise<ConnectionCheck> {
    return this.databases.run(connection);
  }

  observeStock(skus: readonly string[], connection: OdooConnection, uncounted?: UncountedNames): Promise<Observation> {
    return this.observer.observe(skus, connection, uncounted);
  }

  async skuOf(productRef: string, connection: OdooConnection): Promise<string | null> {
    const id = Number(productRef);
    return Number.isSafeInteger(id) && id > 0 ? this.products.skuOf(id, connection) : null;
  }

  transfer(transfer: ErpTransfer, connection: OdooConnection): Promise<TransferResult> {
    return this.transfers.transfer(transfer, connection);
  }

  cancelTransfer(transfer: ErpTransfer, connection: OdooConnection): Promise<{ readonly state: 'cancelled' | 'done' }> {
    return this.transfers.cancel(transfer, connection);
  }

  listProducts(cursor: string | null, connection: OdooConnection): Promise<Page<ErpProduct>> {
    return this.list.page(cursor, connection);
  }
}
