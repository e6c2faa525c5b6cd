import { Injectable } from '@nestjs/common';
import { reasonDetail } from '../alerts/alert-details.js';
import { AlertsService } from '../alerts/alerts.service.js';
import { ConnectionsService } from '../connections/connections.service.js';

/**
 * Pauses connections whose platform refuses the credentials, and ends the pause, each with its one alert.
 * A pause and its end may run concurrently, so both read the stored state afterwards and correct the
 * alert.
 */
@Injectable()
export class PausedConnections {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly alerts: AlertsService,
  ) {}

  /**
   * @param renewedAt pauses only while the credentials are those of that time; null: those that it began with
   * @param final until it has new credentials
   */
  async pause(id: string, reason: string, renewedAt?: Date | null, final?: boolean): Promise<void> {
    if (await this.connections.pause(id, reason, renewedAt, final)) await this.setAlert(id, reason);
  }

  /** Returns whether it was paused. */
  async unpause(id: string): Promise<boolean> {
    const wasPaused = await this.connections.unpause(id);
    await this.setAlert(id, undefined);
    return wasPaused;
  }

  /** Opens or closes the alert as the stored state says. */
  async syncAlert(id: string): Promise<void> {
    await this.setAlert(id, await this.reasonOf(id));
  }

  /** Repeats until the alert agrees with the stored state. */
  private async setAlert(id: string, reason: string | undefined): Promise<void> {
    if (reason === undefined) await this.alerts.close('connection_paused', id);
    else await this.alerts.raise('connection_paused', id, reasonDetail('connection_paused', reason));
    const now = await this.reasonOf(id);
    if ((now === undefined) !== (reason === undefined)) await this.setAlert(id, now);
  }

  private async reasonOf(id: string): Promise<string | undefined> {
    return (await this.connections.facts(id))?.paused?.reason;
  }
}
