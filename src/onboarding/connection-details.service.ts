import { Injectable } from '@nestjs/common';
import { AccountsService, type Account } from '../connections/accounts.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type Publishing, type PushesLeft } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { type ConnectionState } from '../connections/schemas.js';
import { PushesRepository } from '../publishing/pushes.repository.js';

/** A connection as people look at it. Nothing of its credentials is in it. */
export interface ConnectionDetails {
  readonly id: string;
  readonly connector: string;
  readonly role: 'channel' | 'erp';
  readonly name: string;
  /** `environment`: its settings are read-only here. */
  readonly origin: 'environment' | 'stored';
  /** `ok`, or what keeps it from being used now. */
  readonly state: 'ok' | 'paused' | 'refused' | 'waiting' | 'unusable';
  /** What is wrong, or why it is not used. */
  readonly problem: string | null;
  readonly publishing: Publishing;
  /** How far somebody has decided that it may act; the environment may allow less. */
  readonly decided: Publishing;
  /** How many SKUs it is live for; null: all of them. */
  readonly liveSkus: number | null;
  readonly cutover: Date | null;
  /** What was given for it, without what is secret; null where the environment describes it. */
  readonly settings: Readonly<Record<string, string>> | null;
  readonly lastWebhookAt: Date | null;
  readonly lastPollAt: Date | null;
  readonly lastAcceptedPushAt: Date | null;
  /** Since when what it has to be told longest waits. */
  readonly oldestWaitingSince: Date | null;
  /** What is left of its platform's limit on pushes; null where there is none to count. */
  readonly limit: PushesLeft | null;
}

/** What is to be seen of each connection. */
@Injectable()
export class ConnectionDetailsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly listings: ListingsRepository,
    private readonly pushes: PushesRepository,
  ) {}

  all(): Promise<ConnectionDetails[]> {
    return Promise.all([
      ...this.accounts.all().map((account) => this.of(account)),
      ...this.accounts.unusable().map((state) => Promise.resolve(this.broken(state))),
    ]);
  }

  async of(account: Account): Promise<ConnectionDetails> {
    const { id } = account;
    const [facts, oldest, limit] = await Promise.all([
      this.connections.facts(id),
      this.listings.oldestWaiting(id),
      this.limitOf(id),
    ]);
    return {
      id,
      connector: account.connector,
      role: this.registry.named(account.connector).manifest.role,
      name: account.name,
      origin: account.origin,
      ...standing(facts, new Date()),
      publishing: account.publishing,
      decided: account.decided,
      liveSkus: account.liveSkus?.size ?? null,
      cutover: account.cutover ?? null,
      settings: account.origin === 'stored' ? (facts?.settings ?? {}) : null,
      lastWebhookAt: facts?.heardAt ?? null,
      lastPollAt: facts?.polledAt ?? null,
      lastAcceptedPushAt: facts?.acceptedAt ?? null,
      oldestWaitingSince: oldest,
      limit,
    };
  }

  private async limitOf(id: string): Promise<ConnectionDetails['limit']> {
    const bound = this.connections.channel(id);
    if (!bound?.connector.pushesLeft) return null;
    const { connector, connection } = bound;
    const history = connector.planPush ? await this.pushes.history(id, new Date(Date.now() - 24 * 3_600_000)) : [];
    return (await connector.pushesLeft?.(history, new Date(), connection)) ?? null;
  }

  private broken(state: ConnectionState): ConnectionDetails {
    const { _id: id, connector, name = connector, settings = {}, publishing = 'shadow', cutover } = state;
    const never = {
      lastWebhookAt: null,
      lastPollAt: null,
      lastAcceptedPushAt: null,
      oldestWaitingSince: null,
      limit: null,
    };
    return {
      id,
      connector,
      role: this.registry.named(connector).manifest.role,
      name,
      origin: 'stored',
      state: 'unusable',
      problem: this.accounts.problemOf(id) ?? null,
      publishing: 'shadow',
      decided: publishing,
      liveSkus: state.liveSkus?.length ?? null,
      cutover: cutover ?? null,
      settings,
      ...never,
    };
  }
}

function standing(facts: ConnectionState | null, now: Date): Pick<ConnectionDetails, 'state' | 'problem'> {
  if (facts?.stopped) return { state: 'paused', problem: facts.stopped.reason };
  if (facts?.paused) return { state: 'refused', problem: facts.paused.reason };
  if (facts?.waitUntil && facts.waitUntil > now)
    return { state: 'waiting', problem: `its platform asked for silence until ${facts.waitUntil.toISOString()}` };
  return { state: 'ok', problem: null };
}
