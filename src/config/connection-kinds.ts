import {
  inSettingNames,
  secretsOf,
  type ConnectionKind,
  type GivenSettings,
  type ReadConnection,
} from './connection-kind.js';
import { isPlaceholder } from './placeholders.js';
import { type HostList } from './private-hosts.js';
import { readSettings, type SettingProblem, type SettingsRead } from './read-settings.js';
import { type SellingRules } from './selling-rules.js';
import { withoutTrailingSlashes } from './trailing-slashes.js';
import { type Settings } from './setting.js';
import { movedSecretProblems, privateAddressProblems, sharedAddressProblems, storedProblems } from './stored-checks.js';

/** One setting of a connection. */
export interface ConnectionField {
  readonly name: string;
  readonly doc: string;
  readonly secret: boolean;
}

/** What the environment says for connections that are stored in the database. */
export interface ConnectionsEnvironment {
  readonly sandboxUrl: string | null;
  /** Of production: the hosts that they may call in a private network; null: all. */
  readonly privateHosts: HostList | null;
  readonly publicUrl: string;
  /** By connector: its settings as the environment has them. */
  readonly read: ReadonlyMap<string, SettingsRead<Settings>>;
}

type Texts = Readonly<Record<string, string>>;
type Before = Pick<SettingsRead<Settings>, 'values' | 'given'>;

/** The kinds of connections of this build, and how a connection of each is read. */
export class ConnectionKinds {
  private readonly byName: ReadonlyMap<string, ConnectionKind>;

