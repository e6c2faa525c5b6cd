import { parseApiKeys, type ApiKey } from './api-keys.js';
import { type ConnectionKind, type ReadConnection } from './connection-kind.js';
import { ConnectionKinds } from './connection-kinds.js';
import { withDatabase } from './mongo-uri.js';
import { type HostList } from './private-hosts.js';
import { operatorsHosts, productionProblems } from './production-checks.js';
import { readCore, readKind, type ConfigProblem } from './read-environment.js';
import { type Values } from './variables.js';

/** A connection of the environment or of the sandbox. Its id is the name of its connector. */
export interface EnvironmentConnection extends ReadConnection {
  readonly role: ConnectionKind['role'];
}

/** The whole, validated configuration. */
export class AppConfig {
  constructor(
    readonly values: Values,
    readonly apiKeys: readonly ApiKey[],
    /** The sandbox's address; null when real accounts are used or none at all. */
    readonly sandboxUrl: string | null,
    /** By the name of their connector. */
    readonly connections: ReadonlyMap<string, EnvironmentConnection>,
    /** The kinds of connections, and how a stored connection is read. */
    readonly kinds: ConnectionKinds,
    /** The hosts that may be called in a private network; null outside production: all. */
    readonly privateHosts: HostList | null,
  ) {}

  get isProduction(): boolean {
    return this.values.NODE_ENV === 'production';
  }

  /** Without API keys the API listens on this machine only, unless HOST is given. */
  get host(): string {
    return this.values.HOST || (this.apiKeys.length > 0 ? '0.0.0.0' : 'localhost');
  }

  /** The most that a connection may do, whatever was decided for it. */
  get publishing(): Values['PUBLISHING'] {
    return this.sandboxUrl ? 'live' : this.values.PUBLISHING;
  }

  /** The sandbox has a separate database beside the real one. */
  get mongoUri(): string {
    return this.sandboxUrl
      ? withDatabase(this.values.MONGODB_URI, (name) => `${name}_sandbox`)
      : withDatabase(this.values.MONGODB_URI);
  }

  get redis(): string | { host: string; port: number } {
    return this.values.REDIS_URL || { host: this.values.REDIS_HOST, port: this.values.REDIS_PORT };
  }
}

/** The environment prevents the start. The message lists every problem, and no value. */
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
 * Reads and checks the whole environment: the variables of the core, and those of each kind of connection.
 * @throws ConfigError that lists all the problems at once
 */
export function loadConfig(env: NodeJS.ProcessEnv, kinds: readonly ConnectionKind[]): AppConfig {
  const { values, problems } = readCore(env);
  const read = kinds.map((kind) => readKind(kind, env, values, problems));
  const credentials = read.flatMap((one) => one.credentials);
  const apiKeys = readApiKeys(values.API_KEYS, problems);

  if (values.SANDBOX_URL && credentials.length > 0) {
    problems.push({
      variable: 'SANDBOX_URL',
      problem: `must not be given together with real credentials (${credentials.join(', ')}): the sandbox never runs beside a real account`,
    });
  }
  const isProduction = values.NODE_ENV === 'production';
  if (isProduction) problems.push(...productionProblems(env, values, read, apiKeys.length));
  if (problems.length > 0) throw new ConfigError(problems);

  const sandboxUrl = values.SANDBOX_URL || null;
  const connections = new Map<string, EnvironmentConnection>();
  for (const { kind, connection } of read)
    if (connection) connections.set(kind.name, { ...connection, role: kind.role });
  const environment = new Map(read.map((one) => [one.kind.name, one.read]));
  const privateHosts = isProduction ? operatorsHosts(values, read) : null;
  return new AppConfig(
    values,
    apiKeys,
    sandboxUrl,
    connections,
    new ConnectionKinds(kinds, { sandboxUrl, privateHosts, publicUrl: values.PUBLIC_URL, read: environment }),
    privateHosts,
  );
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
