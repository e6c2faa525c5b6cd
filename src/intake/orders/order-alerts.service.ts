import { Injectable } from '@nestjs/common';
import { reasonDetail, returnedDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { UnmappedAlerts } from '../../allocation/unmapped-alerts.service.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type FetchedOrder, type OrderSnapshot, type OrderStatus } from '../../connectors/contract.js';
import { isIn } from '../../orders/hold-state.js';
import { orderKey } from '../../orders/order.types.js';
import { type OrderOutcome } from '../../orders/orders.service.js';
import { isSold, isUndecided } from '../../orders/planner.js';

const FINAL: ReadonlySet<string> = new Set<OrderStatus>(['shipped', 'delivered', 'cancelled', 'returned']);

/** Raises and closes the alerts that follow from an order as it was just observed. */
@Injectable()
export class OrderAlerts {
  constructor(
    private readonly alerts: AlertsService,
    private readonly unmapped: UnmappedAlerts,
    private readonly connections: ConnectionsService,
  ) {}

  /** What the platform's answer asks a person to look at. */
  async ofAnswer(
    connection: string,
    { orderId, status }: OrderSnapshot,
    { attention, edit }: Pick<FetchedOrder, 'attention' | 'edit'>,
  ): Promise<void> {
    const subject = orderKey(connection, orderId);
    if (attention !== undefined)
      await this.alerts.raise('order_attention', subject, reasonDetail('order_attention', attention));
    else await this.alerts.closeAll('order_attention', FINAL.has(status) ? [subject, `${subject}/edited`] : [subject]);
    if (edit !== undefined)
      await this.alerts.raise('order_attention', `${subject}/edited`, reasonDetail('order_attention', edit));
  }

  /** What planning the order came to. A first revision has no alert of its own to close. */
  async ofOutcome(connection: string, outcome: OrderOutcome, statusText: string): Promise<void> {
    const id = outcome.order?._id ?? connection;
    const mayClose = (outcome.order?.rev ?? 0) > 1;
    if (outcome.result === 'unknown')
      await this.alerts.raise('unknown_status', id, {
        code: 'alerts.unknown_status.detail',
        params: { status: statusText },
      });
    else if (mayClose) await this.alerts.close('unknown_status', id);
    if (outcome.unmapped.length > 0) await this.unmapped.raise(id, outcome.unmapped);
    else if (mayClose) await this.unmapped.close(id);
    await this.ofUndecided(connection, outcome);
    if (outcome.returnedUnits.length > 0) {
      await this.alerts.raise('return_unresolved', id, returnedDetail(outcome.returnedUnits));
    } else if (outcome.order?.holds.some((hold) => isIn(hold, 'committed'))) {
      await this.alerts.close('return_unresolved', id);
    }
  }

  /** In shadow every order is from before the cut-over. Once the connection is live, a person must decide on such an order. */
  private async ofUndecided(connection: string, { order }: OrderOutcome): Promise<void> {
    if (!order || !isUndecided(order) || !isSold(order.snapshot.status) || FINAL.has(order.snapshot.status)) return;
    const account = this.connections.find(connection);
    if (account && account.publishing !== 'shadow' && !account.liveSkus)
      await this.alerts.raise('before_cutover', order._id, { code: 'alerts.before_cutover.detail' });
  }
}
