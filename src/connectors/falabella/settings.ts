import { type ConnectionSettings, type GivenSettings } from '../../config/connection-kind.js';
import { address, matching, oneOf, sampled, secret, text, whole, type ValuesOf } from '../../config/setting.js';
import { sellingRules, sellingSettings } from '../selling-settings.js';

/** How to reach one Seller Center account. */
export interface FalabellaSettings {
  readonly apiUrl: string;
  /** Null with `apiKey`: the connection receives webhooks and pushes nothing. */
  readonly userId: string | null;
  readonly apiKey: string | null;
  /** Null: every webhook that must be signed is refused. */
  readonly webhookSecret: string | null;
  /** The last part of the address for Falabella's own webhooks, which are not signed. Null: there is no such address. */
  readonly webhookToken: string | null;
  readonly sellerId: string;
  readonly userAgent: FalabellaUserAgent;
  /** The shortest time between two stock pushes. */
  readonly pushIntervalMs: number;
  /** Version of GetOrders and GetOrder. */
  readonly ordersVersion: '1.0' | '2.0';
  /** Which of its two ids names an order here. */
  readonly orderName: 'number' | 'id';
  /** How far each poll for changed orders reaches back before the previous one. */
  readonly ordersOverlapMs: number;
  /** Which of its two ids names a warehouse. */
  readonly warehouseIds: 'facility' | 'seller';
  readonly feeds: FalabellaFeedLimit;
}

/** Three parts are the documented form; five are what newer pages show. */
export type FalabellaUserAgent = { readonly form: 'three' } | { readonly form: 'five'; readonly businessUnit: string };

/** How many stock pushes the account takes, and which of them may not wait. */
export interface FalabellaFeedLimit {
  /** So many pushes need no wait between them. */
  readonly burst: number;
  /** After the burst, one push per this time; 0: pushes are not counted. */
  readonly intervalMs: number;
  /** How the burst comes back: a day after it began, or one push per interval. */
  readonly renews: 'daily' | 'steadily';
  /** A SKU that falls to this many units or fewer is published out of the burst. */
  readonly urgentAt: number;
}

/** Once documented, never a host of this API. */
const WRONG_HOST = 'api.falabella.com';
const API_URL = 'https://sellercenter-api.falabella.com/';
/** In the sandbox two minutes last two seconds. */
const SANDBOX_FEED_INTERVAL_MS = 2_000;

const FIELDS = {
  apiUrl: address('Falabella Seller Center API', API_URL),
  userId: sampled(text('E-mail address of the Seller Center user that the API key belongs to')),
  apiKey: secret('API key of that user; requests are signed with it', ['apiUrl']),
  webhookSecret: sampled(
    secret(
      'What webhooks to /falabella/webhook/... carry in x-falabella-signature: the secret itself, or sha256= and the hex HMAC of the body made with it',
    ),
    'your_webhook_secret',
  ),
  webhookToken: {
    ...matching(
      'The last part of the address that receives webhooks of Falabella itself, /falabella/webhook/...: they carry no signature. 24 or more letters, digits, - and _',
      /^[A-Za-z0-9_-]{24,128}$/,
      '24 to 128 letters, digits, - and _, best made at random',
    ),
    // Falabella learns it as part of an address.
    secret: { sentTo: ['apiUrl'] },
    sample: 'your_webhook_token',
  },
  sellerId: text('Seller id for the User-Agent that Falabella asks for', 'SELLER'),
  userAgent: oneOf(
    'Form of the User-Agent: three parts (SELLER_ID/Node/version), or five (the same, PROPIA and {businessUnit}) as newer documentation shows',
    'three',
    ['three', 'five'],
  ),
  businessUnit: oneOf<'' | 'FACL' | 'FAPE' | 'FACO'>(
    'Business unit in a User-Agent of five parts: FACL (Chile), FAPE (Peru) or FACO (Colombia)',
    '',
    ['FACL', 'FAPE', 'FACO'],
  ),
  ordersVersion: oneOf(
    'Version of the calls that read orders: 2.0 names the warehouse an order is sold from and lists by the time of the order; 1.0 lists by the time of its items',
    '2.0',
    ['2.0', '1.0'],
  ),
  orderName: oneOf(
    'Which of its two ids names an order here: number (the shopper sees it, and the documented webhook carries it) or id (given by Seller Center). It must not change once there are orders',
    'number',
    ['number', 'id'],
  ),
  ordersOverlapMinutes: whole(
    'How far each poll for changed orders reaches back before the previous one, in minutes. Falabella does not document the time zone in which it reads times: 360 covers its three countries',
    360,
    0,
    10_080,
  ),
  warehouseIds: oneOf(
    'Which of its two ids names a warehouse of the account: facility (given by Falabella, every warehouse has one) or seller (given by you)',
    'facility',
    ['facility', 'seller'],
  ),
  feedBurst: whole('How many stock pushes Falabella takes without a wait between them', 50, 0, 10_000),
  feedIntervalMs: whole(
    'Shortest time between two stock pushes once those are spent, in milliseconds; 0: Falabella does not count stock pushes',
    120_000,
    0,
    3_600_000,
  ),
  feedRenews: oneOf(
    'How the pushes without a wait come back, which Falabella does not document: daily (a day after they were spent) or steadily (one per interval)',
    'daily',
    ['daily', 'steadily'],
  ),
  urgentAt: whole(
    'A SKU that falls to this many units or fewer is published at once while pushes without a wait are left; all others keep the interval',
    5,
    0,
    1_000_000,
  ),
  pushIntervalMs: whole(
    'Shortest time between two stock pushes, in milliseconds; sales within it travel together',
    250,
    0,
    3_600_000,
  ),
  ...sellingSettings(['confirmed', 'paid', 'ready_to_ship', 'shipped']),
  pushes: oneOf(
    'The number that Falabella receives: available (less what any order reserves) or on_hand, for an account in which Falabella subtracts its own open orders itself',
    'available',
    ['available', 'on_hand'],
  ),
};

