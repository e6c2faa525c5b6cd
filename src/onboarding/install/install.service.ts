import { Injectable } from '@nestjs/common';
import { currentContext } from '../../common/context.js';
import { ConflictError, NotFoundError } from '../../common/errors.js';
import { ConnectionSettings } from '../../connections/connection-settings.js';
import { type ConnectionRecord } from '../../connections/connection.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { type AppInstaller, type InstalledAccount } from '../../connectors/contract.js';
import { InstallsRepository, type BadState } from '../../connections/install/installs.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { ConnectAccount, type Connected } from './connect-account.service.js';

/** Anyone may come without a link. Beyond this many a minute, they are refused before any call about their codes. */
const STRANGERS = { most: 10, withinMs: 60_000 };
const CODE = /^[\x21-\x7e]{4,500}$/;

/** The result for a browser that returned from the consent page. */
export type Arrival =
  | Connected
  | { readonly result: 'pending'; readonly account: string }
  | { readonly result: 'environment'; readonly account: string }
  | { readonly result: 'denied' | 'incomplete' | 'busy' | 'unready' | 'refused' | 'unreachable' }
  | { readonly result: 'badState'; readonly why: BadState };

type Failed = Extract<Arrival, { result: 'denied' | 'incomplete' | 'busy' | 'unready' | 'refused' | 'unreachable' }>;

/** The browser brought no account with it; its link still works. */
class NotInstalledError extends Error {
  constructor(readonly result: Failed['result']) {
    super(result);
    this.name = new.target.name;
  }
}

/** `missing`: the missing configuration, as text. */
interface ConnectorApp {
  readonly app: object;
  readonly installer: AppInstaller;
  readonly missing: readonly string[];
}

/** Connects accounts with their owners' consent. */
@Injectable()
export class InstallService {
  private strangers: number[] = [];

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
    private readonly accounts: ConnectAccount,
  ) {}

  /**
   * A link for the owner of an account.
   * @throws NotFoundError for a connector without an app, ConflictError naming the missing configuration
   */
  async link(connector: string): Promise<{ readonly url: string; readonly expiresAt: Date }> {
    const { app, installer } = this.ready(connector);
    const { state, expiresAt } = await this.installs.makeLink(connector, currentContext().actor ?? 'anonymous');
    return { url: installer.consentAddress(app, state), expiresAt };
  }

  /**
   * Handles the return from the consent page. With a state of ours the account is connected. Without one
   * it waits to be accepted, unless it is known already: then its owner has only renewed the credentials.
   * A link is used up only by a code that the platform accepts. Never throws because of the browser's input.
   */
  async arrive(connector: string, query: Readonly<Record<string, string>>): Promise<Arrival> {
    const app = this.appOf(connector);
    const { state } = query;
    try {
      if (state === undefined)
        return await this.takeIn(connector, app.installer, await this.exchange(connector, app, query), false);
      const used = await this.installs.use(connector, state, () => this.exchange(connector, app, query));
      if ('why' in used) return { result: 'badState', why: used.why };
      return await this.takeIn(connector, app.installer, used.value, true);
    } catch (problem) {
      if (problem instanceof NotInstalledError) return { result: problem.result };
      throw problem;
    }
  }

  /**
   * Connects a waiting account. @throws NotFoundError when there is none, ConflictError when the
   * environment describes it
   */
  async accept(connector: string, account: string): Promise<ConnectionRecord> {
    const { installer } = this.ready(connector);
    const waiting = await this.installs.open(connector, account);
    if (!waiting)
      throw new NotFoundError('problems.not-found.waiting_account', { connector, account: account.slice(0, 100) });
    const known = await this.connections.findBySettingNow(connector, installer.accountSetting, account);
    const connected = await this.accounts.connect(connector, waiting, known);
    if (connected === null) throw new ConflictError('problems.from-environment.accept', { account });
    await this.installs.forgetPending(connector, account);
    return connected.connection;
  }

  /** @throws NotInstalledError when the browser brings no account with it */
  private async exchange(
    connector: string,
    { app, installer, missing }: ConnectorApp,
    query: Readonly<Record<string, string>>,
  ): Promise<InstalledAccount> {
    const { code, state, error } = query;
    if (error !== undefined && code === undefined) throw new NotInstalledError('denied');
    if (code === undefined || !CODE.test(code)) throw new NotInstalledError('incomplete');
    if (state === undefined && !this.mayStrangerCome(Date.now())) throw new NotInstalledError('busy');
    if (missing.length > 0) throw new NotInstalledError('unready');
    try {
      return await installer.exchange({ ...query, code }, app);
    } catch (problem) {
      const failure = this.registry.named(connector).classify(problem);
      throw new NotInstalledError(failure.do === 'retry' || failure.do === 'wait' ? 'unreachable' : 'refused');
    }
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
    // The new token has ended the one that waited.
    await this.installs.forgetPending(connector, account);
    const connected = await this.accounts.connect(connector, installed, known);
    if (connected) return connected;
    await this.installs.keepPending(connector, installed);
    return { result: 'environment', account };
  }

  private ready(connector: string): ConnectorApp {
    const found = this.appOf(connector);
    if (found.missing.length > 0)
      throw new ConflictError('problems.not-ready.missing', { missing: found.missing.join('; ') });
    return found;
  }

  private appOf(connector: string): ConnectorApp {
    const installer = this.registry.find(connector)?.install;
    const app = this.settings.appOf(connector);
    if (!installer || !app) throw new NotFoundError('problems.not-found.app', { connector: connector.slice(0, 40) });
    const seals = this.settings.canSeal ? [] : ['CREDENTIALS_KEYS: what seals the token that the account gives'];
    return { app, installer, missing: [...installer.lacks(app), ...seals] };
  }

  private mayStrangerCome(now: number): boolean {
    this.strangers = this.strangers.filter((at) => now - at < STRANGERS.withinMs);
    if (this.strangers.length >= STRANGERS.most) return false;
    this.strangers.push(now);
    return true;
  }
}
