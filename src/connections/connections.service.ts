import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Lease } from '../common/lease.js';
import { atMost, forgottenAfter } from '../common/ttl.js';
import { BlockedError } from '../connectors/blocked-error.js';
import {
  type ChannelConnector,
  type Connection,
  type ErpConnector,
  type SellingRules,
  type WarehouseLink,
} from '../connectors/contract.js';
import { ConnectorRegistry, type Bound } from '../connectors/registry.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionChanges } from './connection-changes.service.js';
import { ConnectionSettings } from './connection-settings.js';
import { type ConfiguredConnection, type ConnectionMatch, type ConnectionRecord } from './connection.js';
import { type ConnectionState } from './connection.schema.js';
import { ConnectionsRepository, type ConnectionLease } from './connections.repository.js';
import { waitEnd } from './silence.js';
import { WarehousesService } from './warehouses/warehouses.service.js';
import { RETRY_AFTER_MS } from '../config/retry-delays.js';
import { atMostAhead, isWithin } from '../common/clock.js';

const NOTED_EVERY_MS = 15_000;
/** In shadow the first poll reads orders of this long back: open ones need a decision. */
const READ_BACK_MS = 30 * 24 * 3_600_000;

/** The existing connections, and whether each may be used now. `ConnectionChanges` changes them. */
@Injectable()
export class ConnectionsService implements OnModuleInit {
  private readonly logger = new Logger('Connections');
  /** Limits writes of `note` in this process. Several processes, or an evicted key, write more often: the database keeps the latest time. */
  private readonly noted = new LRUCache<string, true>({ ...atMost(10_000), ...forgottenAfter(NOTED_EVERY_MS) });

  constructor(
    private readonly cache: ConnectionCache,
    private readonly repository: ConnectionsRepository,
    private readonly changes: ConnectionChanges,
    private readonly settings: ConnectionSettings,
    private readonly registry: ConnectorRegistry,
    private readonly warehouses: WarehousesService,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.changes.begin();
    await this.warehouses.begin(this.settings.environmentErp);
    const list = this.cache.all().map(({ id, publishing }) => `${id} (${publishing})`);
    this.logger.log(`connections: ${list.join(', ') || 'none'}`);
  }

  find(id: string): ConfiguredConnection | undefined {
    const record = this.cache.find(id);
    return record && this.withWarehouses(record);
  }

  all(): ConfiguredConnection[] {
    return this.cache.all().map((record) => this.withWarehouses(record));
  }

  /** All connections of a connector, the one of the environment first. */
  ofConnector(connector: string): Connection[] {
    return this.all()
      .filter((connection) => connection.connector === connector)
      .sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
  }

  channels(): Bound<ChannelConnector>[] {
    return this.all()
      .map((connection) => this.registry.channel(connection))
      .filter((bound) => bound !== null);
  }

  channel(id: string): Bound<ChannelConnector> | null {
    const connection = this.find(id);
    return connection ? this.registry.channel(connection) : null;
  }

  /** The ERPs, the one of the environment first. */
  erps(): Bound<ErpConnector>[] {
    const all = this.all().map((connection) => this.registry.erp(connection));
    return all
      .filter((bound) => bound !== null)
      .sort((a, b) => Number(isFirst(b.connection)) - Number(isFirst(a.connection)));
  }

  /** This ERP, or the first one; null: there is none, and the ledger is the master. */
  erp(id?: string): Bound<ErpConnector> | null {
    return this.erps().find(({ connection }) => id === undefined || connection.id === id) ?? null;
  }

  /** When its orders count, also of a removed connection; undefined: there never was one of this id. */
  sellingOf(id: string): SellingRules | undefined {
    return this.cache.sellingOf(id);
  }

  /** Reads the database first, so that changes of other processes count. */
  async findBySettingNow(connector: string, setting: string, value: string): Promise<ConnectionMatch | null> {
    await this.cache.refresh();
    return this.cache.findBySetting(connector, setting, value);
  }

  /** Whether all its listings must be marked: its mode or its live SKUs are others than at the last marking. */
  async needsRepublish(id: string): Promise<boolean> {
    const state = await this.repository.find(id);
    return state?.markedFor !== publishingKey(this.cache.find(id));
  }

  /** All its listings are marked for its present mode and live SKUs. */
  async noteRepublished(id: string): Promise<void> {
    await this.repository.update(id, { $set: { markedFor: publishingKey(this.cache.find(id)) } });
  }

  /** Until when the connection must not be used: a time, `paused`, or null for now. */
  async blockedUntil(id: string, now = new Date()): Promise<Date | 'paused' | null> {
    const state = await this.cache.stateOf(id);
    if (state?.suspended) return 'paused';
    if (state?.paused && (state.paused.final || isWithin(state.paused.at, RETRY_AFTER_MS.pausedConnection, now)))
      return 'paused';
    return state && waitEnd(state, now);
  }

