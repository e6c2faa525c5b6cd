import { falabellaSettings, odooSettings } from './account-settings.js';
import { readEnvironment, type ConfigProblem } from './read-environment.js';
import {
  SANDBOX_CLIENT_SECRET,
  tiendanubeApp,
  tiendanubeAppSettings,
  tiendanubeSelling,
  tiendanubeSettings,
} from './tiendanube-settings.js';
import { VARIABLES, type Values, type VariableName } from './variables.js';

/** One setting of an account: what the environment calls `FALABELLA_API_KEY` for the default one is `apiKey` of every other. */
export interface AccountField {
  readonly name: string;
  readonly doc: string;
  readonly secret: boolean;
}

/** A setting that is wrong, and the form it should have. Holds no value: it may be a secret. */
export interface AccountProblem {
  readonly field: string;
  readonly problem: string;
}

/** When orders of an account count, and what it is told. */
export interface AccountSelling {
  readonly reserveAt: Values['FALABELLA_RESERVE_AT'];
  readonly deliverAt: Values['FALABELLA_DELIVER_AT'];
  readonly deliverUnpaid: boolean;
  readonly reservationHours: number | null;
  readonly pushes: Values['FALABELLA_PUSHES'];
}

interface AccountKind {
  readonly prefix: string;
  readonly settings: (values: Values, given: ReadonlySet<VariableName>, problems: ConfigProblem[]) => object | null;
  /** Null: it does not sell. */
  readonly selling: (values: Values) => AccountSelling | null;
  /** Where such an account is in the sandbox, and what else is different there. */
  readonly sandbox: (base: string) => Readonly<Partial<Record<VariableName, string>>>;
  /** What the environment says once for all accounts of the kind. */
  readonly shared?: (environment: Values) => Readonly<Partial<Record<VariableName, string>>>;
  /** What of that is known of the app alone, which owners of accounts consent to. */
  readonly app?: (values: Values) => object;
  /** What every account of the kind has in the sandbox, and cannot be given as text. */
  readonly inSandbox?: object;
}

const KINDS: Readonly<Record<string, AccountKind>> = {
  falabella: {
    prefix: 'FALABELLA_',
    settings: falabellaSettings,
    selling: falabellaSelling,
    sandbox: (base) => ({ FALABELLA_API_URL: `${base}/falabella/`, FALABELLA_FEED_INTERVAL_MS: '2000' }),
  },
  tiendanube: {
    prefix: 'TIENDANUBE_',
    settings: tiendanubeSettings,
    selling: tiendanubeSelling,
    sandbox: (base) => ({
      TIENDANUBE_API_URL: `${base}/tiendanube`,
      TIENDANUBE_AUTH_URL: `${base}/tiendanube`,
      TIENDANUBE_CLIENT_ID: '4321',
      TIENDANUBE_CONTACT: 'sandbox@example.com',
    }),
    shared: tiendanubeApp,
    app: tiendanubeAppSettings,
    inSandbox: { clientSecret: SANDBOX_CLIENT_SECRET },
  },
  odoo: {
    prefix: 'ODOO_',
    settings: odooSettings,
    selling: () => null,
    sandbox: (base) => ({ ODOO_URL: `${base}/odoo`, ODOO_DB: 'sandbox' }),
  },
};

/** When orders of a Falabella account count, and what it is told. */
export function falabellaSelling(values: Values): AccountSelling {
  return {
    reserveAt: values.FALABELLA_RESERVE_AT,
    deliverAt: values.FALABELLA_DELIVER_AT,
    deliverUnpaid: values.FALABELLA_DELIVER_UNPAID === 'yes',
    reservationHours: values.FALABELLA_RESERVATION_HOURS === 0 ? null : values.FALABELLA_RESERVATION_HOURS,
    pushes: values.FALABELLA_PUSHES,
  };
}

/** The connectors that an account can be connected of. */
export function accountKinds(): readonly string[] {
  return Object.keys(KINDS);
}

