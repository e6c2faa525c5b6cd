import { Injectable } from '@nestjs/common';
import { AlertsService } from '../../alerts/alerts.service.js';
import { distinct, groupBy } from '../../common/collections.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { stateOf, type HoldState } from '../../orders/hold-state.js';
import { OrderLookup } from '../../orders/order-lookup.service.js';
import { type Hold, type OrderDoc, type OrderSwitches } from '../../orders/order.types.js';
import { OrderPolicy } from '../../orders/order-policy.js';
import { type Language } from '../../words/language.js';
import { wordedReason } from '../../words/reasons.js';
import { Words } from '../../words/words.js';
import { mergeStreams } from '../timeline/streams.js';
import { movementItem } from '../timeline/timeline-items.js';
import { type HoldItem, type OrderDetails, type OrderLineItem } from './order-details.dto.js';
import { type OrderItem } from './order-queries.dto.js';
import { OrdersPageRepository } from './orders-page.repository.js';
import { blockedBy } from './blocked-by.js';

const MOST_MOVEMENTS = 500;

/** Orders for people. */
@Injectable()
export class OrderViews {
  constructor(
    private readonly lookup: OrderLookup,
    private readonly repository: OrdersPageRepository,
    private readonly policy: OrderPolicy,
    private readonly connections: ConnectionsService,
    private readonly alerts: AlertsService,
    private readonly words: Words,
  ) {}

  item(order: OrderDoc, language: Language): OrderItem {
    const { _id, connection, orderId, number, snapshot, createdAt, updatedAt } = order;
    return {
      id: _id,
      connection,
      orderId,
      number: number ?? null,
      status: snapshot.status,
      statusText: snapshot.statusText,
      paid: snapshot.paid ?? null,
      units: snapshot.lines.reduce((sum, line) => sum + line.quantity, 0),
      skus: distinct(snapshot.lines.map((line) => line.sku)),
      blockedBy: blockedBy(order, this.switches(connection)).map((wait) => ({
        ...wait,
        ...wordedReason(wait.detail, this.words, language),
      })),
      createdAt,
      updatedAt,
    };
  }

  /** @throws NotFoundError, ConflictError where several orders have the name */
  async card(name: string, language: Language): Promise<OrderDetails> {
    const order = await this.lookup.one(name);
    const [movements, alerts] = await Promise.all([
      this.repository.movementsOf(order, MOST_MOVEMENTS + 1),
      this.alerts.openAbout(order._id),
    ]);
    const streams = [...groupBy(movements, (movement) => movement.entry)].map(([entry, ofEntry]) => ({
      name: entry,
      items: ofEntry.map(movementItem),
    }));
    return {
      ...this.item(order, language),
      seenAt: order.seenAt ?? null,
      lines: linesOf(order),
      transfers: order.transfers.map(({ n, name: called, state, cancel, reference }) => ({
        n,
        name: called,
        state,
        cancel: cancel ?? false,
        reference: reference ?? null,
      })),
      returns: (order.returns ?? []).map(({ lineId, sku, units, goodsBack, at, actor }) => ({
        lineId,
        sku,
        units,
        goodsBack,
        at,
        actor,
      })),
      released: order.released
        ? { reason: order.released.reason, actor: order.released.actor, at: order.released.at }
        : null,
      alerts: alerts.map((alert) => ({
        kind: alert.kind,
        ...this.alerts.textsOf(alert, language),
        openedAt: alert.openedAt,
      })),
      movements: [...mergeStreams(streams, MOST_MOVEMENTS).items],
      moreMovements: movements.length > MOST_MOVEMENTS,
    };
  }

  private switches(connection: string): OrderSwitches | null {
    return this.connections.find(connection) ? this.policy.switches(connection) : null;
  }
}

/** The lines that the platform shows, and lines with reserved units that it no longer shows. */
function linesOf({ snapshot, lines = [], holds, record }: OrderDoc): OrderLineItem[] {
  const parts = new Map(lines.map((line) => [line.lineId, line.parts]));
  const shown = new Map(snapshot.lines.map(({ lineId, sku, quantity }) => [lineId, { lineId, sku, quantity }]));
  for (const { lineId, sku } of holds) if (!shown.has(lineId)) shown.set(lineId, { lineId, sku, quantity: 0 });
  return [...shown.values()].map((line) => ({
    ...line,
    parts: parts.get(line.lineId)?.map(({ sku, units }) => ({ sku, units })) ?? null,
    holds: holds.filter((hold) => hold.lineId === line.lineId).map((hold) => holdItem(hold, record)),
  }));
}

/** The release that a recorded plan asked for stands in the ledger, though the order does not say so. */
function holdItem(hold: Hold, record: OrderDoc['record']): HoldItem {
  const { sku, warehouse, units, transfer, key } = hold;
  const state = stateOf(hold);
  const isReleased = state.is === 'releasing' && state.rev <= record.processed;
  return { sku, warehouse, units, state: isReleased ? 'released' : SHOWN[state.is], transfer: transfer ?? null, key };
}

/** The state of a hold for people. */
const SHOWN: Record<HoldState['is'], HoldItem['state']> = {
  reserved: 'held',
  shipping: 'held',
  delivering: 'held',
  cancelling: 'releasing',
  releasing: 'releasing',
  released: 'released',
  committed: 'committed',
  refused: 'refused',
};
