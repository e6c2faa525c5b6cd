import { ROLES } from './role.js';
import { parseCredentialsKeys } from './credentials-keys.js';
import { parseMongoUri } from './mongo-uri.js';
import { parseHosts, type HostList } from './private-hosts.js';
import { RETENTION } from './retention.js';
import { type SealingKey } from './sealing-key.js';
import { parseTrustedProxies } from './trusted-proxies.js';
import { oneOf, sampled, secret, text, url, whole, type Setting, type ValuesOf } from './setting.js';

/**
 * The environment variables of the core by topic; those of connections come from the manifests of their connectors.
 * `npm run env-example` writes all of them into `.env.example`.
 */
const PROCESS = {
  NODE_ENV: oneOf(
    'development, test or production. Production refuses sample secrets, weak ones (fewer than 8 characters, 16 where it proves who calls this service), addresses without TLS, the sandbox and databases that `npm start` brought up',
    'development',
    ['development', 'test', 'production'],
  ),
  ROLE: oneOf(
    'all: this process takes requests and does the work. api: it takes requests alone. worker: it does the work alone, and answers only under /health. Run at least one worker beside api processes',
    'all',
    ROLES,
  ),
  PORT: whole('Port of the HTTP API; 0 takes any free one', 3000, 0, 65_535),
  HOST: text(
    'Address to listen on; empty: this machine alone while the API is open to everybody (no API_KEYS), else every address',
  ),
  PUBLIC_URL: sampled(
    url(
      'Where this service is reached from outside, such as https://stock.example.com. Without it platforms that are given an address send no webhooks: their orders are only polled every ORDER_POLL_INTERVAL_MS',
      '',
      ['https:', 'http:'],
    ),
  ),
  API_KEYS: secret(
    'Keys for the HTTP API: name:key or name:key:read, separated by commas; a key has 16 characters or more. None: open, which production refuses',
  ),
  PUBLISHING: oneOf(
    'The most that any connection may do here: live (what a person decided for each; a new one begins in shadow), stopped (channels show 0, sales are still counted) or shadow (nothing is written outside, whatever was decided)',
    'live',
    ['shadow', 'live', 'stopped'],
  ),
  CREDENTIALS_KEYS: credentialsKeys(),
  ALLOWED_PRIVATE_HOSTS: allowedPrivateHosts(),
  TRUSTED_PROXIES: trustedProxies(),
  SANDBOX_URL: url('Set by `npm start`: where the sandbox answers', '', ['http:']),
};

const STORES = {
  MONGODB_URI: mongoUri(),
  REDIS_URL: url('Redis, as redis://[:password@]host:port/db; wins over REDIS_HOST and REDIS_PORT', '', [
    'redis:',
    'rediss:',
  ]),
  REDIS_HOST: text('Host of Redis', 'localhost'),
  REDIS_PORT: whole('Port of Redis', 6379, 1, 65_535),
  INTAKE_LIMIT_MS: whole(
    'How long a webhook waits for the database, in milliseconds; then it is answered with 503 and its platform sends it again. Platforms wait one to three seconds',
    900,
    50,
    60_000,
  ),
};

const ALERTS = {
  ALERT_WEBHOOK_URL: {
    ...url(
      'Where alerts are posted as they open: an incoming webhook of Slack, or any address that takes JSON with a `text`. The address is a secret. None: alerts are only kept',
      '',
      ['https:', 'http:'],
    ),
    secret: { sentTo: [] },
    sample: true,
  },
  ALERT_WEBHOOK_CLOSINGS: oneOf('yes: a short line is posted, too, when an alert closes', 'no', ['no', 'yes']),
} as const;

const BRAKE = {
  BRAKE_PERCENT: whole(
    'A batch waits for a person when it would set to 0, or change by more than half, more than this share of the listings of a channel, or of the SKUs that an ERP decides; in per cent, 100: never',
    20,
    1,
    100,
  ),
  BRAKE_LEAST: whole('The brake holds only batches that would change so many of them', 20, 1, 1_000_000),
};

