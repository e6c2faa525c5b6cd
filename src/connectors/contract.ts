/**
 * What a connector must be able to do. The core reaches every outside system through these members alone, so the next
 * marketplace is a folder of its own and changes nothing here.
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

/** How far a connection may act on the outside world. `shadow` reads and computes only; `stopped` publishes 0 to channels and still counts sales. */
export type Publishing = 'shadow' | 'live' | 'stopped';

/** A warehouse of the ledger, and what a connection calls it; null: its first, or only one. */
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

/** One configured account of a connector. `settings` is the connector's own and may hold credentials: never log it. */
export interface Connection<Settings = unknown> {
  readonly id: string;
  readonly connector: string;
  readonly publishing: Publishing;
  /** It acts for these SKUs alone, everything else is in shadow; absent: for all. */
  readonly liveSkus?: ReadonlySet<string>;
  /** Orders that were placed before it never move stock, unless somebody says so of one; absent: there is no such time. */
  readonly cutover?: Date;
  /** Names everything that this installation makes elsewhere: the first part of each delivery's name. */
  readonly installation: string;
  readonly selling: SellingRules;
  /** The warehouses that the connection knows by a name of its own. */
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
  /** The part of the address that stands in for a signature, where the route has one. */
  readonly token?: string;
}

/** `advice` is shown to the sender in the 401: where such a webhook belongs. It must not say anything about the secret. */
export type Verdict =
  { readonly authentic: true } | { readonly authentic: false; readonly reason: string; readonly advice?: string };

/** What a webhook says, as something to look at. Stored with the event; nothing else of the body is kept. */
export type WebhookIntent =
  | { readonly kind: 'order'; readonly order: OrderSnapshot }
  | { readonly kind: 'channelStock'; readonly sku: string; readonly quantity: number; readonly observedAt?: number }
  | { readonly kind: 'erpStock'; readonly sku?: string; readonly productRef?: string; readonly reported?: number }
  /** An order to be read from its platform. `edited`: its lines were changed by hand, and what became of their stock is to be read too. */
  | { readonly kind: 'orderRef'; readonly orderId: string; readonly version?: number; readonly edited?: true }
  /**
   * What the channel says of these products changed: its catalogue is to be read. Empty: it did not say of which. `products`: it named them by
   * ids of its own, and these alone are to be read.
   */
  | { readonly kind: 'listingRef'; readonly skus: readonly string[]; readonly products?: readonly string[] }
  /** A push may be over: its outcome is to be asked for. */
  | { readonly kind: 'pushRef'; readonly ref: string }
  /** What the platform did with the account as a whole. */
  | { readonly kind: 'account'; readonly what: 'uninstalled' | 'suspended' | 'resumed' }
  /** What is known of a store's or a buyer's data is to be erased or told. `orders` are those it names, `request` what the platform knows it by. */
  | {
      readonly kind: 'privacy';
      readonly what: 'store/redact' | 'customers/redact' | 'customers/data_request';
      readonly orders: readonly string[];
      readonly request?: string;
    }
  /** There is nothing to look at; `about` is the sender's word for it. */
  | { readonly kind: 'nothing'; readonly about: string };

/**
 * What the caller of a connector must do about an error. An outage or a wait uses up no attempt; only `giveUp` blames the item. `arrived`
 * false: the call did not reach the platform, so that nothing can have come of it.
 */
export type FailureAction =
  | { readonly do: 'retry'; readonly afterMs?: number; readonly arrived?: boolean }
  /** `only` pushes: the platform takes everything else. */
  | { readonly do: 'wait'; readonly until: Date; readonly only?: 'pushes' }
  | { readonly do: 'pause'; readonly reason: string }
  | { readonly do: 'giveUp'; readonly reason: string };

interface ConnectorBase<Settings> {
  readonly manifest: Manifest;
  /** Whether a webhook that names no connection is meant for this one; a connector with one account needs it not. */
  isFor?(request: WebhookRequest, connection: Connection<Settings>): boolean;
  /** Constant-time check of who sent it. */
  verify(request: WebhookRequest, connection: Connection<Settings>): Verdict;
  /** @throws InvalidInputError naming each field at fault and the expected form */
  decode(topic: string, rawBody: Buffer): WebhookIntent;
  classify(error: unknown): FailureAction;
  /**
   * Tries the account with real calls that change nothing, and explains in the merchant's words what it lacks. Never throws for what is wrong
   * with the account. What it gives holds nothing secret. A connector may lack it.
   */
  check?(connection: Connection<Settings>): Promise<ConnectionCheck>;
}

