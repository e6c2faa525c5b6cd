import {
  ACCOUNT_CREDENTIALS,
  falabellaSettings,
  odooSettings,
  sandboxAccounts,
  type FalabellaSettings,
  type OdooSettings,
} from './account-settings.js';
import { falabellaSelling } from './accounts.js';
import { parseApiKeys, type ApiKey } from './api-keys.js';
import { withDatabase } from './mongo-uri.js';
import { isPlaceholder } from './placeholders.js';
import { readEnvironment, type ConfigProblem } from './read-environment.js';
import { tiendanubeSelling, tiendanubeSettings, type TiendanubeSettings } from './tiendanube-settings.js';
import { type Values } from './variables.js';

/** Everything that the environment decides, checked as a whole. */
export class AppConfig {
  constructor(
    readonly values: Values,
    readonly apiKeys: readonly ApiKey[],
    /** Where the sandbox answers; null when real accounts are used or none at all. */
    readonly sandboxUrl: string | null,
    /** Null: the connector is off. */
    readonly falabella: FalabellaSettings | null,
    readonly odoo: OdooSettings | null,
    readonly tiendanube: TiendanubeSettings | null,
  ) {}

  get isProduction(): boolean {
    return this.values.NODE_ENV === 'production';
  }

  /** An API without keys is not offered to the network unless somebody says so. */
  get host(): string {
    return this.values.HOST || (this.apiKeys.length > 0 ? '0.0.0.0' : 'localhost');
  }

  /** The most that a connection may do, whatever was decided for it. */
  get publishing(): Values['PUBLISHING'] {
    return this.sandboxUrl ? 'live' : this.values.PUBLISHING;
  }

  /** When orders of the default Falabella account count, and what it is told. */
  get falabellaSelling() {
    return falabellaSelling(this.values);
  }

  /** The same of the default store of Tiendanube. */
  get tiendanubeSelling() {
    return tiendanubeSelling(this.values);
  }

  /** The sandbox has a database of its own beside the real one. */
  get mongoUri(): string {
    return this.sandboxUrl
      ? withDatabase(this.values.MONGODB_URI, (name) => `${name}_sandbox`)
      : withDatabase(this.values.MONGODB_URI);
  }

  get redis(): string | { host: string; port: number } {
    return this.values.REDIS_URL || { host: this.values.REDIS_HOST, port: this.values.REDIS_PORT };
  }
}

/** The start was refused because of the environment. Its message lists every problem, and no value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(
      ['The configuration is not usable:', ...problems.map(({ variable, problem }) => `  ${variable} ${problem}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigError';
  }
}

/**
 * Reads and checks the whole environment.
 * @throws ConfigError that lists all the problems at once
 */
export function loadConfig(env: NodeJS.ProcessEnv): AppConfig {
  const { values, given, problems } = readEnvironment(env);
  const falabella = falabellaSettings(values, given, problems);
  const odoo = odooSettings(values, given, problems);
  const tiendanube = tiendanubeSettings(values, given, problems);
  const accounts = ACCOUNT_CREDENTIALS.filter((name) => given.has(name));
  const apiKeys = readApiKeys(values.API_KEYS, problems);

  if (values.SANDBOX_URL && accounts.length > 0) {
    problems.push({
      variable: 'SANDBOX_URL',
      problem: `must not be given together with real credentials (${accounts.join(', ')}): the sandbox never runs beside a real account`,
    });
  }
  if (values.NODE_ENV === 'production')
    problems.push(...productionProblems(env, values, accounts.length, apiKeys.length));
  if (problems.length > 0) throw new ConfigError(problems);

  if (values.SANDBOX_URL) {
    const sandbox = sandboxAccounts(values.SANDBOX_URL, values, given);
    return new AppConfig(values, apiKeys, values.SANDBOX_URL, sandbox.falabella, sandbox.odoo, sandbox.tiendanube);
  }
  return new AppConfig(values, apiKeys, null, falabella, odoo, tiendanube);
}

function readApiKeys(text: string, problems: ConfigProblem[]): ApiKey[] {
  try {
    return parseApiKeys(text);
  } catch (error) {
    problems.push({
      variable: 'API_KEYS',
      problem: `must be ${error instanceof Error ? error.message : 'of another form'}`,
    });
    return [];
  }
}

function productionProblems(
  env: NodeJS.ProcessEnv,
  values: Values,
  accounts: number,
  apiKeys: number,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (values.SANDBOX_URL)
    problems.push({
      variable: 'SANDBOX_URL',
      problem: 'must not be given in production: the sandbox is for trying things out',
    });
  for (const name of [...ACCOUNT_CREDENTIALS, 'API_KEYS'] as const) {
    const raw = env[name]?.trim() ?? '';
    if (raw !== '' && isPlaceholder(raw))
      problems.push({ variable: name, problem: 'must not be the sample value of .env.example in production' });
  }
  if (accounts === 0 && values.CREDENTIALS_KEYS.length === 0)
    problems.push({
      variable: 'FALABELLA_API_KEY',
      problem:
        'or the credentials of Odoo, or CREDENTIALS_KEYS for accounts in the database, must be given in production: there is no account to work for',
    });
  if (apiKeys === 0 && isPlaceholder(values.API_KEYS))
    problems.push({
      variable: 'API_KEYS',
      problem: 'must be given in production: without keys the API is open to everybody',
    });
  return problems;
}
