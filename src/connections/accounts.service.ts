import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { type Connection as Database, type Model, type UpdateQuery } from 'mongoose';
import { ConflictError, InvalidInputError } from '../common/errors.js';
import { isDuplicateKey } from '../common/mongo/native.js';
import { seal, unseal, type Sealed } from './sealed.js';
import { accountFields, readAccount, readApp, readSelling } from '../config/accounts.js';
import { AppConfig } from '../config/app-config.js';
import { DEFAULT_SELLING, type Connection, type Publishing, type SellingRules } from '../connectors/contract.js';
import { installationId } from '../common/mongo/installation.js';
import { CONNECTORS_SCHEMA_VERSION, ConnectionState } from './schemas.js';

/** After which time a decision is known in every process, in milliseconds. */
export const KNOWN_EVERYWHERE_MS = 2_000;
const LONG_AWAY_MS = 24 * 3_600_000;
const RANK: Record<Publishing, number> = { shadow: 0, zero: 1, live: 2 };

/** A configured account, without what its warehouses are called there. */
export interface Account extends Omit<Connection, 'warehouses'> {
  readonly origin: 'environment' | 'stored';
  readonly name: string;
  /** How far somebody has decided that it may act; `publishing` is what of that the environment allows. */
  readonly decided: Publishing;
}

/** What is given for an account: texts by the names of its settings, credentials among them. */
export type AccountTexts = Readonly<Record<string, string>>;

/** A connection that its platform knows by a name of its own, also one that is gone. */
export interface KnownAccount {
  readonly id: string;
  readonly origin: 'environment' | 'stored';
  /** When it was removed, by a person or at the platform. */
  readonly removedAt?: Date;
  /** The app was removed there. */
  readonly uninstalledAt?: Date;
}

