import { type ConnectionKind } from './connection-kind.js';
import { isPlaceholder } from './placeholders.js';
import { plainHttpProblem, privateHostProblem, type HostList } from './private-hosts.js';
import { type SettingProblem, type SettingsRead } from './read-settings.js';
import { type Setting, type Settings } from './setting.js';
import { weaknessOf } from './weak-secrets.js';

type Kind = Pick<ConnectionKind, 'settings'>;
type Texts = Readonly<Record<string, string>>;
type Read = Pick<SettingsRead<Settings>, 'values' | 'given'>;

/** Why production does not use a value; null: it may. @param hosts those that need no TLS */
export function productionProblem(setting: Setting<unknown>, text: string, hosts: HostList): string | null {
  if (setting.secret) return weaknessOf(text, setting);
  return setting.address && URL.canParse(text) ? plainHttpProblem(text, hosts) : null;
}

/** Why production does not store a connection with these settings. @param hosts those that it may call in a private network */
export function storedProblems(kind: Kind, texts: Texts, hosts: HostList): SettingProblem[] {
  const { fields } = kind.settings;
  return Object.entries(texts).flatMap(([field, raw]) => {
    const setting = fields[field];
    const text = raw.trim();
    if (!setting || isPlaceholder(text)) return [];
    const problem = productionProblem(setting, text, hosts);
    return problem === null ? privateAddressProblems(kind, { [field]: text }, hosts) : [{ field, problem }];
  });
}

/** The addresses of a connection that lead into a private network which the operator has not named. */
export function privateAddressProblems(
  { settings: { fields } }: Kind,
  texts: Texts,
  hosts: HostList,
): SettingProblem[] {
  return Object.entries(texts).flatMap(([field, raw]) => {
    const text = raw.trim();
    const problem = fields[field]?.address && URL.canParse(text) ? privateHostProblem(text, hosts) : null;
    return problem === null ? [] : [{ field, problem }];
  });
}

/** Addresses that a connection may not have of its own: a secret that all connections of the kind share is sent there. */
export function sharedAddressProblems({ settings: { fields } }: Kind, texts: Texts): SettingProblem[] {
  return secretsSent(fields)
    .filter(({ secret, address }) => fields[secret]?.shared && !isPlaceholder(texts[address] ?? ''))
    .map(({ secret, address }) => ({
      field: address,
      problem: `must be left out: {${secret}}, which all connections of this kind share, is sent there. The environment sets it`,
    }));
}

/**
 * The secrets that a change of addresses would send to another origin than the one that they were given for. Whoever knows a secret gives it
 * again in the same request.
 * @param given the names of the settings in the request
 */
export function movedSecretProblems(
  { settings: { fields } }: Kind,
  before: Read,
  after: Read,
  given: ReadonlySet<string>,
): SettingProblem[] {
  const originOf = ({ values }: Read, address: string) => {
    const text = String(values[address]);
    return URL.canParse(text) ? new URL(text).origin : text;
  };
  return secretsSent(fields)
    .filter(({ secret, address }) => {
      const isKept = before.given.has(secret) && after.given.has(secret) && !given.has(secret);
      return isKept && originOf(before, address) !== originOf(after, address);
    })
    .map(({ secret, address }) => ({
      field: secret,
      problem: `must be given again: {${address}} leads elsewhere now, and the stored value was not given for that place`,
    }));
}

/** Each secret with each address that receives it. */
function secretsSent(fields: Settings): { readonly secret: string; readonly address: string }[] {
  return Object.entries(fields).flatMap(([secret, setting]) =>
    (setting.secret?.sentTo ?? []).map((address) => ({ secret, address })),
  );
}