  /** @throws BlockedError while the connection must not be used */
  async refuseBlocked(id: string): Promise<void> {
    const until = await this.blockedUntil(id);
    if (until !== null) throw new BlockedError(id, until);
  }

  /** The platform asked for no calls until then. */
  async waitUntil(id: string, until: Date): Promise<void> {
    await this.repository.setWaitUntil(id, atMostAhead(until, RETRY_AFTER_MS.longestSilence));
    this.cache.forgetState(id);
  }

  /** Pauses it because the platform refuses its credentials. Parameters and result as of the repository. */
  async pause(id: string, reason: string, renewedAt?: Date | null, final?: boolean): Promise<boolean> {
    const exists = await this.repository.pause(id, reason, renewedAt, final);
    this.cache.forgetState(id);
    return exists;
  }

  /** Ends its pause; after a long one it starts in shadow. Returns whether it was paused. */
  async unpause(id: string): Promise<boolean> {
    const since = await this.repository.unpause(id);
    this.cache.forgetState(id);
    await this.changes.shadowIfLongAway(id, since);
    return since !== undefined;
  }

  /** The right of one process at a time to do this work for a connection. */
  lease(id: string, work: ConnectionLease): Lease {
    return this.repository.lease(id, work);
  }

  /** The time from which the next poll asks for changed orders. The first poll of a live connection begins now, in shadow 30 days back. */
  polledSince(id: string, now: Date): Promise<Date> {
    const isShadow = this.cache.find(id)?.publishing === 'shadow';
    return this.repository.polledSince(id, isShadow ? new Date(now.getTime() - READ_BACK_MS) : now);
  }

  /** Its webhooks are to be registered, whatever was registered before. */
  async forgetHooks(id: string): Promise<void> {
    await this.repository.update(id, { $unset: { hooks: '' } });
  }

  /** A worker is to read its whole catalogue. */
  async wantCatalogue(id: string): Promise<void> {
    await this.repository.update(id, { $set: { catalogueWantedAt: new Date() } });
  }

  /** When a reading of its whole catalogue was last requested; undefined: never. At most 2 s old. */
  catalogueWantedAt(id: string): Date | undefined {
    return this.cache.stored(id)?.catalogueWantedAt;
  }

  /** Its whole catalogue was read, from this time on. */
  noteCatalogueRead(id: string, startedAt: Date): Promise<void> {
    return this.repository.noteTime(id, 'catalogueReadAt', startedAt);
  }

  /** The mode for which its listings were not marked yet; undefined: there is none. At most 2 s old. */
  unmarkedMode(id: string): string | undefined {
    const mode = publishingKey(this.cache.find(id));
    return this.cache.stored(id)?.markedFor === mode ? undefined : mode;
  }

  notePolled(id: string, since: Date): Promise<void> {
    return this.repository.notePolled(id, since);
  }

  /** The platform now sends webhooks to this address. `refused`: the topics that it refused. */
  noteHooks(id: string, address: string, refused: readonly string[]): Promise<void> {
    return this.repository.noteHooks(id, address, refused);
  }

  /** The stored document, read now. */
  facts(id: string): Promise<ConnectionState | null> {
    return this.repository.find(id);
  }

  /** A webhook came, or the platform accepted a push. Written every 15 s at most. */
  note(id: string, field: 'heardAt' | 'acceptedAt'): void {
    const key = `${id}/${field}`;
    if (this.noted.has(key)) return;
    this.noted.set(key, true);
    this.repository.noteTime(id, field, new Date()).catch(() => this.noted.delete(key));
  }

  private withWarehouses(record: ConnectionRecord): ConfiguredConnection {
    return { ...record, warehouses: this.linksOf(record.id) };
  }

  /** An ERP names the warehouses that it feeds, a channel those that are mapped to it. */
  private linksOf(id: string): WarehouseLink[] {
    return this.warehouses.all().flatMap(({ _id: warehouse, active, erp, channels }) => {
      if (erp?.connection === id) return [{ warehouse, externalId: erp.code }];
      const channel = channels.find((one) => one.connection === id);
      return channel && active ? [{ warehouse, externalId: channel.location }] : [];
    });
  }
}

/** The mode and the live SKUs as one text. Another text means other numbers for the listings. */
function publishingKey(connection: Pick<Connection, 'publishing' | 'liveSkus'> | undefined): string | undefined {
  if (!connection?.liveSkus) return connection?.publishing;
  const skus = createHash('sha256')
    .update([...connection.liveSkus].sort().join('\n'))
    .digest('base64url');
  return `${connection.publishing}/${skus}`;
}

/** The connection that the environment describes has the name of its connector. */
function isFirst({ id, connector }: Connection): boolean {
  return id === connector;
}
