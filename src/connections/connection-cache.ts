import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { LRUCache } from 'lru-cache';
import { type Connection as Database } from 'mongoose';
import { errorText } from '../common/error-text.js';
import { installationId } from '../common/mongo/installation.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { atMost, forgottenAfter } from '../common/ttl.js';
import { DEFAULT_SELLING, type Publishing, type SellingRules } from '../connectors/contract.js';
import { type ConnectionMatch, type ConnectionRecord, type RemovedConnection } from './connection.js';
import { type ConnectionState } from './connection.schema.js';
import { ConnectionSettings, type ReadSettings } from './connection-settings.js';
import { ConnectionsRepository } from './connections.repository.js';
import { SealError } from './sealed.js';
import { silenceOf } from './silence.js';

/** Every process knows a decision after this time, in milliseconds. */
export const KNOWN_EVERYWHERE_MS = 2_000;
/** Why a stored connection cannot be used. */
export interface UnusableReason {
  readonly problem: string;
  /** The id of the sealing key that is not given; absent: something else is wrong. */
  readonly missingKey?: string;
}

const STATE_TTL_MS = 500;
const MOST_STATES = 10_000;
const RANK: Record<Publishing, number> = { shadow: 0, stopped: 1, live: 2 };

/**
 * This process's copy of the collection `connections`.
 *
 * The copy is read again every 2 s, and at once after a change that this process makes. Two processes can differ for that long. This is safe:
 * a decision to go live marks all listings again after twice that time, a push reads the stock when it leaves, and credentials that another
 * process replaced fail here with a refusal, after which the copy is read again. `stateOf` is younger (0.5 s), because it says whether a
 * connection may be used now.
 */
