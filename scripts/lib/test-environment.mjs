/** The environment that tests run in. */
import { CREDENTIALS } from './placeholders.mjs';

const ODOO = ['ODOO_URL', 'ODOO_DB', 'ODOO_PASSWORD', 'ODOO_API_KEY'];
const OWN = [
  'MONGODB_URI',
  'REDIS_URL',
  'REDIS_HOST',
  'REDIS_PORT',
  'REDIS_PASSWORD',
  'API_KEYS',
  'PUBLISHING',
  'PORT',
  'SANDBOX_URL',
];

/**
 * Keeps tests away from real accounts, except a real Odoo when its tests are requested.
 * @param {readonly string[]} projects
 * @returns {Record<string, string | undefined>}
 */
export function testEnvironment(projects) {
  const environment = { ...process.env, NODE_ENV: 'test' };
  for (const name of OWN) delete environment[name];
  const keepOdoo = projects.includes('odoo');
  for (const name of CREDENTIALS) if (!(keepOdoo && ODOO.includes(name))) delete environment[name];
  return environment;
}

/**
 * The missing variables of a real Odoo; empty: it is complete. @param {Record<string, string | undefined>}
 * env
 */
export function missingOdoo(env) {
  const missing = ODOO.filter((name) => !env[name]);
  if (!env.ODOO_USERNAME && !env.ODOO_LOGIN) missing.push('ODOO_USERNAME');
  return missing;
}
