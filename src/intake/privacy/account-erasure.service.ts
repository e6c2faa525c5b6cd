import { Injectable } from '@nestjs/common';
import { ConnectionCache } from '../../connections/connection-cache.js';
import { ConnectionChanges } from '../../connections/connection-changes.service.js';
import { InstallsRepository } from '../../connections/install/installs.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';

/** Erases what names an account that is not connected: its name on a removed connection, and an installation that was never finished. */
@Injectable()
export class AccountErasure {
  constructor(
    private readonly cache: ConnectionCache,
    private readonly changes: ConnectionChanges,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
  ) {}

  /** Also for an account that was never connected. Returns how many unfinished installations it removed. */
  async erase(id: string): Promise<number> {
    const removed = this.cache.removed().find((one) => one.id === id);
    const [connector = '', account = ''] = removed ? [removed.connector] : splitId(id);
    const setting = this.registry.named(connector).install?.accountSetting;
    const name = removed ? (setting === undefined ? undefined : removed.settings[setting]) : account;
    if (setting !== undefined) await this.changes.erase(id, setting);
    return name !== undefined && (await this.installs.forgetPending(connector, name)) ? 1 : 0;
  }
}

/** The connector and the account in the id that the account would have, had it been connected. */
function splitId(id: string): [string, string] {
  const dash = id.indexOf('-');
  return [id.slice(0, dash), id.slice(dash + 1)];
}
