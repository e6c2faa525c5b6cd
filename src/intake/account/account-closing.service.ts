import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../../alerts/alert-details.js';
import { AlertsService } from '../../alerts/alerts.service.js';
import { ConnectionChanges } from '../../connections/connection-changes.service.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ConnectionListings } from '../../listings/connection-listings.repository.js';
import { PausedConnections } from '../../outages/paused-connections.service.js';
import { type ReasonCode } from '../../words/core-words.js';

const REMOVED: ReasonCode = 'reasons.app_removed';

/** Ends a connection whose app was removed at its platform. Its orders stay, and are finished in the ERP. */
@Injectable()
export class AccountClosing {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly connections: ConnectionsService,
    private readonly pauses: PausedConnections,
    private readonly listings: ConnectionListings,
    private readonly alerts: AlertsService,
  ) {}

  /** Can be repeated. A connection of the environment is paused instead: its credentials are there. */
  async close(id: string): Promise<'closed' | 'paused'> {
    if (this.connections.find(id)?.origin === 'environment') {
      await this.pauses.pause(id, REMOVED);
      return 'paused';
    }
    await this.changes.removeUninstalled(id);
    await this.listings.archive(id);
    await this.alerts.close('connection_paused', id);
    await this.alerts.raise('connection_paused', id, reasonDetail('connection_paused', REMOVED));
    return 'closed';
  }
}