/** What can be set of an account of this connector; empty for one that is not there. */
export function accountFields(connector: string): readonly AccountField[] {
  const kind = KINDS[connector];
  if (!kind) return [];
  const names = (Object.keys(VARIABLES) as VariableName[]).filter((name) => name.startsWith(kind.prefix));
  return names.map((variable) => ({
    name: fieldOf(variable, kind),
    doc: VARIABLES[variable].doc,
    secret: 'credential' in VARIABLES[variable],
  }));
}

/**
 * The settings of an account from the texts that were given for it, checked as those of the environment are. `sandboxUrl`: the account is
 * one of the sandbox there. `environment`: what of it all accounts of a kind share is taken from there. Null with problems: they are not usable.
 */
export function readAccount(
  connector: string,
  given: Readonly<Record<string, string>>,
  sandboxUrl: string | null,
  environment: Values | null = null,
): {
  readonly account: { readonly settings: object; readonly selling: AccountSelling | null } | null;
  readonly problems: AccountProblem[];
} {
  const kind = KINDS[connector];
  if (!kind)
    return {
      account: null,
      problems: [{ field: 'connector', problem: `must be one of ${accountKinds().join(', ')}` }],
    };
  const fields = new Map(accountFields(connector).map(({ name }) => [name, variableOf(name, kind)]));
  const problems: AccountProblem[] = Object.keys(given)
    .filter((name) => !fields.has(name))
    .map((field) => ({ field, problem: `must not be given: ${connector} has no such setting` }));
  const texts = Object.fromEntries(Object.entries(given).map(([name, text]) => [fields.get(name) ?? name, text]));
  const shared = environment && kind.shared ? kind.shared(environment) : {};
  const read = readEnvironment({
    ...shared,
    ...(sandboxUrl ? kind.sandbox(sandboxUrl.replace(/\/+$/, '')) : {}),
    ...texts,
  });
  const wrong = read.problems;
  const own = kind.settings(read.values, read.given, wrong);
  const settings = own && { ...own, ...(sandboxUrl ? kind.inSandbox : {}) };
  problems.push(
    ...wrong.map(({ variable, problem }) => ({ field: named(variable, kind), problem: named(problem, kind) })),
  );
  if (settings && problems.length === 0) return { account: { settings, selling: kind.selling(read.values) }, problems };
  if (problems.length === 0) problems.push({ field: 'credentials', problem: `must be given: ${secretsOf(connector)}` });
  return { account: null, problems };
}

/** What the environment says of the app of a connector, which owners of accounts consent to; null: the connector has none. */
export function readApp(connector: string, sandboxUrl: string | null, environment: Values): object | null {
  const kind = KINDS[connector];
  if (!kind?.app) return null;
  const shared = kind.shared ? kind.shared(environment) : {};
  const { values } = readEnvironment({
    ...shared,
    ...(sandboxUrl ? kind.sandbox(sandboxUrl.replace(/\/+$/, '')) : {}),
  });
  return { ...kind.app(values), ...(sandboxUrl ? kind.inSandbox : {}) };
}

/** When orders of an account count that is gone, and its credentials with it; null: its settings cannot be read any more. */
export function readSelling(
  connector: string,
  settings: Readonly<Record<string, string>>,
  sandboxUrl: string | null,
  environment: Values,
): AccountSelling | null {
  const stand = accountFields(connector).flatMap(({ name, secret }) =>
    secret ? [[name, 'no-longer-known'] as const] : [],
  );
  return (
    readAccount(connector, { ...settings, ...Object.fromEntries(stand) }, sandboxUrl, environment).account?.selling ??
    null
  );
}

function secretsOf(connector: string): string {
  const secret = accountFields(connector).filter((field) => field.secret);
  return secret.map(({ name }) => name).join(', ');
}

/** Names of variables in a text, as those of fields. */
function named(text: string, kind: AccountKind): string {
  return text.replace(new RegExp(`\\b${kind.prefix}[A-Z_]+\\b`, 'g'), (variable) => fieldOf(variable, kind));
}

function fieldOf(variable: string, { prefix }: AccountKind): string {
  return variable
    .slice(prefix.length)
    .toLowerCase()
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function variableOf(field: string, { prefix }: AccountKind): string {
  return prefix + field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