export interface StockPush {
  readonly sku: string;
  /** Absolute, 0 or more. */
  readonly quantity: number;
  /** The same units, spread over the places that the channel knows by name; absent: it knows of one place only. */
  readonly parts?: readonly { readonly location: string; readonly quantity: number }[];
  /** What the channel's catalogue calls it; absent: it was not seen there. */
  readonly externalId?: string;
}

/** `ref` names the push at the platform, to be followed; a platform that answers at once gives the outcomes with it. */
export interface PushReceipt {
  readonly ref: string;
  readonly outcome?: PushOutcome;
}

/** `rejected` are the SKUs that the platform refused, with its reason; all others of the push were taken. */
export type PushOutcome =
  | { readonly state: 'pending' }
  | { readonly state: 'finished'; readonly rejected: readonly { readonly sku: string; readonly reason: string }[] }
  | { readonly state: 'failed'; readonly reason: string };

export interface ChannelListing {
  readonly sku: string;
  readonly externalId: string;
  /** What the channel shows for sale; null where it does not say. */
  readonly quantity: number | null;
  /** The channel sells it without counting: it is left alone until somebody says how it is to be shown. */
  readonly unlimited?: true;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** An account that its owner has let the app into. */
export interface InstalledAccount {
  /** The platform's own name for it. */
  readonly account: string;
  /** What it is connected with: settings and credentials by their names. Secret. */
  readonly texts: Readonly<Record<string, string>>;
}

/** How the app stands in an account. `suspended`: until it is paid for. `removed`: what it was let in with is not accepted any more. */
export type AppStanding = 'installed' | 'suspended' | 'removed';

/** What the platform tells of from now on. `refused`: what it would not be asked for, in its words. */
export interface HookReport {
  readonly added: number;
  readonly removed: number;
  readonly refused: readonly string[];
}

/** How an app gets into accounts by the consent of their owners. `app` is what the configuration says of it alone. */
export interface AppInstaller<Settings = unknown> {
  /** The setting that holds the platform's own name for an account. */
  readonly accountSetting: string;
  /** What the app lacks to be installed, in words. */
  lacks(app: object): readonly string[];
  /** Where an owner consents; the browser comes back with `state`. */
  consentAddress(app: object, state: string): string;
  /** What the owner came back with, made into what the account is spoken to with. Each code works once. @throws what `classify` knows */
  exchange(code: string, app: object): Promise<InstalledAccount>;
  /** The account that a webhook says it is of; null where it says none. */
  accountOf(request: WebhookRequest): string | null;
  /** Asks by a call that changes nothing. @throws what `classify` knows, where nobody can say */
  standing(connection: Connection<Settings>): Promise<AppStanding>;
  /** Where the platform is to send webhooks; null: it cannot reach this installation. */
  hookAddress(connection: Connection<Settings>): string | null;
  /** Has the platform tell of everything that matters, once each, and no more of what does not. May be repeated. @throws what `classify` knows */
  registerHooks(connection: Connection<Settings>): Promise<HookReport>;
}

export interface ChannelConnector<Settings = unknown> extends ConnectorBase<Settings> {
  pushStock(items: readonly StockPush[], connection: Connection<Settings>): Promise<PushReceipt>;
  pushOutcome(ref: string, connection: Connection<Settings>): Promise<PushOutcome>;
  /** The channel's catalogue, page by page. `cursor` is what the page before gave; null begins. */
  listListings(cursor: string | null, connection: Connection<Settings>): Promise<Page<ChannelListing>>;

  // What follows a connector may lack; then nothing of the kind is asked of it.

