import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type AppStanding, type WebhookIntent } from '../../connectors/contract.js';
import { ConnectionListings } from '../../listings/connection-listings.repository.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { CatalogueService } from '../../publishing/catalogue.service.js';
import { PausedConnections } from '../../outages/paused-connections.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { type ReasonCode } from '../../words/core-words.js';
import { AccountClosing } from './account-closing.service.js';

type Told = Extract<WebhookIntent, { kind: 'account' }>['what'];

const REASONS: Readonly<Record<Exclude<AppStanding, 'installed'>, ReasonCode>> = {
  suspended: 'reasons.app_suspended',
  removed: 'reasons.app_refused',
};

/**
 * Handles the platform's events about a whole account. An event only causes a query of the app's state: it
 * may come late, twice and out of order, and an installation may have happened in between.
 */
@Injectable()
export class AccountEvents {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly pauses: PausedConnections,
    private readonly closing: AccountClosing,
    private readonly listings: ConnectionListings,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
  ) {}

  /** `early`: the event is not true yet. @throws the connector's errors while the app's state is unknown */
  async look(id: string, told: Told): Promise<{ readonly outcome: JobOutcome; readonly early: boolean }> {
    const bound = this.connections.channel(id);
    if (!bound?.connector.install) return { outcome: outcomeOf(told, 'not connected'), early: false };
    const standing = await bound.connector.install.standing(bound.connection);
    if (standing === 'removed' && told === 'uninstalled')
      return { outcome: outcomeOf(told, await this.closing.close(id)), early: false };
    if (standing !== 'installed') {
      await this.pauses.pause(id, REASONS[standing]);
      return { outcome: outcomeOf(told, 'paused'), early: told === 'resumed' };
    }
    if (told === 'resumed') await this.goOn(id);
    return { outcome: outcomeOf(told, told === 'resumed' ? 'resumed' : 'installed'), early: told !== 'resumed' };
  }

  /**
   * Anything may have changed in the meantime: everything is published and read again. The next poll of
   * changed orders finds its sales.
   */
  private async goOn(id: string): Promise<void> {
    await this.pauses.unpause(id);
    await this.listings.republish(id);
    this.catalogue.soon(id);
    this.pumps.wake([id]);
  }
}

function outcomeOf(told: Told, result: string): JobOutcome {
  return { action: `account.${told}`, status: 'success', response: { result } };
}
