import { Injectable } from '@nestjs/common';
import { ConnectionCache } from '../connections/connection-cache.js';
import { type ConnectionRecord } from '../connections/connection.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { type Publishing, type PushesLeft } from '../connectors/contract.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { ConnectorRegistry } from '../connectors/registry.js';
import { type ConnectionState } from '../connections/connection.schema.js';
import { waitEnd } from '../connections/silence.js';
import { DEFAULT_LANGUAGE } from '../words/language.js';
import { Words } from '../words/words.js';
import { PushesRepository } from '../publishing/pushes.repository.js';

/** A connection as the API shows it, without credentials. */
export interface ConnectionDetails {
  readonly id: string;
  readonly connector: string;
  readonly role: 'channel' | 'erp';
  readonly name: string;
  /** `environment`: the API cannot change its settings. */
  readonly origin: 'environment' | 'stored';
  /**
   * `suspended`: a person suspended it. `paused`: the platform refuses its credentials. `waiting`: the platform asked for no calls.
   * `unusable`: its stored settings cannot be read.
   */
  readonly state: 'ok' | 'suspended' | 'paused' | 'waiting' | 'unusable';
  /** Why it is not used; null: it is. */
  readonly problem: string | null;
  readonly publishing: Publishing;
  /** How far a person lets it act; the environment may allow less. */
  readonly decided: Publishing;
  /** How many SKUs it is live for; null: all of them. */
  readonly liveSkus: number | null;
  readonly cutover: Date | null;
  /** Its settings without secrets; null where the environment describes it. */
  readonly settings: Readonly<Record<string, string>> | null;
  readonly lastWebhookAt: Date | null;
  readonly lastPollAt: Date | null;
  readonly lastAcceptedPushAt: Date | null;
  /** Since when its oldest unpublished change waits. */
  readonly oldestWaitingSince: Date | null;
  /** The rest of the platform's limit on pushes; null where there is none. */
  readonly limit: PushesLeft | null;
}

/** Shows connections. */
@Injectable()
export class ConnectionDetailsService {
  constructor(
    private readonly cache: ConnectionCache,
    private readonly connections: ConnectionsService,
    private readonly registry: ConnectorRegistry,
    private readonly listings: ListingsRepository,
    private readonly pushes: PushesRepository,
    private readonly words: Words,
  ) {}

  all(): Promise<ConnectionDetails[]> {
    return Promise.all([
      ...this.cache.all().map((connection) => this.of(connection)),
      ...this.cache.unusable().map((state) => Promise.resolve(this.broken(state))),
    ]);
  }

  async of(connection: ConnectionRecord): Promise<ConnectionDetails> {
    const { id } = connection;
    const [facts, oldest, limit] = await Promise.all([
      this.connections.facts(id),
      this.listings.oldestWaiting(id),
      this.limitOf(id),
    ]);
    return {
      id,
      connector: connection.connector,
      role: this.registry.named(connection.connector).manifest.role,
      name: connection.name,
      origin: connection.origin,
      ...stateOf(facts, new Date(), this.words),
      publishing: connection.publishing,
      decided: connection.decided,
      liveSkus: connection.liveSkus?.size ?? null,
      cutover: connection.cutover ?? null,
      settings: connection.origin === 'stored' ? (facts?.settings ?? {}) : null,
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
      problem: this.cache.problemOf(id) ?? null,
      publishing: 'shadow',
      decided: publishing,
      liveSkus: state.liveSkus?.length ?? null,
      cutover: cutover ?? null,
      settings,
      ...never,
    };
  }
}

function stateOf(facts: ConnectionState | null, now: Date, words: Words): Pick<ConnectionDetails, 'state' | 'problem'> {
  if (facts?.suspended) return { state: 'suspended', problem: facts.suspended.reason };
  if (facts?.paused) return { state: 'paused', problem: words.reason(facts.paused.reason, DEFAULT_LANGUAGE) };
  const until = facts && waitEnd(facts, now);
  if (until) return { state: 'waiting', problem: `the platform asked for no calls until ${until.toISOString()}` };
  return { state: 'ok', problem: null };
}
