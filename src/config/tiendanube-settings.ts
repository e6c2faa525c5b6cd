import { type ConfigProblem } from './read-environment.js';
import { type Values, type VariableName } from './variables.js';

/** How to reach one store of Tiendanube. */
export interface TiendanubeSettings {
  /** Without the version and the store, which stand behind it in every address. */
  readonly apiUrl: string;
  /** Where merchants consent, and where codes are exchanged for tokens. */
  readonly authUrl: string;
  /** Of the app; null: it is not said, and nothing can be installed. */
  readonly clientId: string | null;
  /** Of the app, one for all stores: webhooks are signed with it. Null: every webhook is refused. */
  readonly clientSecret: string | null;
  /** Name and scheme of the header that carries the token: `Authentication: bearer`. */
  readonly authHeader: string;
  readonly storeId: string;
  /** Null: the app is not installed, or not any more. */
  readonly accessToken: string | null;
  /** A name and, in parentheses, how to reach whoever runs the app: without it every call is refused. */
  readonly userAgent: string;
  /** Where Tiendanube reaches this installation; null: it sends no webhooks, and orders are only asked for. */
  readonly publicUrl: string | null;
  /** Milliseconds between two stock pushes, at least. */
  readonly pushIntervalMs: number;
  /** How far a look for changed orders reaches back before the one before. */
  readonly ordersOverlapMs: number;
  /** Orders that were sold there are counted elsewhere. */
  readonly ignoredStorefronts: readonly string[];
}

/** The sandbox's app has a secret of the form of the sample values, which count as not given. */
export const SANDBOX_CLIENT_SECRET = 'your_tiendanube_client_secret';

type Given = ReadonlySet<VariableName>;

/** The credentials of a store and of its app. One of them is enough to keep the sandbox away. */
export const TIENDANUBE_CREDENTIALS = [
  'TIENDANUBE_CLIENT_SECRET',
  'TIENDANUBE_ACCESS_TOKEN',
] as const satisfies readonly VariableName[];

/** The default store, or null where no access token of one is given. */
export function tiendanubeSettings(values: Values, given: Given, problems: ConfigProblem[]): TiendanubeSettings | null {
  if (given.has('TIENDANUBE_STORE_ID') && !given.has('TIENDANUBE_ACCESS_TOKEN')) {
    problems.push({
      variable: 'TIENDANUBE_ACCESS_TOKEN',
      problem: 'must be given with TIENDANUBE_STORE_ID: what the store gave when the app was installed',
    });
  }
  if (!given.has('TIENDANUBE_ACCESS_TOKEN')) return null;
  if (!given.has('TIENDANUBE_STORE_ID')) {
    problems.push({
      variable: 'TIENDANUBE_STORE_ID',
      problem: 'must be given with TIENDANUBE_ACCESS_TOKEN: the number of the store that the token is of',
    });
  }
  if (!given.has('TIENDANUBE_CONTACT') && !given.has('PUBLIC_URL')) {
    problems.push({
      variable: 'TIENDANUBE_CONTACT',
      problem: 'must be given (or PUBLIC_URL): Tiendanube refuses calls that do not say who calls',
    });
  }
  return {
    clientId: values.TIENDANUBE_CLIENT_ID || null,
    clientSecret: values.TIENDANUBE_CLIENT_SECRET || null,
    storeId: values.TIENDANUBE_STORE_ID,
    accessToken: values.TIENDANUBE_ACCESS_TOKEN || null,
    ...tiendanubeManner(values),
  };
}

/** What of a store is the same for a real one and for the sandbox. */
function tiendanubeManner(values: Values) {
  return {
    apiUrl: values.TIENDANUBE_API_URL.replace(/\/+$/, ''),
    authUrl: values.TIENDANUBE_AUTH_URL.replace(/\/+$/, ''),
    authHeader: values.TIENDANUBE_AUTH_HEADER,
    userAgent: `stock-orchestrator (${values.TIENDANUBE_CONTACT || values.PUBLIC_URL})`,
    publicUrl: values.PUBLIC_URL.replace(/\/+$/, '') || null,
    pushIntervalMs: values.TIENDANUBE_PUSH_INTERVAL_MS,
    ordersOverlapMs: values.TIENDANUBE_ORDERS_OVERLAP_MINUTES * 60_000,
    ignoredStorefronts: values.TIENDANUBE_IGNORED_STOREFRONTS,
  };
}

/** What is said once of the app, and holds for every store that it is installed in. */
export function tiendanubeApp(values: Values): Readonly<Partial<Record<VariableName, string>>> {
  return {
    TIENDANUBE_API_URL: values.TIENDANUBE_API_URL,
    TIENDANUBE_AUTH_URL: values.TIENDANUBE_AUTH_URL,
    TIENDANUBE_AUTH_HEADER: values.TIENDANUBE_AUTH_HEADER,
    TIENDANUBE_CLIENT_ID: values.TIENDANUBE_CLIENT_ID,
    TIENDANUBE_CLIENT_SECRET: values.TIENDANUBE_CLIENT_SECRET,
    TIENDANUBE_CONTACT: values.TIENDANUBE_CONTACT,
    PUBLIC_URL: values.PUBLIC_URL,
  };
}

/** What is known of the app alone, before any store has consented to it. */
export type TiendanubeAppSettings = Pick<
  TiendanubeSettings,
  'authUrl' | 'clientId' | 'clientSecret' | 'userAgent' | 'publicUrl'
>;

export function tiendanubeAppSettings(values: Values): TiendanubeAppSettings {
  const { authUrl, userAgent, publicUrl } = tiendanubeManner(values);
  return {
    authUrl,
    userAgent,
    publicUrl,
    clientId: values.TIENDANUBE_CLIENT_ID || null,
    clientSecret: values.TIENDANUBE_CLIENT_SECRET || null,
  };
}

/** When orders of a store count, and what it is told. */
export function tiendanubeSelling(values: Values) {
  return {
    reserveAt: values.TIENDANUBE_RESERVE_AT,
    deliverAt: values.TIENDANUBE_DELIVER_AT,
    deliverUnpaid: values.TIENDANUBE_DELIVER_UNPAID === 'yes',
    reservationHours: values.TIENDANUBE_RESERVATION_HOURS === 0 ? null : values.TIENDANUBE_RESERVATION_HOURS,
    // Tiendanube is told what is to be shown, and shows that: it takes nothing off but what it sells from then on.
    pushes: 'available' as const,
  };
}

/** A store of the sandbox. Its program knows the same values; it holds nothing real. */
export function sandboxTiendanube(base: string, values: Values): TiendanubeSettings {
  return {
    ...tiendanubeManner(values),
    apiUrl: `${base}/tiendanube`,
    authUrl: `${base}/tiendanube`,
    clientId: '4321',
    clientSecret: SANDBOX_CLIENT_SECRET,
    userAgent: 'stock-orchestrator (sandbox@example.com)',
    storeId: '5001',
    accessToken: 'sandbox-tiendanube-token-5001',
  };
}
