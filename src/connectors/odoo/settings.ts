import { withoutTrailingSlashes } from '../../config/trailing-slashes.js';
import { type ConnectionSettings } from '../../config/connection-kind.js';
import { address, sampled, secret, text, whole } from '../../config/setting.js';

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

const FIELDS = {
  url: sampled(address('Address of Odoo')),
  db: sampled(text('Name of the Odoo database')),
  username: sampled(text('Odoo user, where there is no API key')),
  password: secret('Password of that user', ['url']),
  apiKey: secret('API key of an Odoo 19+ user; used in place of user and password', ['url']),
  webhookSecret: sampled(
    secret('What webhooks to /odoo/webhook/stock-change carry, as ?token= or in x-odoo-webhook-secret'),
    'your_webhook_secret',
  ),
  warehouse: text('Code of the Odoo warehouse that sales leave from; empty: the first one'),
  timeoutMs: whole(
    'How long one call to Odoo may take, in milliseconds. Odoo retries conflicts by itself for up to 30 s',
    60_000,
    1_000,
    600_000,
  ),
};

export const ODOO_SETTINGS: ConnectionSettings<typeof FIELDS> = {
  fields: FIELDS,

  read({ values, given, problem }) {
    if (!given.has('password') && !given.has('apiKey')) {
      if (given.has('webhookSecret'))
        problem(
          'apiKey',
          'must be given with {webhookSecret} (or {username} and {password}): a webhook is only a hint to read Odoo',
        );
      return null;
    }
    if (!given.has('url'))
      problem('url', 'must be given with the credentials of Odoo, such as https://odoo.example.com');
    if (!given.has('db')) problem('db', 'must be given with the credentials of Odoo: the name of its database');
    if (!given.has('apiKey') && !given.has('username'))
      problem('username', 'must be given with {password} (or use {apiKey})');
    const settings: OdooSettings = {
      url: withoutTrailingSlashes(values.url),
      db: values.db,
      username: values.username || null,
      password: values.password || null,
      apiKey: values.apiKey || null,
      webhookSecret: values.webhookSecret || null,
      warehouse: values.warehouse || null,
      timeoutMs: values.timeoutMs,
    };
    return { settings, selling: null, warehouse: settings.warehouse };
  },

  sandbox: {
    every: (base) => ({ url: `${base}/odoo`, db: 'sandbox' }),
    first: { username: '', apiKey: 'sandbox-odoo-key', webhookSecret: 'your_webhook_secret', warehouse: '' },
  },
};
