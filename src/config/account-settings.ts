import { type ConfigProblem } from './read-environment.js';
import { type Values, type VariableName } from './variables.js';

/** How to reach one Seller Center account. */
export interface FalabellaSettings {
  readonly apiUrl: string;
  /** Null with `apiKey`: webhooks are taken, nothing is pushed. */
  readonly userId: string | null;
  readonly apiKey: string | null;
  /** Null: every webhook is refused. */
  readonly webhookSecret: string | null;
  readonly sellerId: string;
  /** Milliseconds between two stock pushes, at least. */
  readonly pushIntervalMs: number;
}

/** How to reach one Odoo database. Either `apiKey` (Odoo 19+, JSON-2) or `username` and `password` (JSON-RPC). */
export interface OdooSettings {
  readonly url: string;
  readonly db: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly apiKey: string | null;
  readonly webhookSecret: string | null;
  /** Code of the warehouse that the ledger counts; null: the first one. */
  readonly warehouse: string | null;
  readonly timeoutMs: number;
}

type Given = ReadonlySet<VariableName>;

/** The variables that prove a real account is meant. One of them is enough to keep the sandbox away. */
export const ACCOUNT_CREDENTIALS = [
  'FALABELLA_API_KEY',
  'FALABELLA_WEBHOOK_SECRET',
  'ODOO_PASSWORD',
  'ODOO_API_KEY',
  'ODOO_WEBHOOK_SECRET',
] as const satisfies readonly VariableName[];

/** Once documented, never a host of this API. */
const WRONG_FALABELLA_HOST = 'api.falabella.com';
const FALABELLA_HOST = 'https://sellercenter-api.falabella.com/';

/** The default Falabella account, or null where no credential of it is given. */
export function falabellaSettings(values: Values, given: Given, problems: ConfigProblem[]): FalabellaSettings | null {
  if (new URL(values.FALABELLA_API_URL).hostname === WRONG_FALABELLA_HOST) {
    problems.push({
      variable: 'FALABELLA_API_URL',
      problem: `must not be ${WRONG_FALABELLA_HOST}: Seller Center answers at ${FALABELLA_HOST}`,
    });
  }
  if (!given.has('FALABELLA_API_KEY') && !given.has('FALABELLA_WEBHOOK_SECRET')) return null;
  if (given.has('FALABELLA_API_KEY') && !given.has('FALABELLA_USER_ID')) {
    problems.push({
      variable: 'FALABELLA_USER_ID',
      problem: 'must be given with FALABELLA_API_KEY: the e-mail address of the Seller Center user it belongs to',
    });
  }
  return {
    apiUrl: values.FALABELLA_API_URL,
    userId: values.FALABELLA_USER_ID || null,
    apiKey: values.FALABELLA_API_KEY || null,
    webhookSecret: values.FALABELLA_WEBHOOK_SECRET || null,
    sellerId: values.FALABELLA_SELLER_ID,
    pushIntervalMs: values.FALABELLA_PUSH_INTERVAL_MS,
  };
}

/** The default Odoo database, or null where no credential of it is given. */
export function odooSettings(values: Values, given: Given, problems: ConfigProblem[]): OdooSettings | null {
  if (!given.has('ODOO_PASSWORD') && !given.has('ODOO_API_KEY')) {
    if (given.has('ODOO_WEBHOOK_SECRET')) {
      problems.push({
        variable: 'ODOO_API_KEY',
        problem: 'must be given with ODOO_WEBHOOK_SECRET (or ODOO_USERNAME and ODOO_PASSWORD): a webhook is only a hint to read Odoo',
      });
    }
    return null;
  }
  if (!given.has('ODOO_URL'))
    problems.push({ variable: 'ODOO_URL', problem: 'must be given with the credentials of Odoo, such as https://odoo.example.com' });
  if (!given.has('ODOO_DB'))
    problems.push({ variable: 'ODOO_DB', problem: 'must be given with the credentials of Odoo: the name of its database' });
  if (!given.has('ODOO_API_KEY') && !given.has('ODOO_USERNAME')) {
    problems.push({ variable: 'ODOO_USERNAME', problem: 'must be given with ODOO_PASSWORD (or use ODOO_API_KEY)' });
  }
  return {
    url: values.ODOO_URL.replace(/\/+$/, ''),
    db: values.ODOO_DB,
    username: values.ODOO_USERNAME || null,
    password: values.ODOO_PASSWORD || null,
    apiKey: values.ODOO_API_KEY || null,
    webhookSecret: values.ODOO_WEBHOOK_SECRET || null,
    warehouse: values.ODOO_WAREHOUSE || null,
    timeoutMs: values.ODOO_TIMEOUT_MS,
  };
}

/** The accounts of the sandbox. Its program knows the same values; it holds nothing real. */
export function sandboxAccounts(sandboxUrl: string, values: Values): { falabella: FalabellaSettings; odoo: OdooSettings } {
  const base = sandboxUrl.replace(/\/+$/, '');
  return {
    falabella: {
      apiUrl: `${base}/falabella/`,
      userId: 'sandbox@example.com',
      apiKey: 'sandbox-falabella-key',
      webhookSecret: 'your_webhook_secret',
      sellerId: 'SANDBOX',
      pushIntervalMs: values.FALABELLA_PUSH_INTERVAL_MS,
    },
    odoo: {
      url: `${base}/odoo`,
      db: 'sandbox',
      username: null,
      password: null,
      apiKey: 'sandbox-odoo-key',
      webhookSecret: 'your_webhook_secret',
      warehouse: null,
      timeoutMs: values.ODOO_TIMEOUT_MS,
    },
  };
}
