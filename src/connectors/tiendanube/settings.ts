import { withoutTrailingSlashes } from '../../config/trailing-slashes.js';
import { type ConnectionSettings, type GivenSettings } from '../../config/connection-kind.js';
import {
  address,
  matching,
  sampled,
  secret,
  shared,
  text,
  whole,
  type Setting,
  type ValuesOf,
} from '../../config/setting.js';
import { sellingRules, sellingSettings } from '../selling-settings.js';

/** How to reach one store of Tiendanube. */
export interface TiendanubeSettings {
  /** Without the version and the store, which follow it in every address. */
  readonly apiUrl: string;
  /** Where merchants consent, and where codes are exchanged for tokens. */
  readonly authUrl: string;
  /** Of the app; null: it is not given, and the app cannot be installed. */
  readonly clientId: string | null;
  /** Of the app, one for all stores: it signs webhooks. Null: every webhook is refused. */
  readonly clientSecret: string | null;
  /** Name and scheme of the header that carries the token: `Authentication: bearer`. */
  readonly authHeader: string;
  readonly storeId: string;
  /** Null: the app is not installed, or no longer. */
  readonly accessToken: string | null;
  /** A name and, in parentheses, a contact of the operator of the app: without it every call is refused. */
  readonly userAgent: string;
  /** Where Tiendanube reaches this installation; null: it sends no webhooks, and orders are only polled. */
  readonly publicUrl: string | null;
  /** The shortest time between two stock pushes. */
  readonly pushIntervalMs: number;
  /** How far each poll for changed orders reaches back before the previous one. */
  readonly ordersOverlapMs: number;
  /** Orders sold there count elsewhere. */
  readonly ignoredStorefronts: readonly string[];
}

/** What is known of the app alone, before any store has consented to it. */
export type TiendanubeAppSettings = Pick<
  TiendanubeSettings,
  'authUrl' | 'clientId' | 'clientSecret' | 'userAgent' | 'publicUrl'
>;

const STOREFRONTS = ['store', 'meli', 'pos', 'api', 'form'];

const storefronts: Setting<readonly string[]> = {
  doc: 'Orders sold there count elsewhere and move nothing here: any of store, meli (Mercado Libre), pos, api and form, separated by commas. Empty: all of them count',
  fallback: [],
  parse: (value) => {
    const words = value.split(',').map((word) => word.trim().toLowerCase());
    if (!words.every((word) => STOREFRONTS.includes(word)))
      throw new Error('a list of store, meli, pos, api and form, separated by commas');
    return words;
  },
};

const FIELDS = {
  apiUrl: shared(address('Tiendanube API, without version and store', 'https://api.tiendanube.com')),
  authUrl: shared(
    address('Where merchants consent to the app, and where the app gets its tokens', 'https://www.tiendanube.com'),
  ),
  clientId: shared(sampled(text('Id of your app, from the partner panel'))),
  clientSecret: shared(secret('Secret of your app; Tiendanube signs its webhooks with it', ['authUrl'])),
  authHeader: shared(
    matching(
      "Name and scheme of the header that carries the token: Tiendanube's pages show Authentication: bearer and Authorization: Bearer",
      /^[A-Za-z-]{1,40}:\s*[A-Za-z]{1,20}$/,
      'a header name, a colon and a scheme, as in Authentication: bearer',
      'Authentication: bearer',
    ),
  ),
  storeId: sampled(
    matching('Number of the store that the access token is of', /^\d{1,20}$/, 'the number of a store, such as 1234567'),
  ),
  accessToken: secret('Access token of that store, where it was not connected through the page of this service', [
    'apiUrl',
  ]),
  contact: shared(
    sampled(
      text(
        'E-mail address or web page of the operator of the app: Tiendanube refuses calls without one. Empty: PUBLIC_URL',
      ),
    ),
  ),
  ignoredStorefronts: storefronts,
  ordersOverlapMinutes: whole(
    'How far each poll for changed orders reaches back before the previous one, in minutes: more than the clocks may be apart',
    5,
    0,
    10_080,
  ),
  pushIntervalMs: whole(
    'Shortest time between two stock pushes, in milliseconds; sales within it travel together',
    250,
    0,
    3_600_000,
  ),
  ...sellingSettings(['paid', 'ready_to_ship', 'shipped']),
};

type Fields = typeof FIELDS;

export const TIENDANUBE_SETTINGS: ConnectionSettings<Fields> = {
  fields: FIELDS,

  read(all) {
    const { values, given, publicUrl, problem } = all;
    if (given.has('storeId') && !given.has('accessToken'))
      problem('accessToken', 'must be given with {storeId}: what the store gave when the app was installed');
    if (!given.has('accessToken')) return null;
    if (!given.has('storeId'))
      problem('storeId', 'must be given with {accessToken}: the number of the store that the token is of');
    if (!given.has('contact') && publicUrl === '')
      problem('contact', 'must be given (or PUBLIC_URL): Tiendanube refuses calls that do not say who calls');
    // The shown number is the one pushed: Tiendanube subtracts only what it sells from then on.
    return { settings: settingsOf(values, publicUrl), selling: sellingRules(values, 'available') };
  },

  // The sandbox has no store from the start: its owner connects one, as elsewhere.
  sandbox: {
    every: (base) => ({
      apiUrl: `${base}/tiendanube`,
      authUrl: `${base}/tiendanube`,
      clientId: '4321',
      clientSecret: 'your_tiendanube_client_secret',
      contact: 'sandbox@example.com',
    }),
  },

  app({ values, publicUrl: given }: GivenSettings<Fields>): TiendanubeAppSettings {
    const { authUrl, clientId, clientSecret, userAgent, publicUrl } = settingsOf(values, given);
    return { authUrl, clientId, clientSecret, userAgent, publicUrl };
  },
};

function settingsOf(values: ValuesOf<Fields>, publicUrl: string): TiendanubeSettings {
  return {
    apiUrl: withoutTrailingSlashes(values.apiUrl),
    authUrl: withoutTrailingSlashes(values.authUrl),
    clientId: values.clientId || null,
    clientSecret: values.clientSecret || null,
    authHeader: values.authHeader,
    storeId: values.storeId,
    accessToken: values.accessToken || null,
    userAgent: `stock-orchestrator (${values.contact || publicUrl})`,
    publicUrl: withoutTrailingSlashes(publicUrl) || null,
    pushIntervalMs: values.pushIntervalMs,
    ordersOverlapMs: values.ordersOverlapMinutes * 60_000,
    ignoredStorefronts: values.ignoredStorefronts,
  };
}