@Injectable()
export class ConnectionCache implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Connections');
  private records: ReadonlyMap<string, ConnectionRecord> = new Map();
  /** Also of removed connections: their orders may still be on their way. */
  private readonly selling = new Map<string, SellingRules>();
  /** Why a connection cannot be used as it is stored, by id. */
  private readonly problems = new Map<string, UnusableReason>();
  private documents: readonly ConnectionState[] = [];
  private troubled: ReadonlySet<string> = new Set();
  /** A stale state costs one call that the platform refuses; an evicted one costs one read. */
  private readonly states = new LRUCache<string, Promise<ConnectionState | null>>({
    ...atMost(MOST_STATES),
    ...forgottenAfter(STATE_TTL_MS),
  });
  private installation = '';
  private readonly task = new PeriodicTask(() => this.refresh(), {
    everyMs: KNOWN_EVERYWHERE_MS,
    logger: this.logger,
    failure: 'the connections were not read',
    level: 'debug',
  });

  constructor(
    private readonly repository: ConnectionsRepository,
    private readonly settings: ConnectionSettings,
    @InjectConnection() private readonly database: Database,
  ) {}

  async begin(): Promise<void> {
    this.installation = await installationId(this.database);
    await this.refresh();
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** The name of this installation. Everything that it creates elsewhere begins with it. */
  get installationName(): string {
    return this.installation;
  }

  all(): readonly ConnectionRecord[] {
    return [...this.records.values()];
  }

  find(id: string): ConnectionRecord | undefined {
    return this.records.get(id);
  }

  /** The document, as it was read with the others. */
  stored(id: string): ConnectionState | undefined {
    return this.documents.find(({ _id }) => _id === id);
  }

  /** Stored connections that cannot be used as they are. */
  unusable(): readonly ConnectionState[] {
    return this.documents.filter(
      ({ _id, origin, removedAt }) => origin === 'stored' && removedAt === undefined && !this.records.has(_id),
    );
  }

  /** Why it cannot be used as it is stored; undefined: it can. */
  problemOf(id: string): string | undefined {
    return this.problems.get(id)?.problem;
  }

  /** Why stored connections cannot be used, by id. */
  unusableReasons(): ReadonlyMap<string, UnusableReason> {
    return new Map(this.problems);
  }

  /** When its orders count, also of a removed connection; undefined: there never was one of this id. */
  sellingOf(id: string): SellingRules | undefined {
    return this.records.get(id)?.selling ?? this.selling.get(id);
  }

  /** Connections whose platform has asked for no calls for at least so long, and since when. At most 2 s old. */
  silentFor(ms: number, now = new Date()): ReadonlyMap<string, Date> {
    const latest = now.getTime() - ms;
    return new Map(
      this.documents.flatMap((state) => {
        const since = silenceOf(state, now);
        return since && since.getTime() <= latest ? [[state._id, since] as const] : [];
      }),
    );
  }

  /** Whether any process has stored a pause or a silence of it that no success has ended yet. At most 2 s old. */
  isTroubled(id: string): boolean {
    return this.troubled.has(id);
  }

  removed(): readonly RemovedConnection[] {
    return this.documents.flatMap(({ _id: id, connector, settings = {}, removedAt, uninstalledAt }) =>
      removedAt ? [{ id, connector, settings, ...(uninstalledAt && { uninstalledAt }) }] : [],
    );
  }

  /** The connection with this value of a setting. A present one goes before a removed one, and a newer before an older. */
  findBySetting(connector: string, setting: string, value: string): ConnectionMatch | null {
    const present = this.all().find(
      (one) => one.connector === connector && (one.settings as Record<string, unknown>)[setting] === value,
    );
    if (present) return { id: present.id, origin: present.origin };
    const stored = this.documents.filter(
      (one) => one.connector === connector && one.origin === 'stored' && one.settings?.[setting] === value,
    );
    const [newest] = [...stored].sort(
      (a, b) => (b.removedAt?.getTime() ?? Infinity) - (a.removedAt?.getTime() ?? Infinity),
    );
    if (!newest) return null;
    const { _id: id, removedAt, uninstalledAt } = newest;
    return { id, origin: 'stored', ...(removedAt && { removedAt }), ...(uninstalledAt && { uninstalledAt }) };
  }

  /** The stored document, at most 0.5 s old. */
  stateOf(id: string): Promise<ConnectionState | null> {
    const known = this.states.get(id);
    if (known) return known;
    const state = this.repository.find(id);
    this.states.set(id, state);
    state.catch(() => this.states.delete(id));
    return state;
  }

  /** The next `stateOf` reads the database. */
  forgetState(id: string): void {
    this.states.delete(id);
  }

  /** Reads all connections again. */
  async refresh(): Promise<void> {
    const documents = await this.repository.all();
    const records = new Map<string, ConnectionRecord>();
    this.problems.clear();
    const environment = this.settings.fromEnvironment();
    for (const state of documents.sort((a, b) => (a._id < b._id ? -1 : 1))) {
      const record = this.recordOf(state, environment.get(state._id));
      if (!record) continue;
      this.selling.set(record.id, record.selling);
      if (state.removedAt === undefined) records.set(record.id, record);
    }
    this.documents = documents;
    this.troubled = new Set(documents.flatMap(({ _id, paused, silentSince }) => (paused || silentSince ? [_id] : [])));
    this.records = records;
  }

  private recordOf(state: ConnectionState, fromEnvironment: ReadSettings | undefined): ConnectionRecord | null {
    const { _id: id, connector, origin = 'environment', name = connector } = state;
    const read = origin === 'environment' ? fromEnvironment : this.readStored(state);
    if (!read) return null;
    const decided = state.publishing ?? 'shadow';
    const limit = this.settings.publishingLimit;
    return {
      id,
      connector,
      origin,
      name,
      installation: this.installation,
      decided,
      publishing: RANK[limit] < RANK[decided] ? limit : decided,
      ...(state.liveSkus ? { liveSkus: new Set(state.liveSkus) } : {}),
      ...(state.cutover ? { cutover: state.cutover } : {}),
      ...read,
    };
  }

  private readStored(state: ConnectionState): ReadSettings | null {
    const { _id: id } = state;
    if (state.removedAt) {
      const selling = this.settings.readSelling(state) ?? this.selling.get(id) ?? DEFAULT_SELLING;
      return { settings: {}, selling };
    }
    try {
      return this.settings.read(state);
    } catch (error) {
      const problem = errorText(error, 'its settings cannot be read');
      const missingKey = error instanceof SealError ? error.missingKey : undefined;
      this.problems.set(id, { problem, ...(missingKey !== undefined && { missingKey }) });
      return null;
    }
  }
}
