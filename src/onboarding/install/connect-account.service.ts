import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { currentRequestRecord } from '../../common/context.js';
import { ConnectionChanges } from '../../connections/connection-changes.service.js';
import { type ConnectionMatch, type ConnectionRecord } from '../../connections/connection.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type InstalledAccount } from '../../connectors/contract.js';
import { ConnectionListings } from '../../listings/connection-listings.repository.js';
import { PausedConnections } from '../../outages/paused-connections.service.js';
import { CatalogueService } from '../../publishing/catalogue.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { HookUpkeep } from './hook-upkeep.service.js';

/** A connection that was away longer begins in shadow, because people handled its orders in the meantime. */
const LONG_AWAY_MS = 24 * 3_600_000;

/** An account that is connected now: for the first time, with new credentials, or again. */
export interface Connected {
  readonly result: 'connected' | 'renewed' | 'back';
  readonly account: string;
  readonly connection: ConnectionRecord;
  /** Whether its webhooks can be registered; null: no account registers any. */
  readonly hears: boolean | null;
}

/** Makes a connection of an account whose owner consented. */
@Injectable()
export class ConnectAccount {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly connections: ConnectionsService,
    private readonly listings: ConnectionListings,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
    private readonly pauses: PausedConnections,
    private readonly alerts: AlertsService,
    private readonly hooks: HookUpkeep,
  ) {}

  /**
   * Gives the account its connection, or new credentials to the one that it has or had (`known`). Null: the environment describes it, so
   * that nothing changes.
   */
  async connect(
    connector: string,
    { account, texts }: InstalledAccount,
    known: ConnectionMatch | null,
  ): Promise<Connected | null> {
    if (known?.origin === 'environment') return null;
    const result = known === null ? 'connected' : known.removedAt === undefined ? 'renewed' : 'back';
    const connection = await this.store(connector, account, texts, known);
    const record = currentRequestRecord();
    if (record) record.connection = connection.id;
    await this.pauses.syncAlert(connection.id);
    await this.hooks.soon(connection.id);
    await this.catalogue.readSoon(connection.id);
    this.pumps.wake([connection.id]);
    return { result, account, connection, hears: this.hooks.hears(connection.id) };
  }

  private async store(
    connector: string,
    account: string,
    texts: InstalledAccount['texts'],
    known: ConnectionMatch | null,
  ): Promise<ConnectionRecord> {
    if (known === null) {
      const id = `${connector}-${account}`.toLowerCase();
      return this.changes.create(id, connector, id, texts);
    }
    if (known.removedAt === undefined) {
      // An unusable stored connection, such as one whose sealing key is lost, is repaired by the new
      // credentials.
      const isUsable = this.connections.find(known.id) !== undefined;
      const renewed = isUsable
        ? await this.changes.renew(known.id, connector, texts)
        : await this.changes.restore(known.id, connector, texts, { shadow: false });
      await this.listings.republish(known.id);
      return renewed;
    }
    const wasLong = known.uninstalledAt === undefined || Date.now() - known.removedAt.getTime() > LONG_AWAY_MS;
    const back = await this.changes.restore(known.id, connector, texts, { shadow: wasLong });
    await this.listings.restore(known.id);
    if (wasLong)
      await this.alerts.raise('long_pause', known.id, {
        code: 'alerts.long_pause.away',
        params: { since: known.removedAt.toISOString() },
      });
    return back;
  }
}
