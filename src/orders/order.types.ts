import { type OrderSnapshot } from './order-snapshot.js';
import { type Mark } from '../common/mongo/mark.js';

/**
 * Units of one line that are promised in the ledger. What a hold promises is fixed when it is planned; it ends once, released or committed.
 */
export interface Hold {
  /** Key of its `reserve` movement; its end is the same key with `/end`. */
  readonly key: string;
  readonly lineId: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly units: number;
  /** The plan that made it. */
  readonly rev: number;
  /** The plan that gives it back, where no delivery was ever begun for the order. */
  readonly releaseRev?: number;
  /** To be given back as soon as the ERP says that its delivery will not happen. */
  readonly unwanted?: boolean;
  /** The transfer that carries it out. */
  readonly transfer?: number;
  /** It is carried out in the ledger, come what may: decided before the ledger hears of it. */
  readonly leaving?: boolean;
  /** `refused`: another warehouse serves it, nothing was promised here. */
  readonly ended?: 'released' | 'committed' | 'refused';
  /** Several warehouses could serve it: it is promised here only while as much is available. */
  readonly guarded?: boolean;
}

/** What one unit of a line is made of: fixed when the line is first planned. */
export interface LinePart {
  readonly sku: string;
  readonly units: number;
}

export interface PlannedLine {
  readonly lineId: string;
  readonly parts: readonly LinePart[];
  /** Its SKU was not live when it was first planned, so it moves no stock; nobody has said yet what is to become of it. */
  readonly notLive?: true;
}

/**
 * What is to become of an order from before the cut-over. `before`: nobody has said yet, so it moves no stock. `handled`: somebody else has
 * seen to it, it never does. `counted`: like any other order.
 */
export type Counting = 'before' | 'handled' | 'counted';

/** Units that were carried out and are not sold any more, of which somebody has said what became. */
export interface SettledReturn {
  /** Whoever says it twice under one key has said it once. */
  readonly key: string;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly goodsBack: boolean;
  readonly at: Date;
  readonly actor: string;
}

/** Somebody gave the reservations of an order back that its platform does not show any more. */
export interface ReleaseByHand {
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
  /** It stands until the platform shows something newer than this. */
  readonly version: number;
}

/**
 * A delivery in the ERP. Its name is stored before the ERP hears of it.
 * `named`: may have begun. `done`: booked, not yet counted. `closed`: booked and counted. `cancelled`: will never be booked.
 * `conflict`: its name belongs to something else in the ERP; a person has to look.
 */
export interface Transfer {
  readonly n: number;
  readonly name: string;
  readonly state: 'named' | 'done' | 'closed' | 'cancelled' | 'conflict';
  /** It should not happen any more: the ERP is asked. */
  readonly cancel?: boolean;
  readonly reference?: string;
}

/** What is stored of an order: how its platform last showed it, what is promised for it, and what is carried out. */
export interface OrderState {
  readonly rev: number;
  readonly holds: readonly Hold[];
  readonly transfers: readonly Transfer[];
  /** What the lines are made of. A line that is not here is one unit of its holds' SKU. */
  readonly lines?: readonly PlannedLine[];
  /** SKUs of the channel that nobody knows what to do with: the order waits for them. */
  readonly unmapped?: readonly string[];
  readonly returns?: readonly SettledReturn[];
  readonly released?: ReleaseByHand;
  /** Absent: it counts, and was never in question. */
  readonly counting?: Counting;
}

/** When an order's units are promised, and when they are carried out. */
export interface OrderSwitches {
  readonly reserveAt: 'created' | 'paid';
  readonly deliverAt: 'confirmed' | 'paid' | 'ready_to_ship' | 'shipped';
  /** Also what its platform says is not paid is delivered. */
  readonly deliverUnpaid: boolean;
  /** After how many hours an order that may not be delivered yet loses its reservation; null: never. */
  readonly reservationHours: number | null;
}

export interface OrderDoc extends OrderState {
  readonly _id: string;
  readonly connection: string;
  readonly orderId: string;
  readonly number?: string;
  readonly snapshot: OrderSnapshot;
  /** When the snapshot arrived. */
  readonly seenAt?: Date;
  /** The plan to record in the ledger: `wanted` is the newest plan's rev, `done` the recorded one's. */
  readonly record: Mark;
  /** The work in the ERP. */
  readonly deliver: Mark;
  /** It is to be planned again: a SKU was mapped, or its reservation expires. */
  readonly review?: Mark;
  /** SKUs with units that are promised and not carried out. */
  readonly heldSkus?: readonly string[];
  readonly lease?: { readonly owner: string; readonly until: Date };
  readonly correlationId?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly schemaVersion: number;
}

export function orderKey(connection: string, orderId: string): string {
  return `${connection}/${encodeURIComponent(orderId)}`;
}
