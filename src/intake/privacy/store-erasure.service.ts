import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ListingsRepository } from '../../listings/listings.repository.js';
import { AccountClosing } from '../account/account-closing.service.js';
import { AccountErasure } from './account-erasure.service.js';
import { KeptData } from './kept-data.repository.js';
import { type PrivacyAnswer } from './privacy-receipts.repository.js';

/** What was removed, document counts by collection, and what stays, in words. */
export type ErasureResult = Pick<PrivacyAnswer, 'removed' | 'kept'>;

export const KEPT_OF_ORDERS =
  'of each order its numbers, state, times, and what was ordered: SKUs and quantities. Nothing of its buyer was ever stored';

/** Erases what is stored about a store. */
@Injectable()
export class StoreErasure {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly accounts: AccountErasure,
    private readonly closing: AccountClosing,
    private readonly listings: ListingsRepository,
    private readonly data: KeptData,
    private readonly alerts: AlertsService,
  ) {}

  /** Where the app is installed again by now, the owner has come back: the connection's working data stays, and its history goes. */
  async erase(eventId: string, id: string): Promise<ErasureResult> {
    const bound = this.connections.channel(id);
    const isInUse =
      bound?.connector.install !== undefined &&
      (await bound.connector.install.standing(bound.connection)) !== 'removed';
    if (bound && !isInUse) await this.closing.close(id);
    const stays = this.connections.find(id) !== undefined;
    const removed = await this.data.forgetHistory(id, eventId, stays);
    if (stays) return { removed, kept: `the connection and its listings, which are in use; ${KEPT_OF_ORDERS}` };
    const pending = await this.accounts.erase(id);
    const listed = await this.listings.forget(id);
    await this.alerts.close('connection_paused', id);
    return {
      removed: { ...removed, listings: listed, pending_installs: pending },
      kept: `the ledger and the orders it stands on: ${KEPT_OF_ORDERS}`,
    };
  }
}
