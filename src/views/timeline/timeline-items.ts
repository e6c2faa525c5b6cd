import { type ChannelObservation } from '../../publishing/channel-observation.schema.js';
import { type ListingPush } from '../../publishing/schemas.js';
import { type Cause, type Movement } from '../../stock/ledger.types.js';
import { type CauseItem, type MovementItem, type ObservedLine, type PublishLine } from './timeline-item.dto.js';

export function movementItem(movement: Movement): MovementItem {
  const { _id, at, sku, warehouse, seq, kind, quantityDelta, reservedDelta, quantity, reserved, observed, cause } =
    movement;
  return {
    type: 'movement',
    id: _id,
    at,
    sku,
    warehouse,
    seq,
    kind,
    quantityDelta,
    reservedDelta,
    quantity,
    reserved,
    available: quantity - reserved,
    observed,
    cause: causeItem(cause),
  };
}

/** The number of one SKU in a push. Null: the push did not contain it. */
export function publishLine(push: ListingPush, sku: string): PublishLine | null {
  const item = push.items.find((one) => one.sku === sku);
  if (!item) return null;
  const { _id, createdAt, connection, state, error, ref, finishedAt, orderIds } = push;
  return {
    type: 'published',
    id: _id,
    at: createdAt,
    connection,
    sku,
    quantity: item.quantity,
    state: item.refused === undefined ? state : 'refused',
    reason: item.refused ?? error ?? null,
    ref: ref ?? null,
    finishedAt: finishedAt ?? null,
    orderIds,
  };
}

export function observedLine({
  _id,
  at,
  connection,
  sku,
  quantity,
  before,
  published,
  seenBy,
}: ChannelObservation): ObservedLine {
  return {
    type: 'observed',
    id: _id,
    at,
    connection,
    sku,
    quantity,
    before: before ?? null,
    published: published ?? null,
    seenBy,
  };
}

function causeItem({ type, connection, orderId, commandId, runId, actor, reason, correlationId }: Cause): CauseItem {
  return {
    type,
    connection: connection ?? null,
    orderId: orderId ?? null,
    commandId: commandId ?? null,
    runId: runId ?? null,
    actor: actor ?? null,
    reason: reason ?? null,
    correlationId: correlationId ?? null,
  };
}
