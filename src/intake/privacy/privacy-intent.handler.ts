import { Injectable } from '@nestjs/common';
import { orderKey } from '../../orders/order.types.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { KeptData } from './kept-data.repository.js';
import { PrivacyReceiptsRepository } from './privacy-receipts.repository.js';
import { KEPT_OF_ORDERS, StoreErasure, type ErasureResult } from './store-erasure.service.js';

const GROUP = 500;

/**
 * Answers a platform's request about the data of a store or a buyer, over everything that is stored, and leaves a receipt. Nothing of a buyer is
 * ever stored: bodies are read and not kept.
 */
@Injectable()
@HandlesIntent(['privacy'])
export class PrivacyIntentHandler implements IntentHandler<'privacy'> {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly data: KeptData,
    private readonly stores: StoreErasure,
    private readonly receipts: PrivacyReceiptsRepository,
  ) {}

  /** @throws what the connector throws while the platform does not say whether the store is in use */
  async handle(event: WebhookEvent, intent: IntentOf<'privacy'>): Promise<JobOutcome> {
    const { _id, connection } = event;
    const { what, orders, request } = intent;
    const known = await this.knownOf(connection, orders);
    const result =
      what === 'store/redact'
        ? await this.stores.erase(_id, connection)
        : await this.ofBuyer(intent, connection, known.length);
    await this.receipts.record(_id, {
      connection,
      asked: what,
      ...(request !== undefined && { request }),
      ordersNamed: orders.length,
      ordersKnown: known.length,
      ...result,
    });
    return {
      action: `privacy.${what.replace(/[/_]/g, '-')}`,
      status: 'success',
      response: { removed: result.removed },
    };
  }

  /** The orders themselves stay, because the ledger stands on them. A request for what is known changes nothing. */
  private async ofBuyer(
    { what, orders }: IntentOf<'privacy'>,
    connection: string,
    known: number,
  ): Promise<ErasureResult> {
    const blanked = what === 'customers/redact' ? await this.data.blankLogs(connection, orders) : 0;
    return { removed: { logs: blanked }, kept: known === 0 ? 'nothing is known of the orders' : KEPT_OF_ORDERS };
  }

  private async knownOf(connection: string, orders: readonly string[]): Promise<string[]> {
    const known: string[] = [];
    for (let from = 0; from < orders.length; from += GROUP) {
      const keys = orders.slice(from, from + GROUP).map((order) => orderKey(connection, order));
      known.push(...(await this.orders.findAll(keys)).map(({ orderId }) => orderId));
    }
    return known;
  }
}
