import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { type Connection as Database, type Model } from 'mongoose';
import { AppConfig } from '../config/app-config.js';
import { DEFAULT_SELLING, type ChannelConnector, type Connection, type ErpConnector, type WarehouseLink } from './contract.js';
import { BlockedError } from './blocked-error.js';
import { installationId } from './installation.js';
import { ConnectorRegistry, type Bound } from './registry.js';
import { WarehousesService } from './warehouses/warehouses.service.js';
import { CONNECTORS_SCHEMA_VERSION, ConnectionState } from './schemas.js';

const STATE_FRESH_MS = 500;
/** A paused connection is tried once in this time: perhaps somebody has mended it at the other end. */
const TRIED_AGAIN_MS = 5 * 60_000;

/** What a connection has one at a time of. */
export type ConnectionWork = 'poll' | 'push';

/** The configured accounts, and whether each may be used now. */
@Injectable()
export class ConnectionsService implements OnModuleInit {
  private readonly logger = new Logger('Connections');
  private readonly connections = new Map<string, Omit<Connection, 'warehouses'>>();
  /** Every delivery and every push asks; another process's word is heard within this time. */
  private readonly looked = new Map<string, { at: number; state: Promise<ConnectionState | null> }>();

  constructor(
    private readonly config: AppConfig,
    private readonly registry: ConnectorRegistry,
    private readonly warehouses: WarehousesService,
    @InjectConnection() private readonly database: Database,
    @InjectModel(ConnectionState.name) private readonly states: Model<ConnectionState>,
  ) {}

  /** A start with other credentials is how a paused connection is mended: the environment's connections begin unpaused. */
  async onModuleInit(): Promise<void> {
    const installation = await installationId(this.database);
    const accounts = { falabella: this.config.falabella, odoo: this.config.odoo };
    for (const [connector, settings] of Object.entries(accounts)) {
      if (!settings) continue;
      const selling = connector === 'falabella' ? this.config.falabellaSelling : DEFAULT_SELLING;
      this.connections.set(connector, {
        id: connector,
        connector,
        publishing: this.config.publishing,
        installation,
        selling,
        settings,
      });
      await this.states.updateOne(
        { _id: connector },
        { $set: { connector, schemaVersion: CONNECTORS_SCHEMA_VERSION }, $unset: { paused: '' } },
        { upsert: true },
      );
    }
    await this.warehouses.begin(this.config.odoo ? { connection: 'odoo', code: this.config.odoo.warehouse } : null);
    const list = [...this.connections.values()].map(({ id, publishing }) => `${id} (${publishing})`).join(', ');
    this.logger.log(`connections: ${list || 'none'}`);
  }

  get(id: string): Connection | undefined {
    const known = this.connections.get(id);
    return known ? { ...known, warehouses: this.linksOf(id) } : undefined;
  }

  /** The connection that the environment describes for a connector; undefined: the connector is off. */
  defaultOf(connector: string): Connection | undefined {
    return this.get(connector);
  }

  channels(): Bound<ChannelConnector>[] {
    return this.all()
      .map((connection) => this.registry.channel(connection))
      .filter((bound) => bound !== null);
  }

  channel(id: string): Bound<ChannelConnector> | null {
    const connection = this.get(id);
    return connection ? this.registry.channel(connection) : null;
  }

  /** The ERP that decides what is in stock; null: the ledger itself does. */
  erp(): Bound<ErpConnector> | null {
    for (const connection of this.all()) {
      const bound = this.registry.erp(connection);
      if (bound) return bound;
    }
    return null;
  }

  private all(): Connection[] {
    return [...this.connections.keys()].map((id) => this.get(id)).filter((connection) => connection !== undefined);
  }

  /** As an ERP it knows the warehouses that it feeds; as a channel those that it has a name for. */
  private linksOf(id: string): WarehouseLink[] {
    return this.warehouses.all().flatMap(({ _id: warehouse, active, erp, channels }) => {
      if (erp?.connection === id) return [{ warehouse, externalId: erp.code }];
      const channel = channels.find((one) => one.connection === id);
      return channel && active ? [{ warehouse, externalId: channel.location }] : [];
    });
  }

  /** Whether it publishes in another way than when its listings were last marked. */
  async publishesAnew(id: string): Promise<boolean> {
    const state = await this.states.findById(id).lean();
    return state?.publishing !== this.connections.get(id)?.publishing;
  }

  /** Its listings are marked for the way in which it publishes now. */
  async notePublishing(id: string): Promise<void> {
    await this.states.updateOne({ _id: id }, { $set: { publishing: this.connections.get(id)?.publishing } });
  }

  /** Until when the connection must not be used: a time, `paused`, or null for now. */
  async blockedUntil(id: string, now = new Date()): Promise<Date | 'paused' | null> {
    const state = await this.state(id, now.getTime());
    if (state?.paused && now.getTime() - state.paused.at.getTime() < TRIED_AGAIN_MS) return 'paused';
    return state?.waitUntil && state.waitUntil > now ? state.waitUntil : null;
  }

  /** @throws BlockedError while the connection must not be used */
  async refuseBlocked(id: string): Promise<void> {
    const until = await this.blockedUntil(id);
    if (until !== null) throw new BlockedError(id, until);
  }

  async waitUntil(id: string, until: Date): Promise<void> {
    await this.states.updateOne({ _id: id }, { $max: { waitUntil: until } });
    this.looked.delete(id);
  }

  /** Gives back whether it was not paused before. */
  async pause(id: string, reason: string): Promise<boolean> {
    const before = await this.states.findByIdAndUpdate(id, { $set: { paused: { reason, at: new Date() } } }).lean();
    this.looked.delete(id);
    return before?.paused === undefined;
  }

  /** It works again. */
  async resume(id: string): Promise<void> {
    await this.states.updateOne({ _id: id }, { $unset: { paused: '' } });
    this.looked.delete(id);
  }

  /** Takes a work of which a connection has one at a time, for all processes. False: somebody else does it. */
  async claim(id: string, work: ConnectionWork, owner: string, until: Date): Promise<boolean> {
    const lease = `leases.${work}`;
    const result = await this.states.updateOne(
      { _id: id, $or: [{ [`${lease}.until`]: { $not: { $gt: new Date() } } }, { [`${lease}.owner`]: owner }] },
      { $set: { [lease]: { owner, until } } },
    );
    return result.matchedCount === 1;
  }

  async unclaim(id: string, work: ConnectionWork, owner: string): Promise<void> {
    await this.states.updateOne({ _id: id, [`leases.${work}.owner`]: owner }, { $unset: { [`leases.${work}`]: '' } });
  }

  /** From when on its orders are to be asked for. A connection that is new begins now: what was before is not its business. */
  async polledSince(id: string, now: Date): Promise<Date> {
    await this.states.updateOne({ _id: id, polledSince: { $exists: false } }, { $set: { polledSince: now } });
    return (await this.states.findById(id).lean<ConnectionState>())?.polledSince ?? now;
  }

  async notePolled(id: string, since: Date): Promise<void> {
    await this.states.updateOne({ _id: id }, { $max: { polledSince: since }, $set: { polledAt: new Date() } });
  }

  private state(id: string, now: number): Promise<ConnectionState | null> {
    const known = this.looked.get(id);
    if (known && now - known.at < STATE_FRESH_MS) return known.state;
    const state = this.states.findById(id).lean<ConnectionState>().exec();
    this.looked.set(id, { at: now, state });
    state.catch(() => this.looked.delete(id));
    return state;
  }
}
