import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionCache } from '../../connections/connection-cache.js';
import { ConnectionChanges } from '../../connections/connection-changes.service.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type WebhookIntent } from '../../connectors/contract.js';
import { InstallsRepository } from '../../connections/install/installs.repository.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { orderKey } from '../../orders/order.types.js';
import { OrdersRepository } from '../../orders/orders.repository.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { AccountClosing } from '../account/account-closing.service.js';
import { KeptData } from './kept-data.repository.js';
import { PrivacyReceiptsRepository, type PrivacyAnswer } from './privacy-receipts.repository.js';

type Asked = Extract<WebhookIntent, { kind: 'privacy' }>;
type Done = Pick<PrivacyAnswer, 'removed' | 'kept'>;

const OF_ORDERS =
  'of each order its numbers, state, times, and what was ordered: SKUs and quantities. Nothing of its buyer was ever stored';
const GROUP = 500;

/**
 * Handles requests about the data of a store or a buyer, over everything that is stored, and writes a
 * receipt. No data of buyers is ever stored, because bodies are decoded and dropped.
 */
@Injectable()
export class PrivacyService {
  constructor(
    private readonly cache: ConnectionCache,
    private readonly changes: ConnectionChanges,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
    private readonly closing: AccountClosing,
    private readonly listings: ListingsRepository,
    private readonly orders: OrdersRepository,
    private readonly data: KeptData,
    private readonly receipts: PrivacyReceiptsRepository,
    private readonly alerts: AlertsService,
  ) {}

  /** Can be repeated. @throws the connector's errors while it is unknown whether a store to be erased is in use */
  async obey(eventId: string, connection: string, { what, orders, request }: Asked): Promise<JobOutcome> {
    const known = await this.knownOf(connection, orders);
    const done =
      what === 'store/redact'
        ? await this.redactStore(eventId, connection)
        : await this.ofBuyer(what, connection, orders, known);
    await this.receipts.note(eventId, {
      connection,
      asked: what,
      ...(request !== undefined && { request }),
      ordersNamed: orders.length,
      ordersKnown: known.length,
      ...done,
    });
    return { action: `privacy.${what.replace(/[/_]/g, '-')}`, status: 'success', response: { removed: done.removed } };
  }

  /** The orders themselves stay, because the ledger refers to them. A request to report data changes nothing. */
  private async ofBuyer(
    what: Asked['what'],
    connection: string,
    named: readonly string[],
    known: readonly string[],
  ): Promise<Done> {
    const blanked = what === 'customers/redact' ? await this.data.blankLogs(connection, named) : 0;
    return { removed: { logs: blanked }, kept: known.length === 0 ? 'nothing is known of the orders' : OF_ORDERS };
  }

  /**
   * If the app is installed by now, the owner has returned: the connection keeps its settings, and its
   * history is deleted.
   */
  private async redactStore(eventId: string, id: string): Promise<Done> {
    const bound = this.connections.channel(id);
    const isInUse =
      bound?.connector.install !== undefined &&
      (await bound.connector.install.standing(bound.connection)) !== 'removed';
    if (bound && !isInUse) await this.closing.close(id);
    const stays = this.cache.find(id) !== undefined;
    const removed = await this.data.forgetHistory(id, eventId, stays);
    if (stays) return { removed, kept: `the connection and its listings, which are in use; ${OF_ORDERS}` };
    const pending = await this.forgetPending(id);
    const listed = await this.listings.forget(id);
    await this.alerts.close('connection_paused', id);
    return {
      removed: { ...removed, listings: listed, pending_installs: pending },
      kept: `the ledger and the orders it stands on: ${OF_ORDERS}`,
    };
  }

  /** Also for a store that was never connected. */
  private async forgetPending(id: string): Promise<number> {
    const owner = this.cache.removed().find((one) => one.id === id);
    const [connector = '', account = ''] = owner ? [owner.connector] : splitId(id);
    const setting = this.registry.named(connector).install?.accountSetting;
    const name = owner ? (setting === undefined ? undefined : owner.settings[setting]) : account;
    if (setting !== undefined) await this.changes.erase(id, setting);
    return name !== undefined && (await this.installs.forgetPending(connector, name)) ? 1 : 0;
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

/** A store that was never connected is named by the id that it would have. */
function splitId(id: string): [string, string] {
  const dash = id.indexOf('-');
  return [id.slice(0, dash), id.slice(dash + 1)];
}
