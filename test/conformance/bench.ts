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

/** What a webhook carries to prove who sent it. */
export interface Proof {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly token?: string;
}

/** One webhook that the platform sends, and what it must be understood as. */
export interface WebhookSample {
  readonly topic: string;
  readonly body: unknown;
  readonly intent: WebhookIntent;
}

/** One of an unknown kind: refused with the fields at fault, or, where the sender cannot mend it, an intent of the kind `nothing`. */
export interface UnknownWebhook {
  readonly what: string;
  readonly topic: string;
  readonly body: unknown;
  readonly becomes: 'refused' | 'nothing';
}

export interface Proofs {
  /** Every way in which the sender may prove itself. */
  readonly good: (topic: string, rawBody: Buffer) => readonly Proof[];
  readonly bad: (topic: string, rawBody: Buffer) => readonly (Proof & { readonly what: string })[];
  /** Proofs of this body that are none of another one. */
  readonly ofBody: (topic: string, rawBody: Buffer) => readonly Proof[];
}

export type AnyConnector = ChannelConnector<never> | ErpConnector<never>;

/** An error as the platform makes it, and what its caller has to do. */
export interface Trouble {
  readonly what: string;
  /** Makes the trouble and runs into it; rejects. */
  readonly provoke: (connector: AnyConnector) => Promise<unknown>;
  readonly remedy: Partial<FailureAction> & Pick<FailureAction, 'do'>;
  /** Nobody's fault but the network's or the platform's: an item must not be blamed for it. */
  readonly outage?: true;
}

/** An order in one of its states, and how it must be read. */
export interface OrderState {
  readonly state: string;
  /** Brings it about; gives what the platform is asked by. */
  readonly play: () => Promise<string>;
  readonly status: OrderStatus;
  readonly units: Readonly<Record<string, number>>;
}

export interface OrdersBench {
  readonly states: readonly OrderState[];
  readonly unknownRef: string;
  /** The webhook that tells of an order of this ref. */
  readonly webhookOf: (ref: string) => { readonly topic: string; readonly body: unknown };
  /** Changes the order, so that the platform has something newer to say. */
  readonly change: (ref: string) => Promise<void>;
  /** Texts about the buyer that the platform gives with every order. */
  readonly buyer: readonly string[];
}

export interface ChannelBench {
  /** An ordinary SKU, and some that break careless encoding. */
  readonly sku: string;
  readonly oddSkus: readonly string[];
  readonly unknownSku: string;
  /** What shoppers can buy. */
  readonly shown: (sku: string) => number | undefined;
  /** The next push gets no answer. */
  readonly losePush: (when: 'before' | 'after', how: 'hang' | 'drop') => void;
  /** How many pushes arrived and had their effect. */
  readonly arrived: () => number;
  /** From here on pushes are too many, until the limit is lifted. */
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
  /** The next call that makes, or that books, a transfer gets no answer. */
  readonly lose: (step: 'make' | 'book', when: 'before' | 'after') => void;
  /** Transfers that are booked under a name. */
  readonly booked: (name: string) => number;
  /** Somebody else takes the name. */
  readonly occupy: (name: string) => Promise<void>;
}

/** An account that cannot be worked with, and what of it the check has to name. */
export interface WrongAccount {
  readonly what: string;
  /** Brings it about, and gives the account. */
  readonly account: () => Connection<never>;
  readonly finds: string;
}

export interface ChecksBench {
  readonly wrong: readonly WrongAccount[];
  /** Calls that changed something at the platform, or tried to. */
  readonly writes: () => number;
}

/** A connector and its platform on the bench: all that the suite needs to know of them. */
export interface Bench<C extends AnyConnector = AnyConnector> {
  readonly connector: C;
  readonly connection: Connection<never>;
  readonly webhooks: readonly WebhookSample[];
  readonly unknown: readonly UnknownWebhook[];
  readonly proofs: Proofs;
  readonly troubles: readonly Trouble[];
  /** Texts that must never be seen anywhere. */
  readonly secrets: readonly string[];
  /** Everything that was logged since the last reset. */
  readonly logged: () => string;
  readonly channel?: ChannelBench;
  readonly erp?: ErpBench;
  /** Absent where the connector has no check. */
  readonly checks?: ChecksBench;
  /** Everything as at the start. */
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

/** The bytes of a sample, as they travel. */
export function bytes(body: unknown): Buffer {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}
