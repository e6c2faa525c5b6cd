import { type OrderSnapshot } from './order-snapshot.js';
import { type Mark } from '../common/mongo/mark.js';

/**
 * Units of one line that are reserved in the ledger. Its SKU, warehouse and units are fixed when it is
 * planned. It ends once, released or committed.
 */
export interface Hold {
  /** Key of its `reserve` movement; its end is the same key with `/end`. */
  readonly key: string;
  readonly lineId: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly master: string;
  readonly units: number;
  readonly rev: number;
  /** The plan that releases it, where no delivery was ever begun for the order. */
  readonly releaseRev?: number;
  /** To be released once the ERP confirms that its delivery will not happen. */
  readonly unwanted?: boolean;
  readonly transfer?: number;
  /** The ledger ships it and nothing can stop that. Decided before the ledger records it. */
  readonly leaving?: boolean;
  /** `refused`: another warehouse serves it, nothing was reserved here. */
  readonly ended?: 'released' | 'committed' | 'refused';
  /** Several warehouses could serve it: it is reserved here only while enough is available. */
  readonly guarded?: boolean;
}

/** A part of one unit of a line. Fixed when the line is first planned. */
export interface LinePart {
  readonly sku: string;
  readonly units: number;
}

export interface PlannedLine {
  readonly lineId: string;
  readonly parts: readonly LinePart[];
  /**
   * Its SKU was not live when the line was first planned, so the line moves no stock until a person
   * decides about it.
   */
  readonly notLive?: true;
}

/**
 * Whether an order from before the cut-over counts. `before`: no person has decided yet, so it moves no
 * stock. `handled`: it is dealt with elsewhere and never moves stock. `counted`: it counts like any other
 * order.
 */
export type Counting = 'before' | 'handled' | 'counted';

/** Units that were delivered and are no longer sold, with a person's answer whether they came back. */
export interface SettledReturn {
  /** A second answer under one key changes nothing. */
  readonly key: string;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly goodsBack: boolean;
  readonly at: Date;
  readonly actor: string;
}

/** A person released the reservations of an order that its platform no longer shows. */
export interface ReleaseByHand {
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
  /** It applies until the platform shows a version newer than this. */
  readonly version: number;
}

/**
 * A delivery in the ERP. Its name is stored before the ERP is called.
 * `named`: may have begun. `done`: booked, not yet counted. `closed`: booked and counted. `cancelled`:
 * will never be booked. `conflict`: its name belongs to something else in the ERP; a person must check.
 */
export interface Transfer {
  readonly n: number;
  readonly name: string;
  readonly state: 'named' | 'done' | 'closed' | 'cancelled' | 'conflict';
  /** It should no longer happen: the ERP is asked to cancel it. */
  readonly cancel?: boolean;
  readonly reference?: string;
}

/** The stored state of an order: its last snapshot, its holds and its transfers. */
export interface OrderState {
  readonly rev: number;
  readonly holds: readonly Hold[];
  readonly transfers: readonly Transfer[];
  /** What the lines are made of. A line that is absent is one unit of its holds' SKU. */
  readonly lines?: readonly PlannedLine[];
  /** SKUs of the channel that are not mapped. The order waits for them. */
  readonly unmapped?: readonly string[];
  readonly returns?: readonly SettledReturn[];
  readonly released?: ReleaseByHand;
  /** Absent: it counts. */
  readonly counting?: Counting;
}

/** When an order's units are reserved, and when they are delivered. */
export interface OrderSwitches {
  readonly reserveAt: 'created' | 'paid';
  readonly deliverAt: 'confirmed' | 'paid' | 'ready_to_ship' | 'shipped';
  /** Delivers orders, too, that their platform shows as unpaid. */
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
  /** The plan to record in the ledger: `requested` is the newest plan's rev, `processed` the recorded one's. */
  readonly record: Mark;
  /** The work in the ERP. */
  readonly deliver: Mark;
  /** Plan it again: a SKU was mapped, or its reservation expires. */
  readonly review?: Mark;
  /** SKUs with units that are reserved and not delivered. */
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
