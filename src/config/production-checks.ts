import { weakApiKeys } from './api-keys.js';
import { inEnvironmentNames, secretsOf, variableOf, type ConnectionKind } from './connection-kind.js';
import { isPlaceholder } from './placeholders.js';
import { plainHttpProblem, targetOf, type HostList } from './private-hosts.js';
import { type ConfigProblem, type KindRead } from './read-environment.js';
import { productionProblem } from './stored-checks.js';
import { type Values } from './variables.js';
import { isWeakKey } from './weak-secrets.js';

/** Everything for which production does not start with this environment. */
export function productionProblems(
  env: NodeJS.ProcessEnv,
  values: Values,
  read: readonly KindRead[],
  apiKeys: number,
): ConfigProblem[] {
  return [
    ...sampleProblems(env, read),
    ...missing(values, read, apiKeys),
    ...coreProblems(values),
    ...read.flatMap(({ kind, read: { given } }) => kindProblems(kind, [...given], env, values.ALLOWED_PRIVATE_HOSTS)),
  ];
}

/** The hosts that the operator named: in the list, and in each address of the environment. */
export function operatorsHosts(values: Values, read: readonly KindRead[]): HostList {
  const addresses = read.flatMap(({ kind, read: { given, values: own } }) =>
    [...given].filter((name) => kind.settings.fields[name]?.address).map((name) => String(own[name])),
  );
  const given = [...addresses, values.ALERT_WEBHOOK_URL].filter((address) => URL.canParse(address));
  return new Set([...values.ALLOWED_PRIVATE_HOSTS, ...given.map(targetOf)]);
}

function kindProblems(
  kind: ConnectionKind,
  given: readonly string[],
  env: NodeJS.ProcessEnv,
  hosts: HostList,
): ConfigProblem[] {
  return given.flatMap((name) => {
    const setting = kind.settings.fields[name];
    const variable = variableOf(kind, name);
    const problem = setting ? productionProblem(setting, env[variable]?.trim() ?? '', hosts) : null;
    return problem === null ? [] : [{ variable, problem: inEnvironmentNames(kind, problem) }];
  });
}

function coreProblems(values: Values): ConfigProblem[] {
  const addresses = (['PUBLIC_URL', 'ALERT_WEBHOOK_URL'] as const).flatMap((variable) => {
    const address = values[variable];
    const problem = address === '' ? null : plainHttpProblem(address, values.ALLOWED_PRIVATE_HOSTS);
    return problem === null ? [] : [{ variable, problem }];
  });
  const weak = weakApiKeys(values.API_KEYS);
  const zero = values.CREDENTIALS_KEYS.filter(({ key }) => isWeakKey(key)).map(({ id }) => id);
  return [
    ...addresses,
    ...(weak.length > 0
      ? [{ variable: 'API_KEYS', problem: `must not repeat a few characters in production: ${weak.join(', ')}` }]
      : []),
    ...(zero.length > 0
      ? [
          {
            variable: 'CREDENTIALS_KEYS',
            problem: `must be made at random (\`openssl rand -base64 32\`) in production: ${zero.join(', ')}`,
          },
        ]
      : []),
  ];
}

function sampleProblems(env: NodeJS.ProcessEnv, read: readonly KindRead[]): ConfigProblem[] {
  const secrets = read.flatMap(({ kind }) => secretsOf(kind).map((name) => variableOf(kind, name)));
  return [...secrets, 'API_KEYS']
    .map((variable) => ({ variable, raw: env[variable]?.trim() ?? '' }))
    .filter(({ raw }) => raw !== '' && isPlaceholder(raw))
    .map(({ variable }) => ({ variable, problem: 'must not be the sample value of .env.example in production' }));
}

function missing(values: Values, read: readonly KindRead[], apiKeys: number): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (values.SANDBOX_URL)
    problems.push({
      variable: 'SANDBOX_URL',
      problem: 'must not be given in production: the sandbox is for trying things out',
    });
  if (read.every(({ credentials }) => credentials.length === 0) && values.CREDENTIALS_KEYS.length === 0)
    problems.push({
      variable: 'CREDENTIALS_KEYS',
      problem:
        'for connections in the database, or the credentials of a connection, must be given in production: there is no account to work for',
    });
  if (apiKeys === 0 && isPlaceholder(values.API_KEYS))
    problems.push({
      variable: 'API_KEYS',
      problem: 'must be given in production: without keys the API is open to everybody',
    });
  return problems;
}
