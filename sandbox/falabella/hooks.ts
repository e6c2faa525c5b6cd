import { type CallLog } from '../http/calls.js';
import { post } from '../post.js';
import { type FalabellaSettings } from '../settings.js';
import { type FalabellaState, type Hook, newId, type OutgoingHook } from './state.js';

export const events = [
  'onFeedCreated',
  'onFeedCompleted',
  'onOrderCreated',
  'onOrderItemsStatusChanged',
  'onProductCreated',
  'onProductQcStatusChanged',
  'onProductUpdated',
] as const;
export type EventName = (typeof events)[number];

/** Minutes to wait after the first, second, ... attempt; then the last one repeats, for thirty days. */
const waits = [1, 5, 10, 30, 60, 120, 300, 600, 1440];
const lifetimeMinutes = 30 * 1440;
const concurrentPosts = 50;

/**
 * Puts an event in the outbox of every hook registered for it. Unsigned, and without an event id, as on
 * the real platform.
 */
export function announce(
  state: FalabellaState,
  settings: FalabellaSettings,
  event: EventName,
  payload: Record<string, unknown>,
  delayMs = 0,
  times = 1,
): OutgoingHook[] {
  const body = JSON.stringify({ event, payload: written(payload, settings) });
  state.announced = (state.announced ?? 0) + 1;
  if (settings.webhookLoss > 0 && state.announced % settings.webhookLoss === 0) return [];
  const now = Date.now() + (state.announced % 2 === 1 ? settings.webhookReorderMs : 0);
  const made: OutgoingHook[] = [];
  for (const hook of state.hooks.filter((one) => one.events.includes(event))) {
    for (let copy = 0; copy < times * Math.max(1, settings.webhookRepeat); copy += 1) {
      made.push({ id: newId(), url: hook.url, body, attempt: 0, nextAt: now + delayMs, firstAt: now + delayMs });
    }
  }
  state.outbox.push(...made);
  return made;
}

/** Order ids are numbers in some events and text in others. */
function written(payload: Record<string, unknown>, { webhookOrderId }: FalabellaSettings): Record<string, unknown> {
  const { OrderId: id } = payload;
  if (webhookOrderId === 'mixed' || (typeof id !== 'number' && typeof id !== 'string')) return payload;
  return { ...payload, OrderId: webhookOrderId === 'number' ? Number(id) : String(id) };
}

/** Delivers the due events of the outbox and plans the repeats. Only an answer of exactly 200 ends an event. */
export class HookSender {
  private readonly busy = new Set<string>();

  constructor(
    private readonly state: () => FalabellaState,
    private readonly settings: FalabellaSettings,
    private readonly calls: CallLog,
  ) {}

  /** When the next post is due; null while none is, or while no more can be sent at once. */
  nextAt(): number | null {
    if (this.busy.size >= concurrentPosts) return null;
    const times = this.state()
      .outbox.filter((one) => !this.busy.has(one.id))
      .map((one) => one.nextAt);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** Posts everything that is due, side by side. */
  async sendDue(now: number): Promise<void> {
    const room = concurrentPosts - this.busy.size;
    const due = this.state()
      .outbox.filter((one) => one.nextAt <= now && !this.busy.has(one.id))
      .slice(0, Math.max(0, room));
    await Promise.all(due.map((one) => this.attempt(one)));
  }

  /** Checks that the address of a new hook answers; otherwise drops the hook. */
  async probe(hook: Hook): Promise<void> {
    const result = await post(hook.url, '', {}, this.settings.webhookTimeoutMs, 'GET');
    this.calls.sent('falabella hook probe', hook.url, '', result);
    const state = this.state();
    if (result.status !== 200) state.hooks = state.hooks.filter((one) => one.id !== hook.id);
  }

  private async attempt(outgoing: OutgoingHook): Promise<void> {
    this.busy.add(outgoing.id);
    const type = this.settings.webhookContentType;
    const result = await post(
      outgoing.url,
      outgoing.body,
      type === '' ? {} : { 'Content-Type': type },
      this.settings.webhookTimeoutMs,
    );
    this.busy.delete(outgoing.id);
    this.calls.sent('falabella hook', outgoing.url, outgoing.body, result);
    const state = this.state();
    const minute = this.settings.webhookMinuteMs;
    const wait = (waits[Math.min(outgoing.attempt, waits.length - 1)] ?? 1440) * minute;
    const now = Date.now();
    if (result.status === 200 || now + wait - outgoing.firstAt > lifetimeMinutes * minute) {
      state.outbox = state.outbox.filter((one) => one.id !== outgoing.id);
      return;
    }
    outgoing.attempt += 1;
    outgoing.nextAt = now + wait;
  }
}
