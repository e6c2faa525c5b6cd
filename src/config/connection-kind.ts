import { type SellingRules } from './selling-rules.js';
import { type Settings, type ValuesOf } from './setting.js';

/** What is given for one connection. Secret. */
export interface GivenSettings<S extends Settings> {
  readonly values: ValuesOf<S>;
  /** The settings that do not have their default. */
  readonly given: ReadonlySet<keyof S & string>;
  /** Where this installation is reached from outside; empty: nowhere. */
  readonly publicUrl: string;
  /** Reports a setting that does not fit the others. The text follows its name: `must be given with {apiKey}`. */
  problem(this: void, setting: keyof S & string, text: string): void;
}

/** A connection as its connector uses it. */
export interface ReadConnection {
  /** The connector's own; holds credentials. */
  readonly settings: object;
  /** Null: it does not sell. */
  readonly selling: SellingRules | null;
  /** Of an ERP: the code of the warehouse that the ledger counts; null: its first one. */
  readonly warehouse?: string | null;
}

/** The settings of a connector's connections, and the rules across them. */
export interface ConnectionSettings<S extends Settings = Settings> {
  readonly fields: S;
  /** Reads one connection and reports what does not fit. Null: it has no credentials. */
  read(given: GivenSettings<S>): ReadConnection | null;
  readonly sandbox: {
    /** What is different there for each connection. `given`: what the environment sets. */
    every(base: string, given: ReadonlySet<keyof S & string>): Partial<ValuesOf<S>>;
    /** The credentials of the connection that the sandbox has from the start; absent: it has none of this kind. */
    readonly first?: Partial<ValuesOf<S>>;
  };
  /** What is known of the app alone, before an owner consents to it; absent: there is no app. */
  app?(given: GivenSettings<S>): object;
}

/** The part of a connector's manifest that the configuration reads. */
export interface ConnectionKind {
  /** The settings of a connector are called by it in the environment: `apiKey` of `shop` is SHOP_API_KEY. */
  readonly name: string;
  readonly label: string;
  readonly role: 'channel' | 'erp';
  readonly settings: ConnectionSettings;
}

/** The environment variable of a setting: `apiKey` of `shop` is SHOP_API_KEY. */
export function variableOf({ name }: Pick<ConnectionKind, 'name'>, setting: string): string {
  return `${name}_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.replaceAll('-', '_').toUpperCase();
}

/** The text with the names of settings in braces as the environment has them. */
export function inEnvironmentNames(kind: Pick<ConnectionKind, 'name'>, text: string): string {
  return text.replace(/\{(\w+)\}/g, (_, setting: string) => variableOf(kind, setting));
}

/** The text with the names of settings in braces as they are. */
export function inSettingNames(text: string): string {
  return text.replace(/\{(\w+)\}/g, '$1');
}

export function secretsOf({ settings }: ConnectionKind): string[] {
  return Object.entries(settings.fields).flatMap(([name, field]) => (field.secret ? [name] : []));
}
