import { Injectable } from '@nestjs/common';
import { ConnectionCache } from '../../connections/connection-cache.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { InstallsRepository } from '../../connections/install/installs.repository.js';
import { ConnectorRegistry } from '../../connectors/registry.js';
import { ConnectionDetailsService, type ConnectionDetails } from '../connection-details.service.js';
import { HookUpkeep } from './hook-upkeep.service.js';

/** A store, whether it is connected or not. Nothing of its credentials is in it. */
export interface StoreDetails {
  /** The platform's own name for it. */
  readonly storeId: string;
  /** Null: it is not connected yet. */
  readonly connection: string | null;
  /** As of the connection; `uninstalled`: the app was removed there; `pending`: it waits to be accepted. */
  readonly state: ConnectionDetails['state'] | 'uninstalled' | 'pending';
  readonly problem: string | null;
  readonly publishing: ConnectionDetails['publishing'] | null;
  /** Whether its webhooks come: `polling` where there is no address for them, so that its orders are only asked for. */
  readonly webhooks: 'registered' | 'polling' | 'not yet' | null;
  /** Webhooks that the platform would not register, with its reason. */
  readonly refusedWebhooks: readonly string[];
  /** When it came, or was removed, where that is known. */
  readonly since: Date | null;
}

/** Which stores there are. */
@Injectable()
export class InstalledStores {
  constructor(
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly installs: InstallsRepository,
    private readonly cards: ConnectionDetailsService,
    private readonly hooks: HookUpkeep,
  ) {}

  async all(connector: string): Promise<readonly StoreDetails[]> {
    const setting = this.registry.named(connector).install?.accountSetting ?? '';
    const connected = (await this.cards.all()).filter((card) => card.connector === connector);
    const [live, waiting] = await Promise.all([
      Promise.all(connected.map((card) => this.cardOf(card, setting))),
      this.installs.pending(connector),
    ]);
    const uninstalled = this.cache.removed().filter((one) => one.connector === connector && one.uninstalledAt);
    const gone = uninstalled.map(({ id, settings, uninstalledAt = null }): StoreDetails => {
      const problem = 'The app was removed from the store: install it again';
      return {
        ...NOT_CONNECTED,
        storeId: settings[setting] ?? '',
        connection: id,
        state: 'uninstalled',
        problem,
        since: uninstalledAt,
      };
    });
    const pending = waiting.map(({ account, arrivedAt }): StoreDetails => ({
      ...NOT_CONNECTED,
      storeId: account,
      state: 'pending',
      since: arrivedAt,
    }));
    return [...live, ...gone, ...pending];
  }

  private async cardOf(
    { id, state, problem, publishing, settings }: ConnectionDetails,
    setting: string,
  ): Promise<StoreDetails> {
    const facts = await this.connections.facts(id);
    const own = (this.cache.find(id)?.settings ?? {}) as Record<string, unknown>;
    const storeId = typeof own[setting] === 'string' ? own[setting] : (settings?.[setting] ?? '');
    const address = this.hooks.addressOf(id);
    const isRegistered = facts?.hooks !== undefined && facts.hooks.address === address;
    const webhooks = address === null ? 'polling' : isRegistered ? 'registered' : 'not yet';
    const refusedWebhooks = isRegistered ? (facts?.hooks?.refused ?? []) : [];
    return {
      storeId,
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

const NOT_CONNECTED = {
  connection: null,
  problem: null,
  publishing: null,
  webhooks: null,
  refusedWebhooks: [],
} as const;
