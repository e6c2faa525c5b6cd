import { type SealingKey } from './sealing-key.js';
import { parseCredentialsKeys } from './credentials-keys.js';
import { parseMongoUri } from './mongo-uri.js';

/**
 * Every environment variable, once: what it means, its default, and how it is checked.
 * `.env.example` is checked against this list by a test.
 */
export interface Variable<T> {
  readonly doc: string;
  readonly fallback: T;
  /** Returns the value, or throws an `Error` whose message completes "NAME must be ...". The text never repeats the value. */
  readonly parse: (text: string) => T;
  /** Its value is never shown, and giving one means that a real account is meant. */
  readonly credential?: true;
}

const text = (doc: string, fallback = ''): Variable<string> => ({ doc, fallback, parse: (value) => value });
const credential = (doc: string): Variable<string> => ({ ...text(doc), credential: true });

function whole(doc: string, fallback: number, min: number, max: number): Variable<number> {
  return {
    doc,
    fallback,
    parse: (value) => {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < min || number > max) throw new Error(`a whole number from ${min} to ${max}`);
      return number;
    },
  };
}

function oneOf<const T extends string>(doc: string, fallback: T, values: readonly T[]): Variable<T> {
  return {
    doc,
    fallback,
    parse: (value) => {
      const found = values.find((v) => v === value);
      if (!found) throw new Error(`one of ${values.join(', ')}`);
      return found;
    },
  };
}

