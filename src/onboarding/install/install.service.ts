import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { currentContext, currentRequestRecord } from '../../common/context.js';
import { ConflictError, NotFoundError } from '../../common/errors.js';
import { ConnectionChanges } from '../../connections/connection-changes.service.js';
import { ConnectionSettings } from '../../connections/connection-settings.js';
import { type ConnectionMatch, type ConnectionRecord } from '../../connections/connection.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type AppInstaller, type InstalledAccount } from '../../connectors/contract.js';
import { InstallsRepository, type StateVerdict } from '../../connections/install/installs.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { ConnectionListings } from '../../listings/connection-listings.repository.js';
import { CatalogueService } from '../../publishing/catalogue.service.js';
import { PausedConnections } from '../../outages/paused-connections.service.js';
import { PumpWakeups } from '../../publishing/pump-wakeups.service.js';
import { HookUpkeep } from './hook-upkeep.service.js';

/** Who was away longer begins in shadow: somebody has seen to its orders meanwhile. */
const LONG_AWAY_MS = 24 * 3_600_000;
/** Strangers may come without a link; more than so many a minute are sent away before anybody is asked about their codes. */
const STRANGERS = { most: 10, withinMs: 60_000 };
const CODE = /^[\x21-\x7e]{4,500}$/;

/** What became of somebody who came back from the consent page. */
export type Arrival =
  | {
      readonly result: 'connected' | 'renewed' | 'back';
      readonly account: string;
      readonly connection: ConnectionRecord;
      readonly hears: boolean;
    }
  | { readonly result: 'pending'; readonly account: string }
  | { readonly result: 'environment'; readonly account: string }
  | { readonly result: 'denied' | 'incomplete' | 'busy' | 'unready' | 'refused' | 'unreachable' }
  | { readonly result: 'badState'; readonly why: Exclude<StateVerdict, 'fits'> };

/** What the browser brought along. */
export interface Return {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
}

/** Connects accounts by the consent of their owners. */
@Injectable()
export class InstallService {
  private strangers: number[] = [];

  constructor(
    private readonly changes: ConnectionChanges,
    private readonly settings: ConnectionSettings,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
    private readonly listings: ConnectionListings,
    private readonly catalogue: CatalogueService,
    private readonly pumps: PumpWakeups,
    private readonly pauses: PausedConnections,
    private readonly alerts: AlertsService,
    private readonly hooks: HookUpkeep,
  ) {}

  /** A link to send to whoever owns the account. @throws ConflictError that says what the configuration lacks */
  async link(connector: string): Promise<{ readonly url: string; readonly expiresAt: Date }> {
    const { app, installer } = this.ready(connector);
    const { state, expiresAt } = await this.installs.makeLink(connector, currentContext().actor ?? 'anonymous');
    return { url: installer.consentAddress(app, state), expiresAt };
  }

  /**
   * Takes in whoever comes back from the consent page. With a state of ours the account is connected; without one it waits for somebody here,
   * unless it is known already: then its owner has only renewed what it is spoken to with. Never throws for what the browser brought.
   */
  async arrive(connector: string, { code, state, error }: Return): Promise<Arrival> {
    const verdict = state === undefined ? null : await this.installs.use(connector, state);
    if (verdict !== null && verdict !== 'fits') return { result: 'badState', why: verdict };
    if (error !== undefined && code === undefined) return { result: 'denied' };
    if (code === undefined || !CODE.test(code)) return { result: 'incomplete' };
    if (verdict === null && !this.mayStrangerCome(Date.now())) return { result: 'busy' };
    if (this.missing(connector).length > 0) return { result: 'unready' };
    const { app, installer } = this.ready(connector);
    let installed: InstalledAccount;
    try {
      installed = await installer.exchange(code, app);
    } catch (problem) {
      const remedy = this.connectorOf(connector).classify(problem);
      return { result: remedy.do === 'retry' || remedy.do === 'wait' ? 'unreachable' : 'refused' };
    }
    return this.takeIn(connector, installer, installed, verdict === 'fits');
  }

