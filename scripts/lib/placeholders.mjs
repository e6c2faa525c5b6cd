/**
 * Values that `.env.example` shows in place of a secret. A variable that still holds one of them counts as not given,
 * here and in the app alike.
 */
export const PLACEHOLDER = /^(your_[a-z_]+|changeme|)$/i;

/** The variables whose presence means: this installation talks to somebody's real account. A key for credentials is given where some are to be stored. */
export const CREDENTIALS = [
  'CREDENTIALS_KEYS',
  'ODOO_PASSWORD',
  'ODOO_API_KEY',
  'ODOO_WEBHOOK_SECRET',
  'FALABELLA_API_KEY',
  'FALABELLA_WEBHOOK_SECRET',
  'FALABELLA_WEBHOOK_TOKEN',
  'TIENDANUBE_CLIENT_SECRET',
  'TIENDANUBE_ACCESS_TOKEN',
];

/** @param {string | undefined} value */
export function isPlaceholder(value) {
  return value === undefined || PLACEHOLDER.test(value.trim());
}

/**
 * The names of the credentials that are really given. An address (`ODOO_URL`, `FALABELLA_API_URL`) alone is no credential.
 * @param {Record<string, string | undefined>} env
 */
export function credentialsGiven(env) {
  return CREDENTIALS.filter((name) => !isPlaceholder(env[name]));
}

/**
 * The sandbox is for trying things out: never in production, never beside a credential, and not where another one is named.
 * @param {import('./env.mjs').Environment} environment
 */
export function sandboxWanted({ values, production }) {
  return !production && credentialsGiven(values).length === 0 && isPlaceholder(values.SANDBOX_URL);
}
