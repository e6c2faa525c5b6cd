import { type ConfigProblem } from './read-environment.js';
import { sandboxTiendanube, TIENDANUBE_CREDENTIALS, type TiendanubeSettings } from './tiendanube-settings.js';
import { type Values, type VariableName } from './variables.js';

/** How to reach one Seller Center account. */
export interface FalabellaSettings {
  readonly apiUrl: string;
  /** Null with `apiKey`: webhooks are taken, nothing is pushed. */
  readonly userId: string | null;
  readonly apiKey: string | null;
  /** Null: every webhook that must be signed is refused. */
  readonly webhookSecret: string | null;
  /** The last part of the address for Falabella's own webhooks, which are not signed. Null: there is no such address. */
  readonly webhookToken: string | null;
  readonly sellerId: string;
  readonly userAgent: FalabellaUserAgent;
  /** Milliseconds between two stock pushes, at least. */
  readonly pushIntervalMs: number;
  /** Of the calls GetOrders and GetOrder. */
  readonly ordersVersion: '1.0' | '2.0';
  /** By which of its two ids an order is known here. */
  readonly orderName: 'number' | 'id';
  /** How far a look for changed orders reaches back before the one before. */
  readonly ordersOverlapMs: number;
  /** Which of its two ids names a warehouse. */
  readonly warehouseIds: 'facility' | 'seller';
  readonly feeds: FalabellaFeedLimit;
}

/** Three parts are the documented form; five are what newer pages show. */
export type FalabellaUserAgent = { readonly form: 'three' } | { readonly form: 'five'; readonly businessUnit: string };

/** How many stock pushes the account takes, and which of them may not wait. */
export interface FalabellaFeedLimit {
  /** That many without a wait between them. */
  readonly burst: number;
  /** From there on one in this time, in milliseconds; 0: pushes are not counted. */
  readonly intervalMs: number;
  /** How the burst comes back: a day after it began, or one push per interval. */
  readonly renews: 'daily' | 'steadily';
  /** A SKU that falls to this many units or fewer is told out of the burst. */
  readonly urgentAt: number;
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
  'FALABELLA_WEBHOOK_TOKEN',
  'ODOO_PASSWORD',
  'ODOO_API_KEY',
  'ODOO_WEBHOOK_SECRET',
  ...TIENDANUBE_CREDENTIALS,
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
  if (
    !given.has('FALABELLA_API_KEY') &&
    !given.has('FALABELLA_WEBHOOK_SECRET') &&
    !given.has('FALABELLA_WEBHOOK_TOKEN')
  )
    return null;
  if (given.has('FALABELLA_WEBHOOK_TOKEN') && !given.has('FALABELLA_API_KEY')) {
    problems.push({
      variable: 'FALABELLA_API_KEY',
      problem:
        "must be given with FALABELLA_WEBHOOK_TOKEN: Falabella's own webhooks are only a reason to read the order through the API",
    });
  }
  if (values.FALABELLA_USER_AGENT === 'five' && values.FALABELLA_BUSINESS_UNIT === '') {
    problems.push({
      variable: 'FALABELLA_BUSINESS_UNIT',
      problem: 'must be given with FALABELLA_USER_AGENT=five: FACL (Chile), FAPE (Peru) or FACO (Colombia)',
    });
  }
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
    webhookToken: values.FALABELLA_WEBHOOK_TOKEN || null,
    sellerId: values.FALABELLA_SELLER_ID,
    ...falabellaManner(values, values.FALABELLA_FEED_INTERVAL_MS),
  };
}

/** What of an account is the same for a real one and for the sandbox. */
function falabellaManner(values: Values, feedIntervalMs: number) {
  return {
    userAgent:
      values.FALABELLA_USER_AGENT === 'five'
        ? ({ form: 'five', businessUnit: values.FALABELLA_BUSINESS_UNIT } as const)
        : ({ form: 'three' } as const),
    pushIntervalMs: values.FALABELLA_PUSH_INTERVAL_MS,
    ordersVersion: values.FALABELLA_ORDERS_VERSION,
    orderName: values.FALABELLA_ORDER_NAME,
    ordersOverlapMs: values.FALABELLA_ORDERS_OVERLAP_MINUTES * 60_000,
    warehouseIds: values.FALABELLA_WAREHOUSE_IDS,
    feeds: {
      burst: values.FALABELLA_FEED_BURST,
      intervalMs: feedIntervalMs,
      renews: values.FALABELLA_FEED_RENEWS,
      urgentAt: values.FALABELLA_URGENT_AT,
    },
  };
}

/** The default Odoo database, or null where no credential of it is given. */
export function odooSettings(values: Values, given: Given, problems: ConfigProblem[]): OdooSettings | null {
  if (!given.has('ODOO_PASSWORD') && !given.has('ODOO_API_KEY')) {
    if (given.has('ODOO_WEBHOOK_SECRET')) {
      problems.push({
        variable: 'ODOO_API_KEY',
        problem:
          'must be given with ODOO_WEBHOOK_SECRET (or ODOO_USERNAME and ODOO_PASSWORD): a webhook is only a hint to read Odoo',
      });
    }
    return null;
  }
  if (!given.has('ODOO_URL'))
    problems.push({
      variable: 'ODOO_URL',
      problem: 'must be given with the credentials of Odoo, such as https://odoo.example.com',
    });
  if (!given.has('ODOO_DB'))
    problems.push({
      variable: 'ODOO_DB',
      problem: 'must be given with the credentials of Odoo: the name of its database',
    });
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

/** In the sandbox two minutes last two seconds. */
const SANDBOX_FEED_INTERVAL_MS = 2_000;

/** The accounts of the sandbox. Its program knows the same values; it holds nothing real. */
export function sandboxAccounts(
  sandboxUrl: string,
  values: Values,
  given: Given,
): { falabella: FalabellaSettings; odoo: OdooSettings; tiendanube: TiendanubeSettings } {
  const base = sandboxUrl.replace(/\/+$/, '');
  return {
    falabella: {
      apiUrl: `${base}/falabella/`,
      userId: 'sandbox@example.com',
      apiKey: 'sandbox-falabella-key',
      webhookSecret: 'your_webhook_secret',
      webhookToken: 'sandbox-falabella-webhooks',
      sellerId: 'SANDBOX',
      ...falabellaManner(
        values,
        given.has('FALABELLA_FEED_INTERVAL_MS') ? values.FALABELLA_FEED_INTERVAL_MS : SANDBOX_FEED_INTERVAL_MS,
      ),
    },
    tiendanube: sandboxTiendanube(base, values),
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
