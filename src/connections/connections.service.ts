import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model } from 'mongoose';
import { AppConfig } from '../config/app-config.js';
import { AccountsService } from './accounts.service.js';
import { BlockedError } from '../connectors/blocked-error.js';
import {
  type ChannelConnector,
  type Connection,
  type ErpConnector,
  type WarehouseLink,
} from '../connectors/contract.js';
import { ConnectorRegistry, type Bound } from '../connectors/registry.js';
import { ConnectionState } from './schemas.js';
import { WarehousesService } from './warehouses/warehouses.service.js';

const STATE_FRESH_MS = 500;
const NOTED_EVERY_MS = 15_000;
/** A paused connection is tried once in this time: perhaps somebody has mended it at the other end. */
const TRIED_AGAIN_MS = 5 * 60_000;
/** From a connection that is new to us its orders of this long are read, so that those still open can be looked through. */
const READ_BACK_MS = 30 * 24 * 3_600_000;

/** What a connection has one at a time of. */
export type ConnectionLease = 'poll' | 'push' | 'hooks';

/** The configured accounts, and whether each may be used now. */
@Injectable()
export class ConnectionsService implements OnModuleInit {
  private readonly logger = new Logger('Connections');
  /** Every delivery and every push asks; another process's word is heard within this time. */
  private readonly noted = new Map<string, number>();
  private readonly looked = new Map<string, { at: number; state: Promise<ConnectionState | null> }>();

  constructor(
    private readonly config: AppConfig,
    private readonly accounts: AccountsService,
    private readonly registry: ConnectorRegistry,
    private readonly warehouses: WarehousesService,
    @InjectModel(ConnectionState.name) private readonly states: Model<ConnectionState>,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.accounts.begin();
    await this.warehouses.begin(this.config.odoo ? { connection: 'odoo', code: this.config.odoo.warehouse } : null);
    const list = this.all().map(({ id, publishing }) => `${id} (${publishing})`);
    this.logger.log(`connections: ${list.join(', ') || 'none'}`);
  }

  get(id: string): Connection | undefined {
    const known = this.accounts.find(id);
    return known ? { ...known, warehouses: this.linksOf(id) } : undefined;
  }

