import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type AppStanding } from '../../connectors/contract.js';
import { ConnectionListings } from '../../listings/connection-listings.repository.js';
import { PausedConnections } from '../../outages/paused-connections.service.js';
import { CatalogueService } from '../../publishing/catalogue.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { type JobOutcome } from '../../queues/job-outcome.js';
import { HandlesIntent, type IntentHandler, type IntentOf } from '../../webhook-events/intent-handler.js';
import { type WebhookEvent } from '../../webhook-events/webhook-event.schema.js';
import { type ReasonCode } from '../../words/core-words.js';
import { WebhookEventsRepository } from '../../webhook-events/webhook-events.repository.js';
import { RETRY_AFTER_MS } from '../../config/retry-delays.js';
import { mayStillAppear } from '../early-events.js';
import { AccountClosing } from './account-closing.service.js';

type AccountChange = IntentOf<'account'>['what'];

interface Result {
  readonly result: string;
  /** The platform does not show the announced change yet. */
  readonly early: boolean;
}

const REASONS: Readonly<Record<Exclude<AppStanding, 'installed'>, ReasonCode>> = {
  suspended: 'reasons.app_suspended',
  removed: 'reasons.app_refused',
};

/**
 * The platform announced a change of an account as a whole. Such a webhook comes late, twice and out of order, and an installation may have
 * come in between. So the handler asks the platform how the app stands in the account.
 */
@Injectable()
@HandlesIntent(['account'])
export class AccountIntentHandler implements IntentHandler<'account'> {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly events: WebhookEventsRepository,
    private readonly pauses: PausedConnections,
    private readonly closing: AccountClosing,
    private readonly listings: ConnectionListings,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
  ) {}

  /** @throws what the connector throws while the platform does not say how the app stands */
  async handle(event: WebhookEvent, { what }: IntentOf<'account'>): Promise<JobOutcome> {
    const { result, early } = await this.apply(event.connection, what);
    if (early && mayStillAppear(event)) await this.events.reschedule(event._id, RETRY_AFTER_MS.earlyEvent);
    return { action: `account.${what}`, status: 'success', response: { result } };
  }

  private async apply(id: string, change: AccountChange): Promise<Result> {
    const bound = this.connections.channel(id);
    if (!bound?.connector.install) return { result: 'not connected', early: false };
    const standing = await bound.connector.install.standing(bound.connection);
    if (standing === 'removed' && change === 'uninstalled')
      return { result: await this.closing.close(id), early: false };
    if (standing !== 'installed') {
      await this.pauses.pause(id, REASONS[standing]);
      return { result: 'paused', early: change === 'resumed' };
    }
    if (change !== 'resumed') return { result: 'installed', early: true };
    await this.resume(id);
    return { result: 'resumed', early: false };
  }

  /** Anything may have happened while it was away: everything is published and read again. The next poll finds what was sold. */
  private async resume(id: string): Promise<void> {
    await this.pauses.unpause(id);
    await this.listings.republish(id);
    this.catalogue.debounce(id);
    this.pumps.wake([id]);
  }
}