  constructor(
    kinds: readonly ConnectionKind[],
    private readonly environment: ConnectionsEnvironment,
  ) {
    this.byName = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** The settings of a connector; empty for one that this build does not have. */
  fieldsOf(connector: string): readonly ConnectionField[] {
    return Object.entries(this.byName.get(connector)?.settings.fields ?? {}).map(([name, { doc, secret }]) => ({
      name,
      doc: inSettingNames(doc),
      secret: secret !== undefined,
    }));
  }

  /** The names of the secret settings of a connector. */
  secretsOf(connector: string): ReadonlySet<string> {
    const kind = this.byName.get(connector);
    return new Set(kind ? secretsOf(kind) : []);
  }

  /** A connection from texts by the names of its settings. Null with problems: it cannot be used. */
  read(
    connector: string,
    texts: Texts,
  ): { readonly connection: ReadConnection | null; readonly problems: readonly SettingProblem[] } {
    const kind = this.byName.get(connector);
    if (!kind)
      return {
        connection: null,
        problems: [{ field: 'connector', problem: `must be one of ${this.names.join(', ')}` }],
      };
    const unknown = Object.keys(texts)
      .filter((name) => !Object.hasOwn(kind.settings.fields, name))
      .map((field) => ({ field, problem: `must not be given: ${connector} has no such setting` }));
    const read = this.settingsOf(kind, texts);
    const { connection, problems } = readConnection(kind, read, this.environment.publicUrl);
    const all = inSettings([...unknown, ...read.problems, ...problems]);
    if (connection && all.length === 0) return { connection, problems: [] };
    if (all.length === 0) all.push({ field: 'credentials', problem: `must be given: ${secretsOf(kind).join(', ')}` });
    return { connection: null, problems: all };
  }

  /** As `read`, of a stored connection. In production, its hosts must not be in a private network unless ALLOWED_PRIVATE_HOSTS names them. */
  readStored(connector: string, texts: Texts): ReturnType<ConnectionKinds['read']> {
    const result = this.read(connector, texts);
    const kind = this.byName.get(connector);
    const { privateHosts } = this.environment;
    if (!result.connection || !kind || !privateHosts) return result;
    const problems = privateAddressProblems(kind, texts, privateHosts);
    return problems.length === 0 ? result : { connection: null, problems: inSettings(problems) };
  }

  /**
   * As `read`, for a connection that is new or changed: in the sandbox none may lead out of it, and production refuses weak secrets and
   * addresses in private networks.
   */
  check(connector: string, texts: Texts): ReturnType<ConnectionKinds['read']> {
    const result = this.read(connector, texts);
    const kind = this.byName.get(connector);
    if (!result.connection || !kind) return result;
    const { privateHosts } = this.environment;
    const problems = [
      ...this.outsideSandbox(kind, texts),
      ...sharedAddressProblems(kind, texts),
      ...(privateHosts ? storedProblems(kind, texts, privateHosts) : []),
    ];
    return problems.length === 0 ? result : { connection: null, problems: inSettings(problems) };
  }

  /**
   * As `check`, for a stored connection: its secrets stay with the addresses that they were given for.
   * @param change the settings in the request; null: their default
   */
  checkChange(
    connector: string,
    before: Texts,
    change: Readonly<Record<string, string | null>>,
  ): ReturnType<ConnectionKinds['read']> {
    const after = changed(before, change);
    const result = this.check(connector, after);
    const kind = this.byName.get(connector);
    if (!result.connection || !kind) return result;
    const given = new Set(Object.keys(change));
    const problems = movedSecretProblems(kind, this.settingsOf(kind, before), this.settingsOf(kind, after), given);
    return problems.length === 0 ? result : { connection: null, problems: inSettings(problems) };
  }

  /** Takes every address of a connection back to the one of the environment, or of the platform. */
  withoutAddresses(connector: string): Readonly<Record<string, null>> {
    const fields = this.byName.get(connector)?.settings.fields ?? {};
    return Object.fromEntries(Object.keys(fields).flatMap((name) => (fields[name]?.address ? [[name, null]] : [])));
  }

  /** What the environment says of the app that owners of accounts consent to; null: the connector has none. */
  appOf(connector: string): object | null {
    const kind = this.byName.get(connector);
    if (!kind?.settings.app) return null;
    const { values, given } = readSettings(kind.settings.fields, () => undefined, this.before(kind));
    return kind.settings.app({ values, given, publicUrl: this.environment.publicUrl, problem: () => undefined });
  }

  /** The selling rules of a connection whose credentials are erased; null: its settings cannot be read any more. */
  sellingOf(connector: string, settings: Texts): SellingRules | null {
    const erased = [...this.secretsOf(connector)].map((name) => [name, 'erased-and-no-longer-known'] as const);
    return this.read(connector, { ...settings, ...Object.fromEntries(erased) }).connection?.selling ?? null;
  }

  private settingsOf(kind: ConnectionKind, texts: Texts): SettingsRead<Settings> {
    const textOf = (name: string) => (Object.hasOwn(texts, name) ? texts[name] : undefined);
    return readSettings(kind.settings.fields, textOf, this.before(kind));
  }

  private outsideSandbox({ settings: { fields } }: ConnectionKind, texts: Texts): SettingProblem[] {
    const { sandboxUrl } = this.environment;
    if (!sandboxUrl) return [];
    const outside = Object.keys(fields).filter((name) => {
      const text = fields[name]?.address ? texts[name] : undefined;
      return text !== undefined && !isPlaceholder(text) && new URL(text).origin !== new URL(sandboxUrl).origin;
    });
    const problem = 'must be left out: the sandbox never runs beside a real account';
    return outside.map((field) => ({ field, problem }));
  }

  /** What a connection has before its own settings: what all of its kind share, and what is different in the sandbox. */
  private before(kind: ConnectionKind): Before {
    const { sandboxUrl, read } = this.environment;
    const { fields } = kind.settings;
    const environment = read.get(kind.name);
    const shared = Object.keys(fields).filter((name) => fields[name]?.shared && environment?.given.has(name));
    const before: Before = {
      values: Object.fromEntries(shared.map((name) => [name, environment?.values[name]])),
      given: new Set(shared),
    };
    return sandboxUrl ? inSandbox(kind, sandboxUrl, before) : before;
  }
}

/** The texts of a connection after a change; null takes a setting back to its default. */
export function changed(before: Texts, change: Readonly<Record<string, string | null>>): Texts {
  const all = Object.entries({ ...before, ...change });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

function inSettings(problems: readonly SettingProblem[]): SettingProblem[] {
  return problems.map(({ field, problem }) => ({ field, problem: inSettingNames(problem) }));
}

/** The settings with those of the sandbox in place. `first`: those of the connection that the sandbox has from the start. */
export function inSandbox(kind: ConnectionKind, sandboxUrl: string, read: Before, first: object = {}): Before {
  const values = { ...kind.settings.sandbox.every(withoutTrailingSlashes(sandboxUrl), read.given), ...first };
  return { values: { ...read.values, ...values }, given: new Set([...read.given, ...Object.keys(values)]) };
}

/** A connection from its settings, and what does not fit. Names of settings in the problems stand in braces. */
export function readConnection(
  kind: ConnectionKind,
  { values, given }: Before,
  publicUrl: string,
): { readonly connection: ReadConnection | null; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const all: GivenSettings<Settings> = {
    values,
    given,
    publicUrl,
    problem: (field, problem) => void problems.push({ field, problem }),
  };
  return { connection: kind.settings.read(all), problems };
}
