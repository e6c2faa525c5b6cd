import { createHmac } from 'node:crypto';
import { type CallLog } from '../http/calls.js';
import { post, type PostResult } from '../post.js';
import { type TiendanubeSettings } from './settings.js';
import { type Delivery, type Store, type TiendanubeState } from './state.js';

const changes = ['created', 'updated', 'deleted'];
const of = (resource: string, names: readonly string[]): string[] => names.map((name) => `${resource}/${name}`);

/** Every event that a webhook can be registered for. There is none about stock. */
export const events: ReadonlySet<string> = new Set([
  ...of('app', ['uninstalled', 'suspended', 'resumed']),
  ...of('category', changes),
  ...of('customer', changes),
  ...of('product', changes),
  ...of('location', changes),
  ...of('order', [
    'created',
    'updated',
    'paid',
    'packed',
    'fulfilled',
    'cancelled',
    'custom_fields_updated',
    'edited',
    'pending',
    'voided',
    'unpacked',
  ]),
  'product_variant/custom_fields_updated',
  ...of('order_custom_field', changes),
  ...of('product_variant_custom_field', changes),
  'domain/updated',
  'subscription/updated',
  'fulfillment/updated',
  ...of('fulfillment_order', [
    'status_updated',
    'tracking_event_created',
    'tracking_event_updated',
    'tracking_event_deleted',
  ]),
]);

/**
 * Minutes from the first failure to each repeat: at once, 5, 10 and 15, then each wait 1.4 times the one
 * before, within 48 hours.
 */
export const repeatMinutes = [0, 5, 10, 15, 36, 65, 107, 164, 245, 358, 516, 737, 1047, 1481, 2089] as const;
const concurrentPosts = 50;
const keptUndelivered = 1000;

/** The signature that the receiver checks: HMAC-SHA256 over the exact bytes, in lowercase hex. */
export const signatureOf = (body: string, clientSecret: string): string =>
  createHmac('sha256', clientSecret).update(body, 'utf8').digest('hex');

/** The bytes of an event: only store, event and id, so that two changes of one thing have equal bytes. */
export function bodyOf(
  store: Store,
  event: string,
  id: number | string | undefined,
  { webhookStoreId }: TiendanubeSettings,
): string {
  const asText = webhookStoreId === 'text' || (webhookStoreId === 'mixed' && event.startsWith('location/'));
  return JSON.stringify({ store_id: asText ? String(store.id) : store.id, event, ...(id === undefined ? {} : { id }) });
}

/** A number from 0 to 1, different for neighbouring steps: the fractional parts of the golden ratio's multiples. */
const spread = (step: number): number => (step * 0.618_033_988_75) % 1;

/** Puts an event in the outbox of every webhook of the store that is registered for it. */
export function announce(
  state: TiendanubeState,
  settings: TiendanubeSettings,
  store: Store,
  event: string,
  id?: number | string,
): Delivery[] {
  if (store.suspended) return [];
  const urls = store.webhooks.filter((webhook) => webhook.event === event).map((webhook) => webhook.url);
  if (urls.length === 0) return [];
  state.announced += 1;
  if (settings.webhookLoss > 0 && state.announced % settings.webhookLoss === 0) return [];
  const due = Date.now() + (state.announced % 2 === 1 ? settings.webhookReorderMs : 0);
  const body = bodyOf(store, event, id, settings);
  const copies = urls.flatMap((url) => Array.from({ length: Math.max(1, settings.webhookRepeat) }, () => url));
  return copies.map((url, copy) => {
    const nextAt = due + spread(state.announced + copy * 7) * settings.webhookJitterMs;
    return queue(state, { storeId: store.id, event, url, body, nextAt });
  });
}

export function queue(
  state: TiendanubeState,
  what: Pick<Delivery, 'storeId' | 'event' | 'url' | 'body' | 'nextAt'>,
): Delivery {
  const delivery: Delivery = { ...what, id: ++state.lastSmallId, failed: 0, firstFailedAt: null };
  state.outbox[delivery.id] = delivery;
  return delivery;
}

const isTaken = ({ status }: PostResult): boolean => status !== null && status >= 200 && status < 300;

/** Counters of the posts since the start or the last reset. */
export interface DeliveryCounters {
  posts: number;
  /** Posts without an answer of 2xx in time. */
  failures: number;
  /** The slowest answer. */
  slowestMs: number;
}

/** Delivers the due events of the outbox and plans the repeats. Any 2xx in time ends a delivery. */
export class HookSender {
  readonly counters: DeliveryCounters = { posts: 0, failures: 0, slowestMs: 0 };
  private readonly busy = new Set<Delivery>();

  constructor(
    private readonly state: () => TiendanubeState,
    private readonly settings: TiendanubeSettings,
    private readonly calls: CallLog,
  ) {}

  /** When the next post is due; null while none is, or while no more can be sent at once. */
  nextAt(): number | null {
    if (this.busy.size >= concurrentPosts) return null;
    let next: number | null = null;
    for (const one of Object.values(this.state().outbox)) {
      if (!this.busy.has(one) && (next === null || one.nextAt < next)) next = one.nextAt;
    }
    return next;
  }

  /** Posts due events concurrently, in the order in which they became due. */
  async sendDue(now: number, sent: () => void): Promise<void> {
    const due = Object.values(this.state().outbox)
      .filter((one) => one.nextAt <= now && !this.busy.has(one))
      .sort((a, b) => a.nextAt - b.nextAt || a.id - b.id)
      .slice(0, Math.max(0, concurrentPosts - this.busy.size));
    await Promise.all(due.map((one) => this.attempt(one).then(sent)));
  }

  private async attempt(delivery: Delivery): Promise<void> {
    this.busy.add(delivery);
    const state = this.state();
    const began = performance.now();
    const result = await this.send(delivery);
    this.busy.delete(delivery);
    this.count(result, performance.now() - began);
    this.calls.sent('tiendanube webhook', delivery.url, delivery.body, result);
    if (isTaken(result)) {
      delete state.outbox[delivery.id];
      return;
    }
    const now = Date.now();
    delivery.firstFailedAt ??= now;
    const minutes = repeatMinutes[delivery.failed];
    delivery.failed += 1;
    if (minutes !== undefined) {
      delivery.nextAt = delivery.firstFailedAt + minutes * this.settings.webhookMinuteMs;
      return;
    }
    delete state.outbox[delivery.id];
    state.undelivered.push(delivery);
    if (state.undelivered.length > keptUndelivered) state.undelivered.shift();
  }

  private count(result: PostResult, tookMs: number): void {
    this.counters.posts += 1;
    this.counters.slowestMs = Math.max(this.counters.slowestMs, Math.round(tookMs));
    if (!isTaken(result)) this.counters.failures += 1;
  }

  /** An address on another machine is never called; it counts as one that does not answer. */
  private async send({ url, body }: Delivery): Promise<PostResult> {
    const headers = {
      'Content-Type': 'application/json',
      'x-linkedstore-hmac-sha256': signatureOf(body, this.settings.clientSecret),
    };
    try {
      return await post(url, body, headers, this.settings.webhookTimeoutMs);
    } catch (error) {
      return { status: null, body: '', error: (error as Error).message };
    }
  }
}
