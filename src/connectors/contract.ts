/**
 * The interface of a connector. The core reaches every outside system through these members only, so that
 * a new marketplace is a new folder and changes nothing here.
 */
import { type ConnectionCheck } from './connection-check.js';
import { type SellingRules } from '../config/selling-rules.js';
import { type Manifest } from './manifest.js';
import { type OrderSnapshot } from '../orders/order-snapshot.js';
import {
  type ChangedOrder,
  type ChannelStock,
  type DuePush,
  type FetchedOrder,
  type FoundPush,
  type LostPush,
  type PastPush,
  type PushesLeft,
  type PushPlan,
} from './channel-types.js';
import {
  type ErpProduct,
  type ErpStock,
  type ErpStockProblem,
  type ErpTransfer,
  type TransferResult,
  type UncountedNames,
} from './erp-types.js';

export type {
  ErpProduct,
  ErpStock,
  ErpStockProblem,
  ErpTransfer,
  ErpWarehouseStock,
  TakenUnits,
  TransferResult,
  UncountedNames,
} from './erp-types.js';
export type { CheckFinding, ConnectionCheck } from './connection-check.js';
export type { SellingRules } from '../config/selling-rules.js';
export type { OrderLine, OrderSnapshot, OrderStatus } from '../orders/order-snapshot.js';
export type {
  ChangedOrder,
  ChannelStock,
  DuePush,
  FetchedOrder,
  FoundPush,
  LostPush,
  PastPush,
  PushesLeft,
  PushPlan,
} from './channel-types.js';

/** How far a connection may act. `shadow` only reads and computes; `stopped` publishes 0 and still counts sales. */
export type Publishing = 'shadow' | 'live' | 'stopped';

/** A warehouse of the ledger, and the connection's name for it; null: its first, or only one. */
export interface WarehouseLink {
  readonly warehouse: string;
  readonly externalId: string | null;
}

/** How a channel counts where nobody said otherwise. */
export const DEFAULT_SELLING: SellingRules = {
  reserveAt: 'created',
  deliverAt: 'confirmed',
  deliverUnpaid: false,
  reservationHours: null,
  pushes: 'available',
};

/** One configured account of a connector. Never log `settings`: they may hold credentials. */
export interface Connection<Settings = unknown> {
  readonly id: string;
  readonly connector: string;
  readonly publishing: Publishing;
  /** It acts for these SKUs only, all others are in shadow; absent: for all. */
  readonly liveSkus?: ReadonlySet<string>;
  /** Orders placed before this time never move stock, unless a person decides so; absent: no such time. */
  readonly cutover?: Date;
  /** Identifies this installation in other systems: the first part of each delivery's name. */
  readonly installation: string;
  readonly selling: SellingRules;
  /** The warehouses for which the connection has names of its own. */
  readonly warehouses: readonly WarehouseLink[];
  readonly settings: Settings;
}

/** How far a connection may act for one SKU. */
export function publishingOf(
  { publishing, liveSkus }: Pick<Connection, 'publishing' | 'liveSkus'>,
  sku: string,
): Publishing {
  return liveSkus !== undefined && !liveSkus.has(sku) ? 'shadow' : publishing;
}

export interface WebhookRequest {
  readonly topic: string;
  readonly rawBody: Buffer;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The part of the address that replaces a signature, where the route has one. */
  readonly token?: string;
}

/**
 * `reason` is for the log document alone. `advice`, such as the right route, is shown to the sender on the connector's own routes. It must
 * reveal nothing about the secret.
 */
export type Verdict =
  { readonly authentic: true } | { readonly authentic: false; readonly reason: string; readonly advice?: string };

/** The decoded content of a webhook. It is stored with the event; the rest of the body is not. */
export type WebhookIntent =
  | { readonly kind: 'order'; readonly order: OrderSnapshot }
  | { readonly kind: 'channelStock'; readonly sku: string; readonly quantity: number; readonly observedAt?: number }
  | { readonly kind: 'erpStock'; readonly sku?: string; readonly productRef?: string; readonly reported?: number }
  /** Read an order from its platform. `edited`: lines were changed by hand, so read the effect on their stock, too. */
  | { readonly kind: 'orderRef'; readonly orderId: string; readonly version?: number; readonly edited?: true }
  /**
   * Read the channel's catalogue, because its numbers for these SKUs changed; empty: unknown which.
   * `products`: read only these, which the channel named by its own ids.
   */
  | { readonly kind: 'listingRef'; readonly skus: readonly string[]; readonly products?: readonly string[] }
  /** Ask for the outcome of a push that may be over. */
  | { readonly kind: 'pushRef'; readonly ref: string }
  /** The platform's action on the whole account. */
  | { readonly kind: 'account'; readonly what: 'uninstalled' | 'suspended' | 'resumed' }
  /**
   * Erase or report the data of a store or a buyer. `orders` are those that the webhook names, `request`
   * is the platform's id of it.
   */
  | {
      readonly kind: 'privacy';
      readonly what: 'store/redact' | 'customers/redact' | 'customers/data_request';
      readonly orders: readonly string[];
      readonly request?: string;
    }
  /** Nothing to do; `about` is the sender's word for the event. */
  | { readonly kind: 'nothing'; readonly about: string };

