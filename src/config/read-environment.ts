import {
  inEnvironmentNames,
  secretsOf,
  variableOf,
  type ConnectionKind,
  type ReadConnection,
} from './connection-kind.js';
import { inSandbox, readConnection } from './connection-kinds.js';
import { readSettings, type SettingProblem, type SettingsRead } from './read-settings.js';
import { type Settings } from './setting.js';
import { VARIABLES, type Values } from './variables.js';

/** What is wrong with one variable. Holds no value: it may be a secret. */
export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
}

/** The settings of one connector in the environment. */
export interface KindRead {
  readonly kind: ConnectionKind;
  readonly read: SettingsRead<Settings>;
  /** The connection that the environment, or the sandbox, describes; null: none. */
  readonly connection: ReadConnection | null;
  /** The variables that hold a real credential. */
  readonly credentials: readonly string[];
}

/** Reads every variable of the core; collects all the problems instead of stopping at the first. */
export function readCore(env: NodeJS.ProcessEnv): { values: Values; problems: ConfigProblem[] } {
  const { values, problems } = readSettings(VARIABLES, (name) => env[name]);
  return { values, problems: problems.map(({ field, problem }) => ({ variable: field, problem })) };
}

/** Reads the variables of one connector, and the connection that they, or the sandbox, describe. */
export function readKind(
  kind: ConnectionKind,
  env: NodeJS.ProcessEnv,
  core: Pick<Values, 'SANDBOX_URL' | 'PUBLIC_URL'>,
  problems: ConfigProblem[],
): KindRead {
  const read = readSettings(kind.settings.fields, (name) => env[variableOf(kind, name)]);
  const real = readConnection(kind, read, core.PUBLIC_URL);
  problems.push(...[...read.problems, ...real.problems].map((problem) => ofVariable(kind, problem)));
  const credentials = secretsOf(kind)
    .filter((name) => read.given.has(name))
    .map((name) => variableOf(kind, name));
  return { kind, read, credentials, connection: core.SANDBOX_URL ? inSandboxOf(kind, read, core) : real.connection };
}

function inSandboxOf(
  kind: ConnectionKind,
  read: SettingsRead<Settings>,
  core: Pick<Values, 'SANDBOX_URL' | 'PUBLIC_URL'>,
): ReadConnection | null {
  const { first } = kind.settings.sandbox;
  return first
    ? readConnection(kind, inSandbox(kind, core.SANDBOX_URL, read, first), core.PUBLIC_URL).connection
    : null;
}

function ofVariable(kind: ConnectionKind, { field, problem }: SettingProblem): ConfigProblem {
  return { variable: variableOf(kind, field), problem: inEnvironmentNames(kind, problem) };
}