function url(doc: string, fallback: string, protocols: readonly string[]): Variable<string> {
  return {
    doc,
    fallback,
    parse: (value) => {
      if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
        throw new Error(`a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
      return value;
    },
  };
}

const webhookToken: Variable<string> = {
  doc: 'What stands at the end of the address that Falabella sends its own webhooks to, /falabella/webhook/...: they carry no signature. 24 or more letters, digits, - and _',
  fallback: '',
  credential: true,
  parse: (value) => {
    if (!/^[A-Za-z0-9_-]{24,128}$/.test(value))
      throw new Error('24 to 128 letters, digits, - and _, best made at random');
    return value;
  },
};

const credentialsKeys: Variable<readonly SealingKey[]> = {
  doc: 'What seals the credentials of connections in the database: id:key, the key 32 bytes in base64 (`openssl rand -base64 32`). To change it put the new one in front, start once, then remove the old one',
  fallback: [],
  credential: true,
  parse: parseCredentialsKeys,
};

const mongoUri: Variable<string> = {
  doc: 'MongoDB 7+ (or a compatible server). Writes are durable: w, journal and readPreference may not weaken that',
  fallback: 'mongodb://localhost:27017/stock_orchestrator',
  parse: (value) => {
    const option = parseMongoUri(value).option;
    if ((option('w') ?? 'majority') !== 'majority')
      throw new Error('a URI without a w option, or with w=majority: anything less loses acknowledged stock movements');
    if ((option('journal') ?? option('j')) === 'false')
      throw new Error('a URI without journal=false: acknowledged writes must be durable');
    if ((option('readpreference') ?? 'primary') !== 'primary')
      throw new Error('a URI without a readPreference, or with readPreference=primary: decisions need current data');
    return value;
  },
};

const storefronts: Variable<readonly string[]> = {
  doc: 'Orders sold there count elsewhere and move nothing here: any of store, meli (Mercado Libre), pos, api and form, separated by commas. Empty: all of them count',
  fallback: [],
  parse: (value) => {
    const words = value.split(',').map((word) => word.trim().toLowerCase());
    if (!words.every((word) => ['store', 'meli', 'pos', 'api', 'form'].includes(word)))
      throw new Error('a list of store, meli, pos, api and form, separated by commas');
    return words;
  },
};

const authHeader: Variable<string> = {
  doc: "Name and scheme of the header that carries the token: Tiendanube's pages show Authentication: bearer and Authorization: Bearer",
  fallback: 'Authentication: bearer',
  parse: (value) => {
    if (!/^[A-Za-z-]{1,40}:\s*[A-Za-z]{1,20}$/.test(value))
      throw new Error('a header name, a colon and a scheme, as in Authentication: bearer');
    return value;
  },
};

const storeId: Variable<string> = {
  doc: 'Number of the store that the access token is of',
  fallback: '',
  parse: (value) => {
    if (!/^\d{1,20}$/.test(value)) throw new Error('the number of a store, such as 1234567');
    return value;
  },
};

export const VARIABLES = {
  NODE_ENV: oneOf(
    'development, test or production. Production refuses sample secrets, the sandbox and databases that `npm start` brought up',
    'development',
    ['development', 'test', 'production'],
  ),
  PORT: whole('Port of the HTTP API; 0 takes any free one', 3000, 0, 65_535),
  HOST: text(
    'Address to listen on; empty: this machine alone while the API is open to everybody (no API_KEYS), else every address',
  ),
  API_KEYS: credential(
    'Keys for the HTTP API: name:key or name:key:read, separated by commas; a key has 16 characters or more. None: open, which production refuses',
  ),
  PUBLISHING: oneOf(
    'The most that any connection may do here: live (what a person decided for each; a new one begins in shadow), stopped (channels show 0, sales are still counted) or shadow (nothing is written outside, whatever was decided)',
    'live',
    ['shadow', 'live', 'stopped'],
  ),
  CREDENTIALS_KEYS: credentialsKeys,
  MONGODB_URI: mongoUri,
  REDIS_URL: url('Redis, as redis://[:password@]host:port/db; wins over REDIS_HOST and REDIS_PORT', '', [
    'redis:',
    'rediss:',
  ]),
  REDIS_HOST: text('Host of Redis', 'localhost'),
  REDIS_PORT: whole('Port of Redis', 6379, 1, 65_535),
  FALABELLA_API_URL: url('Falabella Seller Center API', 'https://sellercenter-api.falabella.com/', ['http:', 'https:']),
  FALABELLA_USER_ID: text('E-mail address of the Seller Center user that the API key belongs to'),
  FALABELLA_API_KEY: credential('API key of that user; requests are signed with it'),
  FALABELLA_WEBHOOK_SECRET: credential(
    'What webhooks to /falabella/webhook/... carry in x-falabella-signature: the secret itself, or sha256= and the hex HMAC of the body made with it',
  ),
  FALABELLA_WEBHOOK_TOKEN: webhookToken,
  FALABELLA_SELLER_ID: text('Seller id for the User-Agent that Falabella asks for', 'SELLER'),
  FALABELLA_USER_AGENT: oneOf(
    'Form of the User-Agent: three parts (SELLER_ID/Node/version), or five (the same, PROPIA and FALABELLA_BUSINESS_UNIT) as newer documentation shows',
    'three',
    ['three', 'five'],
  ),
  FALABELLA_BUSINESS_UNIT: oneOf<'' | 'FACL' | 'FAPE' | 'FACO'>(
    'Business unit in a User-Agent of five parts: FACL (Chile), FAPE (Peru) or FACO (Colombia)',
    '',
    ['FACL', 'FAPE', 'FACO'],
  ),
  FALABELLA_ORDERS_VERSION: oneOf(
    'Version of the calls that read orders: 2.0 names the warehouse an order is sold from and lists by the time of the order; 1.0 lists by the time of its items',
    '2.0',
    ['2.0', '1.0'],
  ),
  FALABELLA_ORDER_NAME: oneOf(
    'By which of its two ids an order of Falabella is known here: number (the shopper sees it, and the documented webhook carries it) or id (given by Seller Center). Not to be changed once there are orders',
    'number',
    ['number', 'id'],
  ),
  FALABELLA_ORDERS_OVERLAP_MINUTES: whole(
    'How far each look for changed orders reaches back before the one before, in minutes. Falabella does not say in which zone it reads times: 360 covers its three countries',
    360,
    0,
    10_080,
  ),
  FALABELLA_WAREHOUSE_IDS: oneOf(
    'By which of its two ids a warehouse of the account is named here: facility (given by Falabella, every warehouse has one) or seller (given by you)',
    'facility',
    ['facility', 'seller'],
  ),
  FALABELLA_FEED_BURST: whole('How many stock pushes Falabella takes without a wait between them', 50, 0, 10_000),
  FALABELLA_FEED_INTERVAL_MS: whole(
    'Shortest time between two stock pushes once those are spent, in milliseconds; 0: Falabella does not count stock pushes',
    120_000,
    0,
    3_600_000,
  ),
  FALABELLA_FEED_RENEWS: oneOf(
    'How the pushes without a wait come back, which Falabella does not say: daily (a day after they were spent) or steadily (one per interval)',
    'daily',
    ['daily', 'steadily'],
  ),
  FALABELLA_URGENT_AT: whole(
    'A SKU that falls to this many units or fewer is told at once while pushes without a wait are left; everything else keeps the interval',
    5,
    0,
    1_000_000,
  ),
  FALABELLA_PUSH_INTERVAL_MS: whole(
    'Shortest time between two stock pushes, in milliseconds; sales within it travel together',
    250,
    0,
    3_600_000,
  ),
  FALABELLA_RESERVE_AT: oneOf(
    'When an order takes its units out of what is available: as soon as it is created, or when it is paid',
    'created',
    ['created', 'paid'],
  ),
  FALABELLA_DELIVER_AT: oneOf('From which status on an order is delivered in Odoo', 'confirmed', [
    'confirmed',
    'paid',
    'ready_to_ship',
    'shipped',
  ]),
  FALABELLA_DELIVER_UNPAID: oneOf(
    'Whether an order is delivered although it is said not to be paid, such as cash on delivery',
    'no',
    ['no', 'yes'],
  ),
  FALABELLA_RESERVATION_HOURS: whole(
    'After how many hours an order that may not be delivered yet loses its reservation; 0: never',
    0,
    0,
    8_760,
  ),
  FALABELLA_PUSHES: oneOf(
    'What Falabella is told: available (less what is promised to anybody) or on_hand, for an account in which Falabella takes its own open orders off by itself',
    'available',
    ['available', 'on_hand'],
  ),
  TIENDANUBE_API_URL: url('Tiendanube API, without version and store', 'https://api.tiendanube.com', [
    'http:',
    'https:',
  ]),
  TIENDANUBE_AUTH_URL: url(
    'Where merchants consent to the app, and where the app gets its tokens',
    'https://www.tiendanube.com',
    ['http:', 'https:'],
  ),
  TIENDANUBE_CLIENT_ID: text('Id of your app, from the partner panel'),
  TIENDANUBE_CLIENT_SECRET: credential('Secret of your app; Tiendanube signs its webhooks with it'),
  TIENDANUBE_AUTH_HEADER: authHeader,
  TIENDANUBE_STORE_ID: storeId,
  TIENDANUBE_ACCESS_TOKEN: credential(
    'Access token of that store, where it was not connected through the page of this service',
  ),
  TIENDANUBE_CONTACT: text(
    'E-mail address or web page of whoever runs the app: Tiendanube refuses calls without one. Empty: PUBLIC_URL',
  ),
  TIENDANUBE_IGNORED_STOREFRONTS: storefronts,
  TIENDANUBE_ORDERS_OVERLAP_MINUTES: whole(
    'How far each look for changed orders reaches back before the one before, in minutes: more than the clocks may be apart',
    5,
    0,
    10_080,
  ),
  TIENDANUBE_PUSH_INTERVAL_MS: whole(
    'Shortest time between two stock pushes, in milliseconds; sales within it travel together',
    250,
    0,
    3_600_000,
  ),
  TIENDANUBE_RESERVE_AT: oneOf(
    'When an order takes its units out of what is available: as soon as it is created, or when it is paid',
    'created',
    ['created', 'paid'],
  ),
  TIENDANUBE_DELIVER_AT: oneOf('From which status on an order is delivered in Odoo', 'paid', [
    'paid',
    'ready_to_ship',
    'shipped',
  ]),
  TIENDANUBE_DELIVER_UNPAID: oneOf(
    'Whether an order is delivered although it is said not to be paid, such as cash on delivery',
    'no',
    ['no', 'yes'],
  ),
  TIENDANUBE_RESERVATION_HOURS: whole(
    'After how many hours an order that may not be delivered yet loses its reservation; 0: never',
    0,
    0,
    8_760,
  ),
  PUBLIC_URL: url(
    'Where this service is reached from outside, such as https://stock.example.com. Without it no webhook comes from Tiendanube: orders are only asked for every ORDER_POLL_INTERVAL_MS',
    '',
    ['https:', 'http:'],
  ),
  ODOO_URL: url('Address of Odoo', '', ['http:', 'https:']),
  ODOO_DB: text('Name of the Odoo database'),
  ODOO_USERNAME: text('Odoo user, where there is no API key'),
  ODOO_PASSWORD: credential('Password of that user'),
  ODOO_API_KEY: credential('API key of an Odoo 19+ user; used in place of user and password'),
  ODOO_WEBHOOK_SECRET: credential(
    'What webhooks to /odoo/webhook/stock-change carry, as ?token= or in x-odoo-webhook-secret',
  ),
  ODOO_WAREHOUSE: text('Code of the Odoo warehouse that sales leave from; empty: the first one'),
  ODOO_TIMEOUT_MS: whole(
    'How long one call to Odoo may take, in milliseconds. Odoo retries conflicts by itself for up to 30 s',
    60_000,
    1_000,
    600_000,
  ),
  ALERT_WEBHOOK_URL: {
    ...url(
      'Where alerts are posted as they open: an incoming webhook of Slack, or whatever takes JSON with a `text`. The address is a secret. None: alerts are only kept',
      '',
      ['https:', 'http:'],
    ),
    credential: true,
  },
  ALERT_WEBHOOK_CLOSINGS: oneOf('yes: a short line is posted, too, when an alert closes', 'no', ['no', 'yes']),
  BRAKE_PERCENT: whole(
    'What would set to 0, or change by more than half, more than this share of the listings of a channel, or of the SKUs that an ERP decides, waits for a person; in per cent, 100: never',
    20,
    1,
    100,
  ),
  BRAKE_LEAST: whole('And only what would change so many of them', 20, 1, 1_000_000),
  LOG_TTL_DAYS: whole('Days that logs are kept', 30, 1, 3_650),
  SANDBOX_URL: url('Set by `npm start`: where the sandbox answers', '', ['http:']),
  OBSERVE_ALL_INTERVAL_MS: whole(
    'How often every SKU is read from Odoo, in milliseconds: what a lost webhook would have told is then known',
    900_000,
    10_000,
    86_400_000,
  ),
  RECONCILE_INTERVAL_HOURS: whole(
    'How often everything is compared again, every SKU with its ERP and every listing with its channel, in hours; 0: only when somebody asks',
    24,
    0,
    8_760,
  ),
  RECONCILE_BATCH_SIZE: whole(
    'How many SKUs are compared at a time: a sale waits behind no more than one such batch',
    100,
    1,
    200,
  ),
  RECONCILE_PACE_MS: whole('Pause between two batches, in milliseconds', 250, 0, 60_000),
  RECONCILE_PATIENCE_MS: whole(
    'How long each batch gives way to sales that wait for longer than a second, in milliseconds; then it goes on all the same, so that a rush does not keep it for ever',
    1_000,
    0,
    600_000,
  ),
  RECONCILE_SECOND_LOOK_MS: whole(
    'After which time a listing is looked at once more that shows another number than it was told, in milliseconds: a sale may have been on its way',
    10_000,
    0,
    600_000,
  ),
  ORDER_POLL_INTERVAL_MS: whole(
    'How often each channel is asked which orders changed, in milliseconds: what a lost webhook would have told is then known',
    120_000,
    200,
    86_400_000,
  ),
  SWEEP_INTERVAL_MS: whole('How often overdue work is looked for, in milliseconds', 2_000, 50, 600_000),
  LEASE_TTL_MS: whole(
    'How long the work of a process that died is left alone before another one takes it over, in milliseconds',
    10_000,
    500,
    600_000,
  ),
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof VARIABLES;
export type Values = {
  readonly [Name in VariableName]: (typeof VARIABLES)[Name] extends Variable<infer T> ? T : never;
};
