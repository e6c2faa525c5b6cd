import { isOpen, type Mark } from '../../common/mongo/mark.js';
import { isActive } from '../../orders/hold-state.js';
import { isDeliverable, isSold } from '../../orders/planner.js';
import { type OrderStatus } from '../../orders/order-snapshot.js';
import { type ReasonCode, type WordCode } from '../../words/core-words.js';
import { type Message } from '../../words/message.js';
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
  /** A code with its values, or what is stored: a code, or the words of another system. */
  readonly detail: string | Message<ReasonCode>;
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
  if (unmapped.length > 0) waits.push(waitOf('mapping', unmappedReason(unmapped), review));
  if (isOpen(record)) waits.push(waitOf('recording', record.error ?? 'reasons.to_record', record));
  if (isOpen(deliver)) waits.push(waitOf('delivery', deliver.error ?? 'reasons.to_deliver', deliver));
  if (unmapped.length === 0 && review && isOpen(review))
    waits.push(waitOf('review', review.error ?? 'reasons.to_review', review));
  for (const { n, state } of transfers)
    if (state === 'conflict')
      waits.push(waitOf('person', { code: 'reasons.delivery_conflict', params: { n } }, undefined));
  const status = waitsForStatus(order, switches);
  if (status !== null) waits.push(waitOf('status', status, undefined));
  return waits;
}

function unmappedReason(skus: readonly string[]): Message<ReasonCode> {
  return { code: 'reasons.unmapped', params: { skus: skus.join(', ') } };
}

function waitsForStatus(
  { snapshot, holds, deliver }: Waiting,
  switches: OrderSwitches | null,
): Message<ReasonCode> | null {
  const isReserved = holds.some(isActive);
  if (!switches || !isReserved || isOpen(deliver) || !isSold(snapshot.status) || isDeliverable(snapshot, switches))
    return null;
  const params = { needed: statusWord(switches.deliverAt), status: statusWord(snapshot.status) };
  if (snapshot.paid !== false) return { code: 'reasons.not_deliverable', params };
  return { code: switches.deliverUnpaid ? 'reasons.not_deliverable_unpaid' : 'reasons.not_paid', params };
}

function statusWord(status: OrderStatus): Message<WordCode> {
  return { code: `orders.${status}` };
}

function waitOf(reason: BlockReason, detail: Blocked['detail'], mark: Mark | undefined): Blocked {
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
