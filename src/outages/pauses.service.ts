import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { ConnectionsService } from '../connections/connections.service.js';

/**
 * Pauses connections and lets them go on, each with the one alert that says so. Who pauses and who goes on may meet in the middle: both look
 * afterwards at what came of it.
 */
@Injectable()
export class Pauses {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly alerts: AlertsService,
  ) {}

  /** `renewedAt`: only if its credentials are still those of then; null: as at the beginning. */
  async begin(id: string, reason: string, renewedAt?: Date | null): Promise<void> {
    if (await this.connections.pause(id, reason, renewedAt)) await this.say(id, reason);
  }

  /** Gives back whether it was paused. */
  async end(id: string): Promise<boolean> {
    const wasPaused = await this.connections.unpause(id);
    await this.say(id, undefined);
    return wasPaused;
  }

  /** Says what is so, whoever changed it. */
  async sayAsItIs(id: string): Promise<void> {
    await this.say(id, await this.reasonOf(id));
  }

  /** Until what was said last is seen to be so. */
  private async say(id: string, reason: string | undefined): Promise<void> {
    if (reason === undefined) await this.alerts.close('connection_paused', id);
    else await this.alerts.raise('connection_paused', id, reasonDetail('connection_paused', reason));
    const now = await this.reasonOf(id);
    if ((now === undefined) !== (reason === undefined)) await this.say(id, now);
  }

  private async reasonOf(id: string): Promise<string | undefined> {
    return (await this.connections.facts(id))?.paused?.reason;
  }
}
