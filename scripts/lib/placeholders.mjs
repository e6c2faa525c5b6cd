import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * Values that `.env.example` shows in place of a secret. A variable with one of them counts as not given,
 * here and in the app.
 */
export const PLACEHOLDER = /^(your_[a-z_]+|changeme|)$/i;

/** Stands above each such variable in `.env.example`. */
const CREDENTIAL = '# Credential: ';

/**
 * The variables whose presence means: this installation talks to a real account, or is to store credentials of one. `.env.example` marks
 * them; it is written from the manifests of the connectors, which can only be read once the program is built.
 */
export const CREDENTIALS = credentialsOf(readFileSync(join(ROOT, '.env.example'), 'utf8'));

/**
 * @param {string} example  the text of `.env.example`
 * @returns {string[]}
 */
export function credentialsOf(example) {
  const lines = example.split('\n');
  const names = lines.flatMap((line, at) => {
    const name = /^([A-Z_]+)=/.exec(line)?.[1];
    return name !== undefined && lines[at - 1]?.startsWith(CREDENTIAL) ? [name] : [];
  });
  // An empty list would start the sandbox beside a real account.
  if (names.length === 0)
    throw new Error('.env.example marks no credential: write it again with `npm run env-example`');
  return names;
}

/** @param {string | undefined} value */
export function isPlaceholder(value) {
  return value === undefined || PLACEHOLDER.test(value.trim());
}

/**
 * The names of the credentials that are really given. An address (`ODOO_URL`, `FALABELLA_API_URL`) alone
 * is not a credential.
 * @param {Record<string, string | undefined>} env
 */
export function credentialsGiven(env) {
  return CREDENTIALS.filter((name) => !isPlaceholder(env[name]));
}

/**
 * Whether to start the sandbox: never in production, beside a credential, or when another one is named.
 * @param {import('./env.mjs').Environment} environment
 */
export function sandboxWanted({ values, production }) {
  return !production && credentialsGiven(values).length === 0 && isPlaceholder(values.SANDBOX_URL);
}
