import { html } from '../http/answer.js';
import { type CallLog } from '../http/calls.js';
import { type Request, type Reply } from '../http/request.js';
import { type FalabellaSettings } from '../settings.js';
import { feedActions } from './actions/feed.js';
import { orderActions } from './actions/order.js';
import { productActions } from './actions/product.js';
import { stockActions } from './actions/stock.js';
import { webhookActions } from './actions/webhook.js';
import { type Action } from './context.js';
import { failure, type Manner } from './envelope.js';
import { SellerCenterError, sellerError } from './errors.js';
import { advanceFeeds, nextFeedAt } from './feeds.js';
import { checkCall } from './gate.js';
import { announce, type EventName, HookSender } from './hooks.js';
import { passFeedGate, ReadLimit } from './limits.js';
import { parseQuery } from './signature.js';
import { type FalabellaState, freshState, type OutgoingHook } from './state.js';

const actions: Record<string, Action> = {
  ...orderActions,
  ...productActions,
  ...stockActions,
  ...feedActions,
  ...webhookActions,
};
const feedMakers = new Set(['UpdateStock', 'ProductUpdate']);

/** `SELLER_ID/TECH/VERSION`, and in the longer form the kind of integration and the business unit. */
function hasUserAgent(given: string, { userAgent }: FalabellaSettings): boolean {
  if (userAgent === 'any') return true;
  const parts = given.split('/').filter((part) => part.trim() !== '');
  return parts.length >= (userAgent === 'five' ? 5 : 3);
}

/** The action of a call: from the query or, if absent, from the last part of the path. */
export function falabellaCallName(request: Request): string {
  return parseQuery(request.rawQuery).get('Action') ?? request.path;
}

/**
 * One seller's account at Falabella: signed calls, feeds that are processed in the background, and
 * webhooks with their repeats.
 */
export class SellerCenter {
  state: FalabellaState = freshState();
  readonly hooks: HookSender;
  private readonly reads = new ReadLimit();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly settings: FalabellaSettings,
    calls: CallLog,
    private readonly changed: () => void,
  ) {
    this.hooks = new HookSender(() => this.state, settings, calls);
  }

  serve(request: Request): Reply {
    this.tick();
    const parameters = parseQuery(request.rawQuery);
    const action = parameters.get('Action') ?? '';
    const manner = this.manner(action, parameters.get('Format'));
    if (!hasUserAgent(request.headers['user-agent'] ?? '', this.settings))
      return { answer: html(403, '<html><h1>403 Forbidden</h1></html>') };
    try {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      checkCall(parameters, run !== undefined, this.settings, Date.now());
      if (!run) throw sellerError(8);
      if (!feedMakers.has(action) && !this.reads.pass(this.settings.readsPerMinute, Date.now())) throw sellerError(429);
      const answer = run({
        action,
        version: parameters.get('Version') ?? '1.0',
        parameters,
        method: request.method,
        body: request.body,
        state: this.state,
        settings: this.settings,
        manner,
        passFeedGate: () => passFeedGate(this.state, this.settings, Date.now()),
        announce: (event, payload) => this.announce(event, payload),
      });
      if (request.method === 'POST') this.wake();
      const made = action === 'CreateWebhook' && this.settings.webhookProbe ? this.state.hooks.at(-1) : undefined;
      return made ? { answer, after: () => this.hooks.probe(made) } : { answer };
    } catch (error) {
      if (error instanceof SellerCenterError) return { answer: failure(manner, error) };
      throw error;
    }
  }

  /** The answer to a fault with an ErrorCode. */
  fail(request: Request, code: number, message: string | undefined, status: number | undefined): Reply {
    const parameters = parseQuery(request.rawQuery);
    const known = sellerError(code);
    const error = new SellerCenterError(code, message ?? known.message, known.type, status ?? known.httpStatus);
    return { answer: failure(this.manner(parameters.get('Action') ?? '', parameters.get('Format')), error) };
  }

  announce(event: EventName, payload: Record<string, unknown>, delayMs = 0, times = 1): OutgoingHook[] {
    const made = announce(this.state, this.settings, event, payload, delayMs, times);
    if (made.length > 0) this.wake();
    return made;
  }

  /** Replaces everything the account holds. */
  restore(state: FalabellaState): void {
    this.state = state;
    this.wake();
  }

  reset(): void {
    this.restore(freshState());
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Records a change and schedules the next due event. */
  wake(): void {
    this.changed();
    if (this.closed) return;
    if (this.timer) clearTimeout(this.timer);
    const times = [nextFeedAt(this.state), this.hooks.nextAt()].filter((time): time is number => time !== null);
    if (times.length === 0) return;
    this.timer = setTimeout(() => void this.work(), Math.max(0, Math.min(...times) - Date.now()));
  }

  private manner(action: string, format: string | undefined): Manner {
    return { action, format: format ?? 'XML', settings: this.settings };
  }

  /** Applies due feeds. Reads call it, too, so that no answer is out of date. */
  private tick(): void {
    const { ended, changed } = advanceFeeds(this.state, this.settings, Date.now());
    for (const feed of ended) {
      // The end of a stock feed sends no webhook.
      if (feed.action === 'ProductUpdate' && feed.status === 'Finished')
        this.announce('onFeedCompleted', { Feed: feed.id });
    }
    if (changed) this.changed();
  }

  private async work(): Promise<void> {
    this.tick();
    const sending = this.hooks.sendDue(Date.now());
    this.wake();
    await sending;
    this.wake();
  }
}
