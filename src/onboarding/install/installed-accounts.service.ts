import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../../common/errors.js';
import { ConnectionCache } from '../../connections/connection-cache.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { InstallsRepository } from '../../connections/install/installs.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { ConnectionDetailsService, type ConnectionDetails } from '../connection-details.service.js';
import { HookUpkeep } from './hook-upkeep.service.js';

/** An account, connected or not, without its credentials. */
export interface AccountDetails {
  /** The platform's own name for it. */
  readonly account: string;
  /** Null: it is not connected yet. */
  readonly connection: string | null;
  /** As of the connection; `uninstalled`: the app was removed there; `pending`: it waits to be accepted. */
  readonly state: ConnectionDetails['state'] | 'uninstalled' | 'pending';
  readonly problem: string | null;
  readonly publishing: ConnectionDetails['publishing'] | null;
  /**
   * Whether its webhooks arrive: `polling` when there is no address for them, so that its orders are only
   * polled. Null: it registers none of its own, or is not connected.
   */
  readonly webhooks: 'registered' | 'polling' | 'not yet' | null;
  /** Webhooks that the platform refused to register, with its reason. */
  readonly refusedWebhooks: readonly string[];
  /** When it was installed or removed, if known. */
  readonly since: Date | null;
}

@Injectable()
export class InstalledAccounts {
  constructor(
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
    private readonly cards: ConnectionDetailsService,
    private readonly hooks: HookUpkeep,
  ) {}

  async all(connector: string): Promise<readonly AccountDetails[]> {
    const setting = this.registry.find(connector)?.install?.accountSetting;
    if (setting === undefined) throw new NotFoundError('problems.not-found.app', { connector: connector.slice(0, 40) });
    const connected = (await this.cards.all()).filter((card) => card.connector === connector);
    const [live, waiting] = await Promise.all([
      Promise.all(connected.map((card) => this.cardOf(card, setting))),
      this.installs.pending(connector),
    ]);
    const uninstalled = this.cache.removed().filter((one) => one.connector === connector && one.uninstalledAt);
    const gone = uninstalled.map(({ id, settings, uninstalledAt = null }): AccountDetails => {
      const problem = 'The app was removed from the account: install it again';
      return {
        ...NOT_CONNECTED,
        account: settings[setting] ?? '',
        connection: id,
        state: 'uninstalled',
        problem,
        since: uninstalledAt,
      };
    });
    const pending = waiting.map(({ account, arrivedAt }): AccountDetails => ({
      ...NOT_CONNECTED,
      account: account,
      state: 'pending',
      since: arrivedAt,
    }));
    return [...live, ...gone, ...pending];
  }

  private async cardOf(
    { id, state, problem, publishing, settings }: ConnectionDetails,
    setting: string,
  ): Promise<AccountDetails> {
    const facts = await this.connections.facts(id);
    const own = (this.cache.find(id)?.settings ?? {}) as Record<string, unknown>;
    const account = typeof own[setting] === 'string' ? own[setting] : (settings?.[setting] ?? '');
    const address = this.hooks.addressOf(id);
    const isRegistered = facts?.hooks !== undefined && facts.hooks.address === address;
    const webhooks = hookStateOf(this.hooks.hears(id), isRegistered);
    const refusedWebhooks = isRegistered ? (facts?.hooks?.refused ?? []) : [];
    return {
      account,
      connection: id,
      state,
      problem,
      publishing,
      webhooks,
      refusedWebhooks,
      since: facts?.createdAt ?? null,
    };
  }
}

function hookStateOf(hears: boolean | null, isRegistered: boolean): AccountDetails['webhooks'] {
  if (hears === null) return null;
  if (!hears) return 'polling';
  return isRegistered ? 'registered' : 'not yet';
}

const NOT_CONNECTED = {
  connection: null,
  problem: null,
  publishing: null,
  webhooks: null,
  refusedWebhooks: [],
} as const;
