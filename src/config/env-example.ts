import { inEnvironmentNames, variableOf, type ConnectionKind } from './connection-kind.js';
import { type Setting, type Settings } from './setting.js';
import { TOPICS } from './variables.js';

const WIDTH = 124;
const HEADER = [
  'Written by `npm run env-example` from the settings of the core and of each connector: change those, not this file.',
  'Copy it to .env. Values of the form your_... are placeholders: they count as not given, and without any real credential `npm start` runs the sandbox.',
];
/** How many topics of the core stand before the connectors. */
const FIRST_TOPICS = 2;
/**
 * Stands above each variable that keeps the sandbox away. The scripts find them by it: they run before anything is built, so they cannot
 * read the manifests.
 */
const KEEPS_SANDBOX_AWAY = 'Credential: while it has a value, `npm start` runs without the sandbox.';
/** Variables of the core with this effect: a key is given where credentials are to be stored. */
const CORE_CREDENTIALS: ReadonlySet<string> = new Set(['CREDENTIALS_KEYS']);

interface Shown {
  readonly variable: string;
  readonly setting: Setting<unknown>;
  readonly doc: string;
  readonly credential: boolean;
}

/** The text of `.env.example`. */
export function envExample(kinds: readonly ConnectionKind[]): string {
  const topics = Object.entries<Settings>(TOPICS).map(([title, settings]) => section(title, coreVariables(settings)));
  const connectors = kinds.map((kind) => section(kind.label, kindVariables(kind)));
  return [
    HEADER.map(comment).join('\n'),
    ...topics.slice(0, FIRST_TOPICS),
    ...connectors,
    ...topics.slice(FIRST_TOPICS),
  ]
    .join('\n\n')
    .concat('\n');
}

function coreVariables(settings: Settings): Shown[] {
  return Object.entries(settings).map(([variable, setting]) => ({
    variable,
    setting,
    doc: setting.doc,
    credential: CORE_CREDENTIALS.has(variable),
  }));
}

function kindVariables(kind: ConnectionKind): Shown[] {
  return Object.entries(kind.settings.fields).map(([name, setting]) => ({
    variable: variableOf(kind, name),
    setting,
    doc: inEnvironmentNames(kind, setting.doc),
    credential: setting.secret !== undefined,
  }));
}

function section(title: string, variables: readonly Shown[]): string {
  return [`## ${title}`, ...variables.map(entry)].join('\n\n');
}

function entry({ variable, setting, doc, credential }: Shown): string {
  const lines = [comment(doc), ...(credential ? [comment(KEEPS_SANDBOX_AWAY)] : [])];
  return [...lines, `${variable}=${exampleOf(variable, setting)}`].join('\n');
}

function exampleOf(variable: string, { sample, fallback }: Setting<unknown>): string {
  if (sample === undefined) return String(fallback);
  return sample === true ? `your_${variable.toLowerCase()}` : sample;
}

/** The text as comment lines, broken between words. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