/**
 * What the caller of a connector must do about an error. Outages and waits do not count as attempts; only
 * `giveUp` does. `arrived` false: the call did not reach the platform, so that it had no effect.
 */
export type FailureAction =
  | { readonly do: 'retry'; readonly afterMs?: number; readonly arrived?: boolean }
  /** `only` pushes: the platform accepts all other calls. */
  | { readonly do: 'wait'; readonly until: Date; readonly only?: 'pushes' }
  /** `final`: these credentials will never work again, so that it is not tried again before it has new ones. */
  | { readonly do: 'pause'; readonly reason: string; readonly final?: true }
  | { readonly do: 'giveUp'; readonly reason: string };

interface ConnectorBase<Settings> {
  readonly manifest: Manifest;
  /**
   * Whether a webhook without a connection in its route belongs to this one, where its address decides it.
   * Where its body does: `install.accountOf`. Not needed for a single account.
   */
  isFor?(request: WebhookRequest, connection: Connection<Settings>): boolean;
  /** Verifies the sender in constant time. */
  verify(request: WebhookRequest, connection: Connection<Settings>): Verdict;
  /** @throws InvalidInputError naming each field at fault and the expected form */
  decode(topic: string, rawBody: Buffer): WebhookIntent;
  classify(error: unknown): FailureAction;
  /**
   * Tests the account with real calls that change nothing, and explains to the merchant what it lacks.
   * Never throws because of the account. The result holds no secrets. Optional.
   */
  check?(connection: Connection<Settings>): Promise<ConnectionCheck>;
}

export interface StockPush {
  readonly sku: string;
  /** An absolute number, 0 or more. */
  readonly quantity: number;
  /** The same units, split over the locations that the channel knows by name; absent: it has one location only. */
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  /** Its id in the channel's catalogue; absent: it was not seen there. */
  readonly externalId?: string;
}

/** `ref` is the platform's name for the push. A platform that answers at once returns the outcomes with it. */
export interface PushReceipt {
  readonly ref: string;
  readonly outcome?: PushOutcome;
}

/** `rejected` are the SKUs that the platform refused, with its reason; all others were accepted. */
export type PushOutcome =
  | { readonly state: 'pending' }
  | { readonly state: 'finished'; readonly rejected: readonly { readonly sku: string; readonly reason: string }[] }
  | { readonly state: 'failed'; readonly reason: string };

export interface ChannelListing {
  readonly sku: string;
  readonly externalId: string;
  /** The ids of each product or variant that carries the SKU, where there are several. */
  readonly externalIds?: readonly string[];
  /** The number for sale; null where the channel does not state it. */
  readonly quantity: number | null;
  /** The channel sells it without a limit. It is left alone until a person decides how to publish it. */
  readonly unlimited?: true;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** An account whose owner has installed the app. */
export interface InstalledAccount {
  /** The platform's own name for it. */
  readonly account: string;
  /** The settings and credentials of the connection, by name. Secret. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The app in an account. `suspended`: until it is paid for. `removed`: its credentials are no longer accepted. */
export type AppStanding = 'installed' | 'suspended' | 'removed';

/** The events that the platform sends from now on. `refused`: those that it would not register, with its reason. */
export interface HookReport {
  readonly added: number;
  readonly removed: number;
  readonly refused: readonly string[];
}

/** Registers webhooks at a platform where each account has its own. */
export interface HookRegistrar<Settings = unknown> {
  /** The address for webhooks; null: the platform cannot reach this installation. */
  address(connection: Connection<Settings>): string | null;
  /**
   * Registers every needed event once, and removes those that are not needed. Can be repeated. @throws
   * errors that `classify` knows
   */
  register(connection: Connection<Settings>): Promise<HookReport>;
}

/**
 * What the browser brings back from the consent page: the query by name. `state` is the one of
 * `consentAddress`; absent: the owner came without a link.
 */
export type ConsentReturn = Readonly<Record<string, string>> & { readonly code: string; readonly state?: string };

/**
 * Installs the app in accounts with their owners' consent. `app` holds the configured settings of the app
 * alone. The browser returns to `/<connector>/callback` of this installation.
 */
export interface AppInstaller<Settings = unknown> {
  /** The setting with the platform's own name for an account. */
  readonly accountSetting: string;
  /** The missing settings of the app, as text. */
  lacks(app: object): readonly string[];
  /** The page on which an owner consents; the browser returns with `state`. */
  consentAddress(app: object, state: string): string;
  /**
   * Exchanges what the browser brought back for the credentials of the account. Each code works once.
   * @throws errors that `classify` knows
   */
  exchange(returned: ConsentReturn, app: object): Promise<InstalledAccount>;
  /**
   * The account that a webhook names; null where it names none. One route serves all accounts. Where the
   * account is not connected, `verify` receives the settings of the app alone, and only intents of the kinds
   * `account` and `privacy` are stored.
   */
  accountOf(request: WebhookRequest): string | null;
  /**
   * Asks the platform with a call that changes nothing. @throws errors that `classify` knows, when the
   * state is unknown
   */
  standing(connection: Connection<Settings>): Promise<AppStanding>;
}

export interface ChannelConnector<Settings = unknown> extends ConnectorBase<Settings> {
  pushStock(items: readonly StockPush[], connection: Connection<Settings>): Promise<PushReceipt>;
  pushOutcome(ref: string, connection: Connection<Settings>): Promise<PushOutcome>;
  /** The channel's catalogue, page by page. `cursor` comes from the page before; null begins. */
  listListings(cursor: string | null, connection: Connection<Settings>): Promise<Page<ChannelListing>>;

