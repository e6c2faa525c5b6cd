import { MAX_LIST_BYTES } from '../../src/common/http/outbound.service.js';
import {
  type ChannelConnector,
  type Connection,
  type ErpConnector,
  type ErpTransfer,
  type WebhookIntent,
  type OrderStatus,
  type PushOutcome,
  type PushReceipt,
  type FailureAction,
} from '../../src/connectors/contract.js';

/** The parts of a webhook that prove its sender. */
export interface Proof {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly token?: string;
}

/** One webhook that the platform sends, and its expected intent. */
export interface WebhookSample {
  readonly topic: string;
  readonly body: unknown;
  readonly intent: WebhookIntent;
}

/**
 * A webhook of an unknown kind. It is refused with the fields at fault or, if the sender cannot correct
 * it, decoded to the intent `nothing`.
 */
export interface UnknownWebhook {
  readonly what: string;
  readonly topic: string;
  readonly body: unknown;
  readonly becomes: 'refused' | 'nothing';
}

export interface Proofs {
  /** Every accepted proof. */
  readonly good: (topic: string, rawBody: Buffer) => readonly Proof[];
  readonly bad: (topic: string, rawBody: Buffer) => readonly (Proof & { readonly what: string })[];
  /** Proofs of this body that no other body accepts. */
  readonly ofBody: (topic: string, rawBody: Buffer) => readonly Proof[];
}

export type AnyConnector = ChannelConnector<never> | ErpConnector<never>;

/** An error that the platform makes, and the action that its caller must take. */
export interface Trouble {
  readonly what: string;
  /** Provokes the error; rejects. */
  readonly provoke: (connector: AnyConnector) => Promise<unknown>;
  readonly remedy: Partial<FailureAction> & Pick<FailureAction, 'do'>;
  /** Caused by the network or the platform: it must not count against an item. */
  readonly outage?: true;
}

/** An order in one of its states, and the expected reading. */
export interface OrderState {
  readonly state: string;
  /** Creates the order; gives back the id by which the platform is asked. */
  readonly play: () => Promise<string>;
  readonly status: OrderStatus;
  readonly units: Readonly<Record<string, number>>;
}

export interface OrdersBench {
  readonly states: readonly OrderState[];
  readonly unknownRef: string;
  /** The webhook about the order of this ref. */
  readonly webhookOf: (ref: string) => { readonly topic: string; readonly body: unknown };
  /** Changes the order, so that the platform has a newer version. */
  readonly change: (ref: string) => Promise<void>;
  /** Texts about the buyer that the platform adds to every order. */
  readonly buyer: readonly string[];
}

export interface ChannelBench {
  /** An ordinary SKU, and some that break careless encoding. */
  readonly sku: string;
  readonly oddSkus: readonly string[];
  readonly unknownSku: string;
  /** The units that shoppers can buy. */
  readonly shown: (sku: string) => number | undefined;
  /** The next push gets no answer. */
  readonly losePush: (when: 'before' | 'after', how: 'hang' | 'drop') => void;
  /** The number of pushes that arrived and took effect. */
  readonly arrived: () => number;
  /** Makes the platform refuse further pushes, until the limit is lifted. */
  readonly limit: (on: boolean) => void;
  readonly outcomeOf: (connector: ChannelConnector<never>, receipt: PushReceipt) => Promise<PushOutcome>;
  readonly catalogue: () => readonly string[];
  /** Null: the connector cannot read orders. */
  readonly orders: OrdersBench | null;
}

export interface ErpBench {
  /** SKUs in stock. */
  readonly skus: readonly string[];
  readonly unknownSku: string;
  readonly stockOf: (sku: string) => { readonly onHand: number; readonly free: number };
  readonly sale: (sku: string, quantity: number, changes?: Partial<ErpTransfer>) => ErpTransfer;
  /** The next call that creates or books a transfer gets no answer. */
  readonly lose: (step: 'make' | 'book', when: 'before' | 'after') => void;
  /** The number of booked transfers of this name. */
  readonly booked: (name: string) => number;
  /** Gives the name to a transfer that is not ours. */
  readonly occupy: (name: string) => Promise<void>;
}

/** An account that cannot be used, and the words that the check must report. */
export interface WrongAccount {
  readonly what: string;
  /** Creates the account. */
  readonly account: () => Connection<never>;
  readonly finds: string;
}

export interface ChecksBench {
  readonly wrong: readonly WrongAccount[];
  /** Calls that changed something at the platform, or tried to. */
  readonly writes: () => number;
}

/** A connector and its platform: everything that the suite needs of them. */
export interface Bench<C extends AnyConnector = AnyConnector> {
  readonly connector: C;
  readonly connection: Connection<never>;
  readonly webhooks: readonly WebhookSample[];
  readonly unknown: readonly UnknownWebhook[];
  readonly proofs: Proofs;
  readonly troubles: readonly Trouble[];
  /** Texts that must not appear anywhere. */
  readonly secrets: readonly string[];
  /** All logs since the last reset. */
  readonly logged: () => string;
  readonly channel?: ChannelBench;
  readonly erp?: ErpBench;
  /** Absent where the connector has no check. */
  readonly checks?: ChecksBench;
  /** The next answer of a list is larger than any page may be. Gives back whether it was sent. */
  readonly swellList: () => () => boolean;
  /** Restores the initial state. */
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

export type ChannelSubject = Bench<ChannelConnector<never>> & { readonly channel: ChannelBench };
export type ErpSubject = Bench<ErpConnector<never>> & { readonly erp: ErpBench };

export function isChannel(bench: Bench): bench is ChannelSubject {
  return bench.channel !== undefined;
}

export function isErp(bench: Bench): bench is ErpSubject {
  return bench.erp !== undefined;
}

/** Larger than any answer may be. */
export const TOO_LARGE = { status: 200, body: 'x'.repeat(MAX_LIST_BYTES + 1) } as const;

/** The bytes of a sample. */
export function bytes(body: unknown): Buffer {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}
