import { setTimeout as delay } from 'node:timers/promises';
import { addToOrder, changeStatus, RefusedOrder, type SaleLine, type Selection, sell } from '../falabella/orders.js';
import { findOrder } from '../falabella/orderIndex.js';
import { type SellerCenter } from '../falabella/sellerCenter.js';
import { type SimpleWebhook } from '../falabella/simpleWebhook.js';
import { type FalabellaOrder, type OrderItem } from '../falabella/state.js';
import { spelled } from '../falabella/orders.js';
import { type PostResult } from '../post.js';
import { type FalabellaSettings } from '../settings.js';
import { allow, BadInput, choice, type Input, needText, number, text } from './input.js';
import { describeOrder, type OrderState } from './state.js';

const webhookKinds = ['auto', 'simple', 'registered', 'both', 'none'] as const;

/** The result of a play: the order as it is now, and the webhooks sent. */
export interface PlayResult {
  order: OrderState;
  /** One for each post of the simple webhook: the app's status and body, or the error. */
  webhooks: PostResult[];
  /** Events put in the outbox of registered hooks. */
  registered: number;
  repeated: boolean;
}

interface Telling {
  kind: (typeof webhookKinds)[number];
  times: number;
  delayMs: number;
  status: string;
}

/** Plays the actions of shoppers and the carrier at Falabella, and sends the app the requested webhooks. */
export class OrderPlays {
  constructor(
    private readonly center: SellerCenter,
    private readonly settings: FalabellaSettings,
    private readonly simple: SimpleWebhook,
  ) {}

  /** A sale. For an existing id the same bytes are sent again, and nothing else happens. */
  async sell(input: Input): Promise<PlayResult> {
    allow(input, ['sku', 'quantity', 'lines', 'id', 'status', 'webhook', 'times', 'delayMs', 'force', 'lateMs']);
    const telling = this.telling(input, 'confirmed');
    const id = text(input, 'id');
    const existing = id === undefined ? undefined : findOrder(this.center.state, id);
    if (existing) return this.repeat(existing, telling);
    const order = sell(this.center.state, this.settings, {
      lines: lines(input),
      id,
      force: input.force === true,
      lateMs: number(input, 'lateMs'),
    });
    return this.tell(
      order,
      telling,
      () => this.center.announce('onOrderCreated', { OrderId: order.id }, telling.delayMs, telling.times).length,
    );
  }

  /** Moves items to a status: canceled, ready_to_ship, shipped, delivered, failed, returned, ... */
  async change(orderId: string, status: string, input: Input): Promise<PlayResult> {
    allow(input, ['status', 'webhookStatus', 'itemIds', 'sku', 'quantity', 'webhook', 'times', 'delayMs', 'reason']);
    const order = this.find(orderId);
    const telling = this.telling(
      { ...input, status: input.webhookStatus },
      status === 'canceled' ? 'cancelled' : status,
    );
    const selection: Selection = {
      itemIds: input.itemIds as number[] | undefined,
      sku: text(input, 'sku'),
      quantity: number(input, 'quantity'),
    };
    const items = changeStatus(this.center.state, this.settings, order, status, selection, text(input, 'reason'));
    return this.tell(order, telling, () => this.announceChange(order, items, telling));
  }

  /** Units that are added to the order later. */
  async add(orderId: string, input: Input): Promise<PlayResult> {
    allow(input, ['sku', 'quantity', 'lines', 'status', 'webhook', 'times', 'delayMs', 'force']);
    const order = this.find(orderId);
    const telling = this.telling(input, 'confirmed');
    const before = new Set(order.items.map((item) => item.id));
    addToOrder(this.center.state, this.settings, order, lines(input), input.force === true);
    const added = order.items.filter((item) => !before.has(item.id));
    return this.tell(order, telling, () => this.announceChange(order, added, telling));
  }

  private find(id: string): FalabellaOrder {
    const order = findOrder(this.center.state, id);
    if (!order) throw new RefusedOrder(404, `no order ${id}`);
    return order;
  }

  private telling(input: Input, status: string): Telling {
    const times = number(input, 'times') ?? 1;
    if (!Number.isInteger(times) || times < 1 || times > 1000)
      throw new BadInput('times must be a whole number from 1 to 1000');
    return {
      kind: choice(input, 'webhook', webhookKinds, 'auto'),
      times,
      delayMs: number(input, 'delayMs') ?? 0,
      status: text(input, 'status') ?? status,
    };
  }

  private announceChange(order: FalabellaOrder, items: readonly OrderItem[], telling: Telling): number {
    const [first] = items;
    if (!first) return 0;
    const payload = {
      OrderId: String(order.id),
      OrderItemIds: items.map((item) => String(item.id)),
      NewStatus: spelled(first.status, this.settings),
    };
    return this.center.announce('onOrderItemsStatusChanged', payload, telling.delayMs, telling.times).length;
  }

  /**
   * Sends webhooks; the state has changed already. By default a seller with registered hooks receives
   * those, any other the simple webhook.
   */
  private async tell(order: FalabellaOrder, telling: Telling, announce: () => number): Promise<PlayResult> {
    const body = this.simple.compose(order, telling.status);
    this.center.wake();
    const wantsRegistered = telling.kind === 'registered' || telling.kind === 'both' || telling.kind === 'auto';
    const registered = wantsRegistered ? announce() : 0;
    const wantsSimple =
      telling.kind === 'simple' || telling.kind === 'both' || (telling.kind === 'auto' && registered === 0);
    return {
      order: describeOrder(order),
      webhooks: wantsSimple ? await this.post(body, telling) : [],
      registered,
      repeated: false,
    };
  }

  private async repeat(order: FalabellaOrder, telling: Telling): Promise<PlayResult> {
    const wantsRegistered = telling.kind !== 'simple' && telling.kind !== 'none';
    const registered = wantsRegistered
      ? this.center.announce('onOrderCreated', { OrderId: order.id }, telling.delayMs, telling.times).length
      : 0;
    const wantsSimple =
      telling.kind === 'simple' || telling.kind === 'both' || (telling.kind === 'auto' && registered === 0);
    const body = order.lastBody ?? this.simple.compose(order, telling.status);
    return {
      order: describeOrder(order),
      webhooks: wantsSimple ? await this.post(body, telling) : [],
      registered,
      repeated: true,
    };
  }

  /** With a delay the post is sent in the background, and its answer is not awaited. */
  private async post(body: string, telling: Telling): Promise<PostResult[]> {
    if (telling.delayMs === 0) return this.simple.send(body, telling.times);
    void delay(telling.delayMs, undefined, { ref: false }).then(() => this.simple.send(body, telling.times));
    return [];
  }
}

function lines(input: Input): SaleLine[] {
  const given = input.lines ?? [{ sku: input.sku, quantity: input.quantity ?? 1 }];
  if (!Array.isArray(given)) throw new BadInput('lines must be a list');
  return (given as Input[]).map((line) => ({
    sku: needText(line, 'sku'),
    quantity: number(line, 'quantity') ?? 1,
    fulfilled: line.fulfilled === true,
    facility: text(line, 'facility'),
  }));
}