  /** Connects an account that waits. @throws NotFoundError where there is none, ConflictError where the environment describes it */
  async accept(connector: string, account: string): Promise<ConnectionRecord> {
    const { installer } = this.ready(connector);
    const waiting = await this.installs.open(connector, account);
    if (!waiting) throw new NotFoundError(`no ${connector} account ${account.slice(0, 100)} waits to be accepted`);
    const arrival = await this.connect(
      connector,
      waiting,
      await this.connections.findBySettingNow(connector, installer.accountSetting, account),
    );
    if (arrival.result === 'environment')
      throw new ConflictError(
        'from-environment',
        'The environment describes it',
        `Remove the variables of ${account} from the environment and start anew; then accept it. The token they hold has ended`,
      );
    await this.installs.forgetPending(connector, account);
    return arrival.connection;
  }

  private async takeIn(
    connector: string,
    installer: AppInstaller,
    installed: InstalledAccount,
    isAsked: boolean,
  ): Promise<Arrival> {
    const { account } = installed;
    const known = await this.connections.findBySettingNow(connector, installer.accountSetting, account);
    const isOurs = known !== null && (known.removedAt === undefined || known.uninstalledAt !== undefined);
    if (!isAsked && !isOurs) {
      await this.installs.keepPending(connector, installed);
      return { result: 'pending', account };
    }
    // What it waited with has ended with what it brings now.
    await this.installs.forgetPending(connector, account);
    const arrival = await this.connect(connector, installed, known);
    if (arrival.result === 'environment') await this.installs.keepPending(connector, installed);
    return arrival;
  }

  private async connect(
    connector: string,
    { account, texts }: InstalledAccount,
    known: ConnectionMatch | null,
  ): Promise<Extract<Arrival, { connection: ConnectionRecord }> | Extract<Arrival, { result: 'environment' }>> {
    if (known?.origin === 'environment') return { result: 'environment', account };
    const result = known === null ? 'connected' : known.removedAt === undefined ? 'renewed' : 'back';
    const connection = await this.store(connector, account, texts, known);
    const record = currentRequestRecord();
    if (record) record.connection = connection.id;
    await this.pauses.syncAlert(connection.id);
    this.hooks.soon(connection.id);
    this.catalogue.soon(connection.id);
    this.pumps.wake([connection.id]);
    return { result, account, connection, hears: this.hooks.addressOf(connection.id) !== null };
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
      // One that cannot be used as it is stored, such as without the key that sealed it, is mended by what it is given now.
      const isUsable = this.connections.find(known.id) !== undefined;
      const renewed = isUsable
        ? await this.changes.change(known.id, { texts })
        : await this.changes.restore(known.id, connector, texts, { shadow: false });
      await this.listings.republish(known.id);
      return renewed;
    }
    const wasLong = known.uninstalledAt === undefined || Date.now() - known.removedAt.getTime() > LONG_AWAY_MS;
    const back = await this.changes.restore(known.id, connector, texts, { shadow: wasLong });
    await this.listings.bringBack(known.id);
    if (wasLong)
      await this.alerts.raise('long_pause', known.id, {
        code: 'alerts.long_pause.away',
        params: { since: known.removedAt.toISOString() },
      });
    return back;
  }

  private ready(connector: string): { readonly app: object; readonly installer: AppInstaller } {
    const app = this.settings.appOf(connector);
    const installer = this.connectorOf(connector).install;
    const missing = this.missing(connector);
    if (!app || !installer || missing.length > 0)
      throw new ConflictError(
        'not-ready',
        'Nothing can be installed yet',
        `Set first: ${missing.join('; ') || 'nothing helps'}`,
      );
    return { app, installer };
  }

  private missing(connector: string): readonly string[] {
    const app = this.settings.appOf(connector);
    const lacks = app ? (this.connectorOf(connector).install?.lacks(app) ?? []) : [];
    return [
      ...lacks,
      ...(this.settings.canSeal ? [] : ['CREDENTIALS_KEYS: what seals the token that the account gives']),
    ];
  }

  private connectorOf(connector: string) {
    return this.registry.named(connector);
  }

  private mayStrangerCome(now: number): boolean {
    this.strangers = this.strangers.filter((at) => now - at < STRANGERS.withinMs);
    if (this.strangers.length >= STRANGERS.most) return false;
    this.strangers.push(now);
    return true;
  }
}
