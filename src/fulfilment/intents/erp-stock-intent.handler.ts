import { Injectable } from '@nestjs/common';
import { uncountableDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { WarehousesService } from '../../connections/warehouses/warehouses.service.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { StockObserver, UncountableError } from '../stock-observer.service.js';

/** The ERP announced a change of stock: its stock of that SKU is observed. */
@Injectable()
@HandlesIntent(['erpStock'])
export class ErpStockIntentHandler implements IntentHandler<'erpStock'> {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly warehouses: WarehousesService,
    private readonly observer: StockObserver,
    private readonly alerts: AlertsService,
  ) {}

  async handle(event: WebhookEvent, intent: IntentOf<'erpStock'>): Promise<JobOutcome> {
    const sku = await this.skuOf(event.connection, intent);
    if (sku === null)
      return {
        action: 'stock.observed',
        status: 'success',
        response: { result: 'no SKU', productRef: intent.productRef },
      };
    try {
      const changes = await this.observe(event, sku);
      return {
        action: 'stock.observed',
        status: 'success',
        productSkus: [sku],
        response: {
          changedBy: changes.reduce((sum, { quantityDelta }) => sum + quantityDelta, 0),
          entries: changes.map(({ warehouse, quantity }) => ({ warehouse, quantity })),
        },
      };
    } catch (error) {
      if (!(error instanceof UncountableError)) throw error;
      await this.alerts.raise('needs_mapping', sku, uncountableDetail(error.message));
      return { action: 'stock.observed', status: 'error', productSkus: [sku], response: { problem: error.problem } };
    }
  }

  /** Null: the ERP is not connected, or it has no SKU for the product. */
  private async skuOf(connection: string, { sku, productRef }: IntentOf<'erpStock'>): Promise<string | null> {
    const erp = this.connections.erp(connection);
    if (!erp) return null;
    if (sku !== undefined) return sku;
    return productRef === undefined ? null : erp.connector.skuOf(productRef, erp.connection);
  }

  private async observe({ connection, correlationId }: WebhookEvent, sku: string) {
    const cause = { type: 'observation' as const, ...(correlationId === undefined ? {} : { correlationId }) };
    const warehouses = this.warehouses.all().filter(({ erp }) => erp?.connection === connection);
    const movements = await Promise.all(warehouses.map(({ _id }) => this.observer.observe(sku, _id, cause)));
    return movements.filter((movement) => movement !== null);
  }
}