/** The accounts that there are: those of the environment, and those that somebody has connected. Always at hand, they are few. */
@Injectable()
export class AccountsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Accounts');
  private accounts: ReadonlyMap<string, Account> = new Map();
  /** Of accounts that are gone, too: orders of theirs may still be on their way. */
  private readonly selling = new Map<string, SellingRules>();
  /** Why an account cannot be used as it is stored. */
  private readonly broken = new Map<string, string>();
  private left: readonly ConnectionState[] = [];
  private inDatabase: readonly ConnectionState[] = [];
  private installation = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: AppConfig,
    @InjectConnection() private readonly database: Database,
    @InjectModel(ConnectionState.name) private readonly states: Model<ConnectionState>,
  ) {}

  /** A start with other credentials is how a paused connection is mended: those of the environment begin unpaused. */
  async begin(): Promise<void> {
    this.installation = await installationId(this.database);
    const before = await this.states.find().lean<ConnectionState[]>();
    for (const connector of this.fromEnvironment().keys()) await this.beginDefault(connector);
    await this.refresh();
    // Nobody was here to hear of what came.
    if (!this.config.sandboxUrl)
      for (const { _id, paused, polledAt } of before) await this.beginAnewAfter(_id, paused?.at ?? polledAt);
    await this.resealOld();
    this.timer = setInterval(() => void this.refreshQuietly(), KNOWN_EVERYWHERE_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** The most that the environment lets any of them do. */
  get most(): Publishing {
    return this.config.publishing;
  }

  all(): readonly Account[] {
    return [...this.accounts.values()];
  }

  find(id: string): Account | undefined {
    return this.accounts.get(id);
  }

  /** Accounts that are stored and cannot be used as they are. */
  unusable(): readonly ConnectionState[] {
    return this.left;
  }

  /** How an account counts its orders, also one that is gone. Undefined: there never was one of this id. */
  sellingOf(id: string): SellingRules | undefined {
    return this.accounts.get(id)?.selling ?? this.selling.get(id);
  }

  /** Why it cannot be used as it is stored; undefined: it can. */
  problemOf(id: string): string | undefined {
    return this.broken.get(id);
  }

  /** What the environment says of the app of a connector, which owners of accounts consent to; null: it has none. */
  appOf(connector: string): object | null {
    return readApp(connector, this.config.sandboxUrl, this.config.values);
  }

  /** Whether credentials can be stored: there is what seals them. */
  get canSeal(): boolean {
    return this.config.values.CREDENTIALS_KEYS.length > 0;
  }

  /** The name of this installation, which everything that it makes elsewhere begins with. */
  get installationName(): string {
    return this.installation;
  }

  /** What another process has changed is known here, too. */
  async readAnew(): Promise<void> {
    await this.refresh();
  }

  /** The connection that has this value of a setting: one that is there before one that is gone. As it was known a moment ago. */
  knownBy(connector: string, setting: string, value: string): KnownAccount | null {
    const live = this.all().find(
      (one) => one.connector === connector && (one.settings as Record<string, unknown>)[setting] === value,
    );
    if (live) return { id: live.id, origin: live.origin };
    const stored = this.inDatabase.filter(
      (one) => one.connector === connector && one.origin === 'stored' && one.settings?.[setting] === value,
    );
    const [newest] = [...stored].sort(
      (a, b) => (b.removedAt?.getTime() ?? Infinity) - (a.removedAt?.getTime() ?? Infinity),
    );
    if (!newest) return null;
    const { _id: id, removedAt, uninstalledAt } = newest;
    return { id, origin: 'stored', ...(removedAt && { removedAt }), ...(uninstalledAt && { uninstalledAt }) };
  }

  /** The same of this moment. */
  async knownNow(connector: string, setting: string, value: string): Promise<KnownAccount | null> {
    await this.readAnew();
    return this.knownBy(connector, setting, value);
  }

  /** What is stored of an account that is gone; undefined: there never was one of this id, or it is there. */
  goneOf(id: string): { readonly connector: string; readonly settings: Readonly<Record<string, string>> } | undefined {
    const gone = this.inDatabase.find(({ _id, removedAt }) => _id === id && removedAt !== undefined);
    return gone && { connector: gone.connector, settings: gone.settings ?? {} };
  }

  /** Those whose app was removed at the platform, with what is known of them. */
  uninstalled(
    connector: string,
  ): { readonly id: string; readonly settings: Readonly<Record<string, string>>; readonly at: Date }[] {
    const gone = this.inDatabase.filter((one) => one.connector === connector && one.removedAt !== undefined);
    return gone.flatMap(({ _id: id, settings = {}, uninstalledAt: at }) => (at ? [{ id, settings, at }] : []));
  }

  /**
   * Stores a further account. It begins in shadow, one of the sandbox live.
   * @throws InvalidInputError naming each setting at fault
   * @throws ConflictError for an id that was ever used, and where nothing can seal credentials
   */
  async create(id: string, connector: string, name: string, texts: AccountTexts): Promise<Account> {
    this.check(connector, texts);
    const now = new Date();
    const made: ConnectionState = {
      _id: id,
      connector,
      origin: 'stored',
      name,
      ...this.stored(id, connector, texts),
      publishing: this.config.sandboxUrl ? 'live' : 'shadow',
      createdAt: now,
      schemaVersion: CONNECTORS_SCHEMA_VERSION,
    };
    try {
      await this.states.create(made);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new ConflictError(
        'connection-exists',
        'The connection exists',
        `There is, or was, a connection ${id}: choose another id`,
      );
    }
    await this.refresh();
    return this.known(id);
  }

  /** Changes what is given: a name, settings, credentials; null takes a setting back to its default. @throws as `create` */
  async change(
    id: string,
    change: { readonly name?: string; readonly texts?: Readonly<Record<string, string | null>> },
  ): Promise<Account> {
    const { connector, origin } = this.known(id);
    if (origin === 'environment')
      throw new ConflictError(
        'from-environment',
        'The environment describes it',
        `${id} is changed by the environment variables alone`,
      );
    const state = await this.states.findById(id).lean<ConnectionState>();
    const before = { ...state?.settings, ...this.opened(id, state?.secrets) };
    const given = Object.entries({ ...before, ...change.texts }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    const texts = Object.fromEntries(given);
    this.check(connector, texts);
    // Whatever was wrong with it: it is tried with what is there now.
    const renewed = change.texts ? { $unset: { paused: '' as const, waitUntil: '' as const } } : {};
    await this.set(id, {
      $set: {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...this.stored(id, connector, texts),
        ...(change.texts && { renewedAt: new Date() }),
      },
      ...renewed,
    });
    return this.known(id);
  }

  /** Its credentials are forgotten, and nothing is asked of it any more. */
  async remove(id: string): Promise<void> {
    await this.set(id, {
      $set: { removedAt: new Date() },
      $unset: { secrets: '', paused: '', stopped: '', liveSkus: '' },
    });
  }

  /** Its app was removed at the platform: as `remove`, but what was decided for it stays, for the day on which it comes back. */
  async close(id: string): Promise<void> {
    const now = new Date();
    await this.set(id, {
      $set: { removedAt: now, uninstalledAt: now },
      $unset: { secrets: '', paused: '', waitUntil: '', hooks: '' },
    });
  }

  /**
   * Brings back an account that is gone, under the id that its orders have. `shadow`: it begins there, and its orders are read before it can go
   * live; otherwise it acts as far as it did. Its cut-over stays until somebody takes it live anew. @throws as `create`
   */
  async revive(
    id: string,
    connector: string,
    texts: AccountTexts,
    { shadow }: { readonly shadow: boolean },
  ): Promise<Account> {
    const state = await this.states.findById(id).lean<ConnectionState>();
    const all = { ...state?.settings, ...texts };
    this.check(connector, all);
    const gone = { removedAt: '', uninstalledAt: '', paused: '', waitUntil: '', markedFor: '' } as const;
    await this.set(id, {
      $set: { ...this.stored(id, connector, all), renewedAt: new Date(), ...(shadow ? { publishing: 'shadow' } : {}) },
      $unset: { ...gone, ...(shadow ? { liveSkus: '', polledAt: '' } : {}) },
    });
    return this.known(id);
  }

  /**
   * After so long without us somebody else has seen to the orders that came: it begins in shadow again, so that they are looked through. `since`:
   * from when on it was not used. True: it was that long.
   */
  async beginAnewAfter(id: string, since: Date | undefined): Promise<boolean> {
    const decided = this.accounts.get(id)?.decided ?? 'shadow';
    if (!since || decided === 'shadow' || Date.now() - since.getTime() <= LONG_AWAY_MS) return false;
    await this.set(id, { $set: { publishing: 'shadow', awaySince: since }, $unset: { liveSkus: '', polledAt: '' } });
    return true;
  }

  /** Of one that is gone nothing is kept but by which name its platform would tell of it: its orders stand in the ledger. */
  async erase(id: string, keptSetting: string): Promise<void> {
    const state = await this.states.findById(id).lean<ConnectionState>();
    if (!state?.removedAt) return;
    const kept = state.settings?.[keptSetting];
    await this.set(id, {
      $set: { settings: kept === undefined ? {} : { [keptSetting]: kept } },
      $unset: {
        name: '',
        secrets: '',
        uninstalledAt: '',
        hooks: '',
        brake: '',
        brakeReleased: '',
        heardAt: '',
        acceptedAt: '',
      },
    });
  }

  /** Writes what somebody has decided about an account, and knows it at once. */
  async set(id: string, update: UpdateQuery<ConnectionState>): Promise<void> {
    await this.states.updateOne({ _id: id }, update);
    await this.refresh();
  }

  private known(id: string): Account {
    const found = this.accounts.get(id);
    if (!found) throw new Error(`${id} is not connected`);
    return found;
  }

  private fromEnvironment(): ReadonlyMap<string, { settings: object; selling: SellingRules }> {
    const { falabella, odoo, tiendanube, falabellaSelling, tiendanubeSelling, sandboxUrl } = this.config;
    const accounts = new Map<string, { settings: object; selling: SellingRules }>();
    if (falabella) accounts.set('falabella', { settings: falabella, selling: falabellaSelling });
    // In the sandbox stores are connected as they are elsewhere: by their owners.
    if (tiendanube && !sandboxUrl) accounts.set('tiendanube', { settings: tiendanube, selling: tiendanubeSelling });
    if (odoo) accounts.set('odoo', { settings: odoo, selling: DEFAULT_SELLING });
    return accounts;
  }

  private async beginDefault(connector: string): Promise<void> {
    const begin = () =>
      this.states.updateOne(
        { _id: connector },
        {
          $set: { connector, origin: 'environment', schemaVersion: CONNECTORS_SCHEMA_VERSION },
          $setOnInsert: { publishing: this.config.sandboxUrl ? 'live' : 'shadow', createdAt: new Date() },
          $unset: { paused: '', removedAt: '' },
        },
        { upsert: true },
      );
    try {
      await begin();
    } catch (error) {
      // Another process made it at the same moment.
      if (!isDuplicateKey(error)) throw error;
      await begin();
    }
  }

  private check(connector: string, texts: AccountTexts): void {
    const { sandboxUrl } = this.config;
    const { problems } = readAccount(connector, texts, sandboxUrl, this.config.values);
    if (problems.length > 0)
      throw new InvalidInputError(problems.map(({ field, problem }) => ({ field, expected: problem })));
    const outside = sandboxUrl
      ? ['url', 'apiUrl', 'authUrl'].find((field) => texts[field]?.startsWith(sandboxUrl) === false)
      : undefined;
    if (outside !== undefined)
      throw new InvalidInputError([
        { field: outside, expected: 'must be left out: the sandbox never runs beside a real account' },
      ]);
  }

  /** What of the texts is stored as it is, and what is sealed. */
  private stored(id: string, connector: string, texts: AccountTexts): Pick<ConnectionState, 'settings' | 'secrets'> {
    const [newest] = this.config.values.CREDENTIALS_KEYS;
    if (!newest)
      throw new ConflictError(
        'no-credentials-key',
        'Credentials cannot be stored',
        'Set CREDENTIALS_KEYS first: what seals the credentials of connections in the database',
      );
    const secret = new Set(accountFields(connector).flatMap((field) => (field.secret ? [field.name] : [])));
    const part = (wanted: boolean) =>
      Object.fromEntries(Object.entries(texts).filter(([name]) => secret.has(name) === wanted));
    return { settings: part(false), secrets: seal(JSON.stringify(part(true)), id, newest) };
  }

  /** @throws SealError where it cannot be opened */
  private opened(id: string, secrets: Sealed | undefined): Record<string, string> {
    return secrets
      ? (JSON.parse(unseal(secrets, id, this.config.values.CREDENTIALS_KEYS)) as Record<string, string>)
      : {};
  }

  /** What was sealed with an older key is sealed with the newest: then the older one is not needed any more. */
  private async resealOld(): Promise<void> {
    const [newest] = this.config.values.CREDENTIALS_KEYS;
    if (!newest) return;
    const old = await this.states
      .find({ 'secrets.keyId': { $exists: true, $ne: newest.id } })
      .lean<ConnectionState[]>();
    for (const { _id, secrets } of old) {
      if (this.broken.has(_id)) continue;
      const renewed = seal(JSON.stringify(this.opened(_id, secrets)), _id, newest);
      await this.states.updateOne({ _id, 'secrets.nonce': secrets?.nonce }, { $set: { secrets: renewed } });
    }
  }

  private async refresh(): Promise<void> {
    const states = await this.states.find({ schemaVersion: { $exists: true } }).lean<ConnectionState[]>();
    const accounts = new Map<string, Account>();
    this.inDatabase = states;
    this.broken.clear();
    const environment = this.fromEnvironment();
    for (const state of states.sort((a, b) => (a._id < b._id ? -1 : 1))) {
      const account = this.accountOf(state, environment.get(state._id));
      if (!account) continue;
      this.selling.set(account.id, account.selling);
      if (state.removedAt === undefined) accounts.set(account.id, account);
    }
    this.accounts = accounts;
    this.left = states.filter(
      ({ _id, origin, removedAt }) => origin === 'stored' && removedAt === undefined && !accounts.has(_id),
    );
  }

  private accountOf(
    state: ConnectionState,
    fromEnvironment: { settings: object; selling: SellingRules } | undefined,
  ): Account | null {
    const { _id: id, connector, origin = 'environment', name = connector } = state;
    const read = origin === 'environment' ? fromEnvironment : this.readStored(state);
    if (!read) return null;
    const decided = state.publishing ?? 'shadow';
    const most = this.config.publishing;
    return {
      id,
      connector,
      origin,
      name,
      installation: this.installation,
      decided,
      publishing: RANK[most] < RANK[decided] ? most : decided,
      ...(state.liveSkus ? { liveSkus: new Set(state.liveSkus) } : {}),
      ...(state.cutover ? { cutover: state.cutover } : {}),
      ...read,
    };
  }

  private readStored(state: ConnectionState): { settings: object; selling: SellingRules } | null {
    if (state.removedAt) {
      const selling = readSelling(state.connector, state.settings ?? {}, this.config.sandboxUrl, this.config.values);
      return { settings: {}, selling: selling ?? this.selling.get(state._id) ?? DEFAULT_SELLING };
    }
    try {
      const texts = { ...state.settings, ...this.opened(state._id, state.secrets) };
      const { account, problems } = readAccount(state.connector, texts, this.config.sandboxUrl, this.config.values);
      if (account) return { settings: account.settings, selling: account.selling ?? DEFAULT_SELLING };
      throw new Error(problems.map(({ field, problem }) => `${field} ${problem}`).join('; '));
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'its settings cannot be read';
      if (!this.broken.has(state._id)) this.logger.debug(`${state._id} cannot be used: ${problem}`);
      this.broken.set(state._id, problem);
      return null;
    }
  }

  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.logger.debug(
        `the connections were not read again: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
    }
  }
}