  /** The catalogue's part about these products, by the channel's own ids; those that are gone are left out. */
  listingsOf?(products: readonly string[], connection: Connection<Settings>): Promise<readonly ChannelListing[]>;
  /** The order as its platform shows it now; null where it has none of this id. `edited`: also what became of the stock of its edits. */
  fetchOrder?(orderId: string, connection: Connection<Settings>, edited?: boolean): Promise<FetchedOrder | null>;
  /**
   * The orders that changed since a time by our clock, each at least once, page by page. It reaches back as far as the platform makes
   * necessary. After the last page everything that changed before the first one was asked for has been listed, so the next `since` is that time.
   */
  changedOrders?(since: Date, cursor: string | null, connection: Connection<Settings>): Promise<Page<ChangedOrder>>;
  /** What the channel shows of these SKUs; those it does not know are left out. `externalIds`: of as many as are known, by SKU. */
  readStock?(
    skus: readonly string[],
    connection: Connection<Settings>,
    externalIds?: ReadonlyMap<string, string>,
  ): Promise<readonly ChannelStock[]>;
  /**
   * Which of the waiting SKUs are told now, within the platform's limit on pushes. Pure. `history`: the pushes of the last 24 hours, of all
   * processes. A connector without it has every SKU told at once.
   */
  planPush?(
    due: readonly DuePush[],
    history: readonly PastPush[],
    now: Date,
    connection: Connection<Settings>,
  ): PushPlan;
  /** Asked before the numbers of a push are read: when there is room for it within the limits of all processes; null: now. */
  pushRoom?(connection: Connection<Settings>): Promise<Date | null>;
  /** How many pushes the platform's limit leaves, and when the next one may be made; null: it is not counted. */
  pushesLeft?(history: readonly PastPush[], now: Date, connection: Connection<Settings>): Promise<PushesLeft | null>;
  /** Looks for a push that may have arrived although no answer said so. */
  findPush?(items: readonly StockPush[], lost: LostPush, connection: Connection<Settings>): Promise<FoundPush>;
  /** Accounts are connected by the consent of their owners. */
  readonly install?: AppInstaller<Settings>;
}

export interface ErpWarehouseStock {
  readonly code: string;
  readonly name: string;
  /** The ledger's warehouse that this one feeds; null: not counted. */
  readonly warehouse: string | null;
  readonly onHand: number;
  /** On hand less everything reserved. */
  readonly free: number;
  /** Reserved by open moves that our own deliveries led to. */
  readonly heldByUs: number;
}

/** One SKU as the ERP has it, read so that `free + heldByUs` is true of one moment. */
export interface ErpStock {
  readonly sku: string;
  readonly productRef: string;
  readonly warehouses: readonly ErpWarehouseStock[];
}

/** An observation that cannot be counted: unknown SKU, several products of one SKU, a product without stock, fractions. */
export interface ErpStockProblem {
  readonly sku: string;
  readonly problem: 'unknown' | 'duplicate' | 'notStorable' | 'fractional';
  readonly detail: string;
}

/** A product as an ERP lists it. `sku` null: it has none. */
export interface ErpProduct {
  readonly sku: string | null;
  readonly productRef: string;
  /** Why it cannot be counted as it is; absent: it can. */
  readonly problem?: {
    readonly kind: 'noSku' | 'duplicate' | 'notStorable' | 'archived' | 'unit';
    readonly detail: string;
  };
}

export interface ErpTransfer {
  /** Unique for ever: `<installation>/<connection>/<order>/<n>`. The ERP refuses a second one of the name. */
  readonly name: string;
  /** What a person in the warehouse should see: the order number. */
  readonly origin: string;
  readonly direction: 'out' | 'in';
  /** The ledger's warehouse. */
  readonly warehouse: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  /** Not all in stock: leave it waiting in the ERP (`wait`: a sale has happened), or cancel it (`cancel`: somebody may be told no). */
  readonly ifShort: 'wait' | 'cancel';
}

/**
 * `done`: the goods are booked; `detail` says what a person left out of it. `short`: not all in stock, left waiting or cancelled as
 * asked. `cancelled`: found cancelled under its name, nothing moved. `conflict`: the name belongs to something else; a person must look.
 */
export type TransferResult =
  | { readonly state: 'done'; readonly reference: string; readonly detail?: string }
  | { readonly state: 'short'; readonly detail: string }
  | { readonly state: 'cancelled' }
  | { readonly state: 'conflict'; readonly detail: string };

export interface ErpConnector<Settings = unknown> extends ConnectorBase<Settings> {
  /** Every SKU asked for is in one of the two lists. */
  observeStock(
    skus: readonly string[],
    connection: Connection<Settings>,
  ): Promise<{ readonly stock: readonly ErpStock[]; readonly problems: readonly ErpStockProblem[] }>;
  /** The SKU of a product that a webhook named by the ERP's own id; null when there is none. */
  skuOf(productRef: string, connection: Connection<Settings>): Promise<string | null>;
  /** Books the transfer exactly once, however often it is called and wherever an earlier call broke off. */
  transfer(transfer: ErpTransfer, connection: Connection<Settings>): Promise<TransferResult>;
  /** Makes sure that the transfer will never be booked. `done`: it was already. None there: made under its name and cancelled. */
  cancelTransfer(
    transfer: ErpTransfer,
    connection: Connection<Settings>,
  ): Promise<{ readonly state: 'cancelled' | 'done' }>;

  // What follows an ERP may lack.

  /** Every product, page by page, also those that cannot be counted. `cursor` is what the page before gave; null begins. */
  listProducts?(cursor: string | null, connection: Connection<Settings>): Promise<Page<ErpProduct>>;
}

export type Connector = ChannelConnector<never> | ErpConnector<never>;
