/**
 * Every setting of the simulated Tiendanube. When its documentation is silent or contradicts itself, a
 * setting allows either.
 */
export interface TiendanubeSettings {
  /** The app's id, which is its client id too. */
  clientId: string;
  clientSecret: string;
  /** The app's scopes; the right to write includes reading. */
  scopes: string[];
  /** Where merchants return after consenting, below the app's address. */
  redirectPath: string;
  /** The lifetime of an authorization code; the real one lives five minutes. */
  codeLifeMs: number;
  /** The key of the store in the token answer. */
  tokenStoreKey: 'user_id' | 'store_id' | 'both';
  /** HTTP status of a token request that is refused. */
  tokenErrorStatus: number;
  latencyMs: number;
  /** `both`: either header, in any case. Otherwise only that header, written as documented (`bearer` or `Bearer`). */
  authHeader: 'both' | 'authentication' | 'authorization';
  /** `form`: a name and, in parentheses, a mail or web address. `any`: any non-empty text. */
  userAgent: 'any' | 'form';
  /** `exact`: `application/json; charset=utf-8` and nothing else. */
  contentType: 'json' | 'exact';
  /** The leaky bucket of each store. */
  rateLimit: boolean;
  /** Calls that wait in the bucket: answered at once, or when they have leaked out. */
  bucketed: 'answered' | 'delayed';
  limitBody: 'envelope' | 'empty';
  /** The second limiter, on updates of variants: a call weighs its variants and inventory levels. */
  weightedLimit: boolean;
  weightCapacity: number;
  weightPerSecond: number;
  pagePastEnd: 'missing' | 'empty';
  /** The first page of an empty list. */
  emptyFirstPage: 'missing' | 'empty';
  /** More than 200 per page. */
  perPageOver: 'clamped' | 'refused';
  /**
   * How ids of variants and quantities are written in orders: as text in lists and as numbers elsewhere,
   * or always in one way.
   */
  orderScalars: 'mixed' | 'number' | 'text';
  orderSort: 'newest' | 'oldest';
  /** When a sale lowers the store's own number. */
  stockMovesAt: 'created' | 'paid';
  /** A re-opened order takes its units again. */
  reopenClaims: boolean;
  /** `null` as the stock of an inventory level. */
  nullStock: 'infinite' | 'ignored';
  /** Unknown products and variants in a stock-price update: marked as failed, or the whole call refused. */
  unknownVariants: 'failed' | 'refused';
  /** Variants of these SKUs are not updated by stock-price, and marked as failed. */
  failSkus: string[];
  /** Which changes of stock send `product/updated`: none, those of API calls, those of sales, or both. */
  productEvents: 'silent' | 'writes' | 'sales' | 'both';
  /** Every event of an order is followed by `order/updated`. */
  updatedToo: boolean;
  /** Webhooks may use http addresses of this machine. */
  loopbackHooks: boolean;
  /** A second registration of the same event and address. */
  duplicateHooks: 'kept' | 'refused';
  /**
   * The address of privacy webhooks, below the app's address; `{topic}` is `store-redact`,
   * `customers-redact` or `customers-data-request`.
   */
  privacyPath: string;
  /** One minute of the retry schedule. */
  webhookMinuteMs: number;
  webhookTimeoutMs: number;
  /** How often each event is posted. */
  webhookRepeat: number;
  /** Every n-th event is never posted; 0: none is lost. */
  webhookLoss: number;
  /** Every other event waits this long, so that its successor comes first. */
  webhookReorderMs: number;
  /** The longest random wait of a delivery: spread evenly, the same in every run. */
  webhookJitterMs: number;
  /**
   * How the store's id is written in webhooks: as text for locations and as a number elsewhere, or always
   * in one way.
   */
  webhookStoreId: 'mixed' | 'number' | 'text';
}

export const tiendanubeDefaults: Readonly<TiendanubeSettings> = {
  clientId: '4321',
  clientSecret: 'your_tiendanube_client_secret',
  scopes: ['write_products', 'write_orders', 'write_locations', 'read_fulfillment_orders'],
  redirectPath: '/tiendanube/callback',
  codeLifeMs: 300_000,
  tokenStoreKey: 'user_id',
  tokenErrorStatus: 400,
  latencyMs: 0,
  authHeader: 'both',
  userAgent: 'form',
  contentType: 'json',
  rateLimit: true,
  bucketed: 'answered',
  limitBody: 'envelope',
  weightedLimit: false,
  weightCapacity: 300,
  weightPerSecond: 50,
  pagePastEnd: 'missing',
  emptyFirstPage: 'empty',
  perPageOver: 'clamped',
  orderScalars: 'mixed',
  orderSort: 'newest',
  stockMovesAt: 'created',
  reopenClaims: true,
  nullStock: 'infinite',
  unknownVariants: 'failed',
  failSkus: [],
  productEvents: 'silent',
  updatedToo: false,
  loopbackHooks: true,
  duplicateHooks: 'kept',
  privacyPath: '/webhooks/tiendanube/{topic}',
  webhookMinuteMs: 1000,
  webhookTimeoutMs: 3000,
  webhookRepeat: 1,
  webhookLoss: 0,
  webhookReorderMs: 0,
  webhookJitterMs: 0,
  webhookStoreId: 'mixed',
};

export const tiendanubeChoices: Record<string, readonly string[]> = {
  tokenStoreKey: ['user_id', 'store_id', 'both'],
  authHeader: ['both', 'authentication', 'authorization'],
  userAgent: ['any', 'form'],
  contentType: ['json', 'exact'],
  bucketed: ['answered', 'delayed'],
  limitBody: ['envelope', 'empty'],
  pagePastEnd: ['missing', 'empty'],
  emptyFirstPage: ['missing', 'empty'],
  perPageOver: ['clamped', 'refused'],
  orderScalars: ['mixed', 'number', 'text'],
  orderSort: ['newest', 'oldest'],
  stockMovesAt: ['created', 'paid'],
  nullStock: ['infinite', 'ignored'],
  unknownVariants: ['failed', 'refused'],
  productEvents: ['silent', 'writes', 'sales', 'both'],
  duplicateHooks: ['kept', 'refused'],
  webhookStoreId: ['mixed', 'number', 'text'],
};
