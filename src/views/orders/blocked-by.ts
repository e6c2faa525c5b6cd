import { isOpen, type Mark } from '../../common/mongo/mark.js';
import { isActive } from '../../orders/hold-state.js';
import { isDeliverable, isSold } from '../../orders/planner.js';
import { type OrderDoc, type OrderSwitches } from '../../orders/order.types.js';

/**
 * Why an order waits. `mapping`: a person must map a SKU. `recording`: the ledger. `delivery`: the work in
 * the ERP. `review`: a planned new plan. `status`: its platform must allow the delivery. `person`: only a
 * person can decide.
 */
export const BLOCK_REASONS = ['mapping', 'recording', 'delivery', 'review', 'status', 'person'] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

export interface Blocked {
  readonly for: BlockReason;
  readonly detail: string;
  readonly since: Date | null;
  /** Null: not by itself. */
  readonly nextTry: Date | null;
  readonly attempts: number;
  /** Dead until a person restarts it. */
  readonly dead: boolean;
}

type Waiting = Pick<OrderDoc, 'snapshot' | 'holds' | 'transfers' | 'unmapped' | 'record' | 'deliver' | 'review'>;

/** All reasons why an order waits; empty: no work is left. `switches` null: its connection is not configured. Pure. */
export function blockedBy(order: Waiting, switches: OrderSwitches | null): Blocked[] {
  const { unmapped = [], record, deliver, review, transfers } = order;
  const waits: Blocked[] = [];
  if (unmapped.length > 0) waits.push(waitOf('mapping', `nobody knows what ${unmapped.join(', ')} is`, review));
  if (isOpen(record))
    waits.push(waitOf('recording', record.error ?? 'its plan is to be recorded in the ledger', record));
  if (isOpen(deliver)) waits.push(waitOf('delivery', deliver.error ?? 'the ERP has something to do', deliver));
  if (unmapped.length === 0 && review && isOpen(review))
    waits.push(waitOf('review', review.error ?? 'it is to be planned again', review));
  for (const { n, state } of transfers)
    if (state === 'conflict')
      waits.push(waitOf('person', `delivery ${n} met something else under its name in the ERP`, undefined));
  const status = waitsForStatus(order, switches);
  if (status !== null) waits.push(waitOf('status', status, undefined));
  return waits;
}

function waitsForStatus({ snapshot, holds, deliver }: Waiting, switches: OrderSwitches | null): string | null {
  const isReserved = holds.some(isActive);
  if (!switches || !isReserved || isOpen(deliver) || !isSold(snapshot.status) || isDeliverable(snapshot, switches))
    return null;
  const paid = snapshot.paid === false && !switches.deliverUnpaid ? ' and paid' : '';
  return `it is delivered once it is ${switches.deliverAt}${paid}; it is ${snapshot.status}${snapshot.paid === false ? ', not paid' : ''}`;
}

function waitOf(reason: BlockReason, detail: string, mark: Mark | undefined): Blocked {
  const dead = mark?.dead === true && mark.due === undefined;
  return {
    for: reason,
    detail,
    since: mark?.since ?? null,
    nextTry: mark?.due ?? null,
    attempts: mark?.attempts ?? 0,
    dead,
  };
}