const READING = {
  UNUSABLE_STOCK: oneOf(
    'What channels show of a SKU whose number in the ERP cannot be used for more than a minute (its reference was erased, or several products have it): zero, or keep (the last number)',
    'zero',
    ['zero', 'keep'],
  ),
  OBSERVE_ALL_INTERVAL_MS: whole(
    'How often every SKU is read from the ERP, in milliseconds: this finds what a lost webhook would have reported',
    900_000,
    10_000,
    86_400_000,
  ),
  ORDER_POLL_INTERVAL_MS: whole(
    'How often changed orders are read from each channel, in milliseconds: this finds what a lost webhook would have reported',
    120_000,
    200,
    86_400_000,
  ),
};

const RECONCILE = {
  RECONCILE_INTERVAL_HOURS: whole(
    'How often everything is compared again, every SKU with its ERP and every listing with its channel, in hours; 0: only on request',
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
    'How long each batch yields to sales that wait for longer than a second, in milliseconds; then it goes on, so that overload does not stop it for ever',
    1_000,
    0,
    600_000,
  ),
  RECONCILE_SECOND_LOOK_MS: whole(
    'After which time a listing that shows another number than the published one is read again, in milliseconds: a sale may have been on its way',
    10_000,
    0,
    600_000,
  ),
};

const WORK = {
  GATHER_MS: whole(
    'How long work gathers that comes right after other work of its kind, in milliseconds, so that it shares commands; the first never waits',
    25,
    0,
    250,
  ),
  SWEEP_INTERVAL_MS: whole('How often the sweeper looks for overdue work, in milliseconds', 2_000, 50, 600_000),
  LEASE_TTL_MS: whole(
    'How long the work of a process that died stays leased before another one takes it over, in milliseconds',
    10_000,
    500,
    600_000,
  ),
};

/** The core variables as `.env.example` shows them: those of the connectors stand after the first two topics. */
export const TOPICS = {
  'The process': PROCESS,
  'Database and queues': STORES,
  Alerts: ALERTS,
  'The brake': BRAKE,
  'How long things are kept': RETENTION,
  'Reading from platforms': READING,
  'Comparing everything': RECONCILE,
  'Background work': WORK,
};

export const VARIABLES = {
  ...PROCESS,
  ...STORES,
  ...ALERTS,
  ...BRAKE,
  ...RETENTION,
  ...READING,
  ...RECONCILE,
  ...WORK,
};

export type Values = ValuesOf<typeof VARIABLES>;

function credentialsKeys(): Setting<readonly SealingKey[]> {
  return {
    doc: 'The keys that seal the credentials of connections in the database: id:key, the key 32 bytes in base64 (`openssl rand -base64 32`). To change it put the new one in front, start once, then remove the old one',
    fallback: [],
    secret: { sentTo: [] },
    sample: true,
    parse: parseCredentialsKeys,
  };
}

function allowedPrivateHosts(): Setting<HostList> {
  return {
    doc: 'Hosts that production may call without TLS, and that connections in the database may have in a private network, such as erp.internal:8069,10.0.0.5. Outside production any may be called',
    fallback: new Set(),
    sample: '',
    parse: parseHosts,
  };
}

function trustedProxies(): Setting<readonly string[]> {
  return {
    doc: 'Addresses or networks of the proxies in front, such as 10.0.0.2,10.1.0.0/16: their X-Forwarded-For says where a request comes from. Empty: nobody is believed, and all requests through a proxy come from the proxy',
    fallback: [],
    sample: '',
    parse: parseTrustedProxies,
  };
}

function mongoUri(): Setting<string> {
  return {
    doc: 'MongoDB 7+ (or a compatible server). Writes are durable: w, journal and readPreference may not weaken that',
    fallback: 'mongodb://localhost:27017/stock_orchestrator',
    parse: (value) => {
      const option = parseMongoUri(value).option;
      if ((option('w') ?? 'majority') !== 'majority')
        throw new Error(
          'a URI without a w option, or with w=majority: anything less loses acknowledged stock movements',
        );
      if ((option('journal') ?? option('j')) === 'false')
        throw new Error('a URI without journal=false: acknowledged writes must be durable');
      if ((option('readpreference') ?? 'primary') !== 'primary')
        throw new Error('a URI without a readPreference, or with readPreference=primary: decisions need current data');
      return value;
    },
  };
}