export const FALABELLA_SETTINGS: ConnectionSettings<typeof FIELDS> = {
  fields: FIELDS,

  read(all) {
    const { values, given } = all;
    if (new URL(values.apiUrl).hostname === WRONG_HOST)
      all.problem('apiUrl', `must not be ${WRONG_HOST}: Seller Center answers at ${API_URL}`);
    if (!given.has('apiKey') && !given.has('webhookSecret') && !given.has('webhookToken')) return null;
    reportMissing(all);
    return { settings: settingsOf(values), selling: sellingRules(values, values.pushes) };
  },

  sandbox: {
    every: (base, given) => ({
      apiUrl: `${base}/falabella/`,
      ...(given.has('feedIntervalMs') ? {} : { feedIntervalMs: SANDBOX_FEED_INTERVAL_MS }),
    }),
    first: {
      userId: 'sandbox@example.com',
      apiKey: 'sandbox-falabella-key',
      webhookSecret: 'your_webhook_secret',
      webhookToken: 'sandbox-falabella-webhooks',
      sellerId: 'SANDBOX',
    },
  },
};

function reportMissing({ values, given, problem }: GivenSettings<typeof FIELDS>): void {
  if (given.has('webhookToken') && !given.has('apiKey'))
    problem(
      'apiKey',
      "must be given with {webhookToken}: Falabella's own webhooks are only a reason to read the order through the API",
    );
  if (values.userAgent === 'five' && values.businessUnit === '')
    problem('businessUnit', 'must be given with {userAgent}=five: FACL (Chile), FAPE (Peru) or FACO (Colombia)');
  if (given.has('apiKey') && !given.has('userId'))
    problem('userId', 'must be given with {apiKey}: the e-mail address of the Seller Center user it belongs to');
}

function settingsOf(values: ValuesOf<typeof FIELDS>): FalabellaSettings {
  return {
    apiUrl: values.apiUrl,
    userId: values.userId || null,
    apiKey: values.apiKey || null,
    webhookSecret: values.webhookSecret || null,
    webhookToken: values.webhookToken || null,
    sellerId: values.sellerId,
    userAgent: values.userAgent === 'five' ? { form: 'five', businessUnit: values.businessUnit } : { form: 'three' },
    pushIntervalMs: values.pushIntervalMs,
    ordersVersion: values.ordersVersion,
    orderName: values.orderName,
    ordersOverlapMs: values.ordersOverlapMinutes * 60_000,
    warehouseIds: values.warehouseIds,
    feeds: {
      burst: values.feedBurst,
      intervalMs: values.feedIntervalMs,
      renews: values.feedRenews,
      urgentAt: values.urgentAt,
    },
  };
}