  // The following members are optional; without one, its function is not used.

  /** The listings of these products, by the channel's own ids; deleted products are left out. */
  listingsOf?(products: readonly string[], connection: Connection<Settings>): Promise<readonly ChannelListing[]>;
  /** The order as its platform shows it now; null for an unknown id. `edited`: with its edits' effect on the stock. */
  fetchOrder?(orderId: string, connection: Connection<Settings>, edited?: boolean): Promise<FetchedOrder | null>;
  /**
   * The orders that changed since a time by our clock, each at least once, page by page. It reaches back
   * as far as the platform requires. After the last page, everything that changed before the first request
   * has been listed, so the next `since` is the time of that request.
   */
  changedOrders?(since: Date, cursor: string | null, connection: Connection<Settings>): Promise<Page<ChangedOrder>>;
  /** The channel's numbers for these SKUs; unknown SKUs are left out. `externalIds`: the known ones, by SKU. */
  readStock?(
    skus: readonly string[],
    connection: Connection<Settings>,
    externalIds?: ReadonlyMap<string, string>,
  ): Promise<readonly ChannelStock[]>;
  /**
   * Selects the waiting SKUs to push now, within the platform's limit on pushes. Pure. `history`: the
   * pushes of the last 24 hours by all processes. Without this member every SKU is pushed at once.
   */
  planPush?(
    due: readonly DuePush[],
    history: readonly PastPush[],
    now: Date,
    connection: Connection<Settings>,
  ): PushPlan;
  /** Called before the numbers of a push are read: when it finds room within the limits of all processes; null: now. */
  pushRoom?(connection: Connection<Settings>): Promise<Date | null>;
  /** How many pushes the platform's limit leaves, and when the next one is allowed; null: pushes are not limited. */
  pushesLeft?(history: readonly PastPush[], now: Date, connection: Connection<Settings>): Promise<PushesLeft | null>;
  /** Searches for a push that may have arrived without an answer. */
  findPush?(items: readonly StockPush[], lost: LostPush, connection: Connection<Settings>): Promise<FoundPush>;
  /** Accounts are connected with their owners' consent. */
  readonly install?: AppInstaller<Settings>;
  /** Each account registers its webhooks by calls. */
  readonly hooks?: HookRegistrar<Settings>;
}

export interface ErpConnector<Settings = unknown> extends ConnectorBase<Settings> {
  /** Every requested SKU is in one of the two lists. Without `uncounted` nothing is `taken`. */
  observeStock(
    skus: readonly string[],
    connection: Connection<Settings>,
    uncounted?: UncountedNames,
  ): Promise<{ readonly stock: readonly ErpStock[]; readonly problems: readonly ErpStockProblem[] }>;
  /** The SKU of a product that a webhook names by the ERP's own id; null when there is none. */
  skuOf(productRef: string, connection: Connection<Settings>): Promise<string | null>;
  /** Books the transfer exactly once, however often it is called and wherever an earlier call was interrupted. */
  transfer(transfer: ErpTransfer, connection: Connection<Settings>): Promise<TransferResult>;
  /**
   * Makes sure that the transfer will never be booked. `done`: it was booked already. If none exists,
   * creates it under its name and cancels it.
   */
  cancelTransfer(
    transfer: ErpTransfer,
    connection: Connection<Settings>,
  ): Promise<{ readonly state: 'cancelled' | 'done' }>;

  // The following member is optional.

  /**
   * Every product, page by page, including those that cannot be counted. `cursor` comes from the page
   * before; null begins.
   */
  listProducts?(cursor: string | null, connection: Connection<Settings>): Promise<Page<ErpProduct>>;
}

export type Connector = ChannelConnector<never> | ErpConnector<never>;