  /** All accounts of a connector, the one that the environment describes first. */
  ofConnector(connector: string): Connection[] {
    return this.all()
      .filter((connection) => connection.connector === connector)
      .sort((a, b) => Number(b.id === connector) - Number(a.id === connector));
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

  /** The ERPs that decide what is in stock, the environment's first. */
  erps(): Bound<ErpConnector>[] {
    const all = this.all().map((connection) => this.registry.erp(connection));
    return all
      .filter((bound) => bound !== null)
      .sort((a, b) => Number(b.connection.id === 'odoo') - Number(a.connection.id === 'odoo'));
  }

  /** This ERP, or the first one; null: there is none, the ledger itself decides. */
  erp(id?: string): Bound<ErpConnector> | null {
    return this.erps().find(({ connection }) => id === undefined || connection.id === id) ?? null;
  }

  private all(): Connection[] {
    return this.accounts.all().map((account) => ({ ...account, warehouses: this.linksOf(account.id) }));
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
    const state = await this.states.findById(id).lean<ConnectionState>();
    return state?.markedFor !== wayOf(this.accounts.find(id));
  }

  /** Its listings are marked for the way in which it publishes now. */
  async notePublishing(id: string): Promise<void> {
    await this.states.updateOne({ _id: id }, { $set: { markedFor: wayOf(this.accounts.find(id)) } });
  }

  /** Until when the connection must not be used: a time, `paused`, or null for now. */
  async blockedUntil(id: string, now = new Date()): Promise<Date | 'paused' | null> {
    const state = await this.state(id, now.getTime());
    if (state?.stopped) return 'paused';
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

  /** Gives back whether it is there. `renewedAt`: only if its credentials are still those of then; null: as at the beginning. */
  async pause(id: string, reason: string, renewedAt?: Date | null): Promise<boolean> {
    const same = renewedAt === undefined ? {} : { renewedAt: renewedAt ?? { $exists: false } };
    const paused = { reason, at: new Date() };
    const before = await this.states
      .findOneAndUpdate({ _id: id, removedAt: { $exists: false }, ...same }, { $set: { paused } })
      .lean<ConnectionState>();
    this.looked.delete(id);
    return before !== null;
  }

  /** It works again; after a long pause it does so in shadow. Gives back whether it was paused. */
  async resume(id: string): Promise<boolean> {
    const before = await this.states.findByIdAndUpdate(id, { $unset: { paused: '' } }).lean<ConnectionState>();
    this.looked.delete(id);
    await this.accounts.beginAnewAfter(id, before?.paused?.at);
    return before?.paused !== undefined;
  }

  /** Takes a work of which a connection has one at a time, for all processes. False: somebody else does it. */
  async claim(id: string, work: ConnectionLease, owner: string, until: Date): Promise<boolean> {
    const lease = `leases.${work}`;
    const result = await this.states.updateOne(
      { _id: id, $or: [{ [`${lease}.until`]: { $not: { $gt: new Date() } } }, { [`${lease}.owner`]: owner }] },
      { $set: { [lease]: { owner, until } } },
    );
    return result.matchedCount === 1;
  }

  async unclaim(id: string, work: ConnectionLease, owner: string): Promise<void> {
    await this.states.updateOne({ _id: id, [`leases.${work}.owner`]: owner }, { $unset: { [`leases.${work}`]: '' } });
  }

  /** From when on its orders are to be asked for. One that begins live begins now; in shadow, what was before is looked through, too. */
  async polledSince(id: string, now: Date): Promise<Date> {
    const isShadow = this.accounts.find(id)?.publishing === 'shadow';
    const begin = isShadow ? new Date(now.getTime() - READ_BACK_MS) : now;
    await this.states.updateOne({ _id: id, polledSince: { $exists: false } }, { $set: { polledSince: begin } });
    return (await this.states.findById(id).lean<ConnectionState>())?.polledSince ?? begin;
  }

  async notePolled(id: string, since: Date): Promise<void> {
    await this.states.updateOne({ _id: id }, { $max: { polledSince: since }, $set: { polledAt: new Date() } });
  }

  /** Somebody has decided something about it: it is looked at before it is used again. */
  lookAnew(id: string): void {
    this.looked.delete(id);
  }

  /** Its platform was had to send webhooks to this address; `refused`: what it would not be asked for. */
  async noteHooks(id: string, address: string, refused: readonly string[]): Promise<void> {
    const hooks = { address, at: new Date(), refused: [...refused] };
    await this.states.updateOne({ _id: id, removedAt: { $exists: false } }, { $set: { hooks } });
  }

  /** What is known of it beside its settings. */
  async facts(id: string): Promise<ConnectionState | null> {
    return this.states.findById(id).lean<ConnectionState>();
  }

  /** Somebody was heard of it, or it took something. Written down now and then, not each time. */
  note(id: string, what: 'heardAt' | 'acceptedAt'): void {
    const now = Date.now();
    const key = `${id}/${what}`;
    if (now - (this.noted.get(key) ?? 0) < NOTED_EVERY_MS) return;
    this.noted.set(key, now);
    this.states.updateOne({ _id: id }, { $max: { [what]: new Date(now) } }).catch(() => this.noted.delete(key));
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

/** In which way a connection publishes; another way means other numbers for its listings. */
function wayOf(connection: Pick<Connection, 'publishing' | 'liveSkus'> | undefined): string | undefined {
  if (!connection?.liveSkus) return connection?.publishing;
  const skus = createHash('sha256')
    .update([...connection.liveSkus].sort().join('\n'))
    .digest('base64url');
  return `${connection.publishing}/${skus}`;
}
