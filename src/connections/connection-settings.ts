import { Injectable } from '@nestjs/common';
import { ConflictError, InvalidInputError } from '../common/errors.js';
import { AppConfig } from '../config/app-config.js';
import { changed, type ConnectionKinds } from '../config/connection-kinds.js';
import { DEFAULT_SELLING, type Publishing, type SellingRules } from '../connectors/contract.js';
import { type ConnectionState } from './connection.schema.js';
import { seal, SealError, unseal, type Sealed } from './sealed.js';

/** The settings of a connection as texts by name, credentials among them. */
export type SettingTexts = Readonly<Record<string, string>>;

/** The settings of a connection as its connector reads them. */
export interface ReadSettings {
  readonly settings: object;
  readonly selling: SellingRules;
}

/** Reads the settings of connections, from the environment or as stored, and seals their credentials. */
@Injectable()
export class ConnectionSettings {
  constructor(private readonly config: AppConfig) {}

  /** The most that the environment allows any connection. */
  get publishingLimit(): Publishing {
    return this.config.publishing;
  }

  /** How far a new connection may act. */
  get firstPublishing(): Publishing {
    return this.isSandbox ? 'live' : 'shadow';
  }

  get isSandbox(): boolean {
    return this.config.sandboxUrl !== null;
  }

  /** Whether credentials can be stored: a key seals them. */
  get canSeal(): boolean {
    return this.config.values.CREDENTIALS_KEYS.length > 0;
  }

  /** The key that seals from now on; undefined: there is none. */
  get newestKeyId(): string | undefined {
    return this.config.values.CREDENTIALS_KEYS[0]?.id;
  }

  /** The ERP of the environment and its warehouse; null: there is none. */
  get environmentErp(): { readonly connection: string; readonly code: string | null } | null {
    const erp = [...this.config.connections].find(([, { role }]) => role === 'erp');
    return erp ? { connection: erp[0], code: erp[1].warehouse ?? null } : null;
  }

  /** The app of a connector, to which owners of accounts consent; null: it has none. */
  appOf(connector: string): object | null {
    return this.config.kinds.appOf(connector);
  }

  /** The connections that the environment describes, by id. */
  fromEnvironment(): ReadonlyMap<string, ReadSettings> {
    const found = [...this.config.connections];
    return new Map(found.map(([id, { settings, selling }]) => [id, { settings, selling: selling ?? DEFAULT_SELLING }]));
  }

  /** @throws InvalidInputError naming each setting at fault */
  check(connector: string, texts: SettingTexts): void {
    refuse(this.config.kinds.check(connector, texts));
  }

  /**
   * The texts of a stored connection after a change. A secret is never sent to another origin than the one that it was given for: there it
   * must be given again.
   * @throws InvalidInputError naming each setting at fault
   */
  changed(state: ConnectionState, change: Readonly<Record<string, string | null>>): SettingTexts {
    const before = this.readableTexts(state);
    refuse(this.config.kinds.checkChange(state.connector, before, change));
    return changed(before, change);
  }

  /** The texts with which an owner's consent changes a connection: credentials of the platform itself go to no other place. */
  withConsent(connector: string, texts: SettingTexts): Readonly<Record<string, string | null>> {
    return { ...this.config.kinds.withoutAddresses(connector), ...texts };
  }

  /** Reads stored settings. @throws Error naming each setting at fault, SealError where the credentials cannot be opened */
  read(state: ConnectionState): ReadSettings {
    const { connection, problems } = this.config.kinds.readStored(state.connector, this.textsOf(state));
    if (connection) return { settings: connection.settings, selling: connection.selling ?? DEFAULT_SELLING };
    throw new Error(problems.map(({ field, problem }) => `${field} ${problem}`).join('; '));
  }

  /** The selling rules alone, which a removed connection keeps; null: they cannot be read. */
  readSelling({ connector, settings = {} }: ConnectionState): SellingRules | null {
    return this.config.kinds.sellingOf(connector, settings);
  }

  /** All texts of a connection, credentials among them. @throws SealError where they cannot be opened */
  textsOf({ _id: id, settings, secrets }: ConnectionState): SettingTexts {
    return { ...settings, ...(secrets ? (JSON.parse(this.open(id, secrets)) as Record<string, string>) : {}) };
  }

  /** As `textsOf`; without credentials where they cannot be opened, so that new ones can replace them. */
  private readableTexts(state: ConnectionState): SettingTexts {
    try {
      return this.textsOf(state);
    } catch (error) {
      if (error instanceof SealError) return { ...state.settings };
      throw error;
    }
  }

  /** Splits texts into plain settings and sealed credentials. @throws ConflictError without a key */
  seal(id: string, connector: string, texts: SettingTexts): Pick<ConnectionState, 'settings' | 'secrets'> {
    const secret = this.config.kinds.secretsOf(connector);
    const part = (isSecret: boolean) =>
      Object.fromEntries(Object.entries(texts).filter(([name]) => secret.has(name) === isSecret));
    return { settings: part(false), secrets: this.close(id, JSON.stringify(part(true))) };
  }

  /** Seals the same credentials with the newest key. @throws SealError where they cannot be opened, ConflictError without a key */
  reseal(id: string, secrets: Sealed): Sealed {
    return this.close(id, this.open(id, secrets));
  }

  private open(id: string, secrets: Sealed): string {
    return unseal(secrets, id, this.config.values.CREDENTIALS_KEYS);
  }

  private close(id: string, text: string): Sealed {
    const [newest] = this.config.values.CREDENTIALS_KEYS;
    if (!newest) throw new ConflictError('problems.no-credentials-key.detail');
    return seal(text, id, newest);
  }
}

function refuse({ problems }: ReturnType<ConnectionKinds['check']>): void {
  if (problems.length > 0)
    throw new InvalidInputError(problems.map(({ field, problem }) => ({ field, expected: problem })));
}
