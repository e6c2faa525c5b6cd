import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, html } from '../http/answer.js';
import { type CallLog } from '../http/calls.js';
import { type Reply, type Request } from '../http/request.js';
import { checkAccess, readBody, versions } from './access.js';
import { ChangeLog } from './changeLog.js';
import { type Call, type StoreContext } from './context.js';
import { envelope, TiendanubeError } from './errors.js';
import { announce, HookSender } from './hooks.js';
import { LeakyBucket, type LimitCounters } from './limits.js';
import { consent, exchange } from './oauth.js';
import { type ApiAddress, apiAddress, findRoute } from './router.js';
import { checkScope } from './scopes.js';
import { freshState } from './seed.js';
import { type TiendanubeSettings } from './settings.js';
import { type Store, type TiendanubeState } from './state.js';

const consentPath = /^\/tiendanube\/apps\/([^/]+)\/authorize$/;
const tokenPath = '/tiendanube/apps/authorize/token';

/** `PATCH /products/stock-price`, `POST /apps/authorize/token`, ...: the name of a call for counters and faults. */
export function tiendanubeCallName(request: Request): string {
  if (request.path === tokenPath) return 'POST /apps/authorize/token';
  if (consentPath.test(request.path)) return `${request.method} /apps/:app/authorize`;
  const address = apiAddress(request.path);
  return (address && findRoute(request.method, address.path)?.route.name) ?? `${request.method} ${request.path}`;
}

/** Tiendanube with a handful of stores: consent and tokens, the API, and webhooks with their repeats. */
export class Tiendanube {
  state: TiendanubeState = freshState();
  readonly changes = new ChangeLog();
  readonly hooks: HookSender;
  private buckets = new Map<number, LeakyBucket>();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    readonly settings: TiendanubeSettings,
    readonly appUrl: string | null,
    calls: CallLog,
    private readonly changed: () => void,
  ) {
    this.hooks = new HookSender(() => this.state, settings, calls);
  }

  serve(request: Request): Reply {
    try {
      return this.answer(request);
    } catch (error) {
      if (error instanceof TiendanubeError) return { answer: error.answer() };
      throw error;
    } finally {
      if (request.method !== 'GET') this.wake();
    }
  }

  /** The answer to a fault: in the usual envelope unless the fault has a body. */
  fail(request: Request, status: number, body: string | undefined, contentType: string | undefined): Reply {
    const headers = this.limitHeaders(request);
    if (body === undefined) return { answer: envelope(status, null).answer(headers) };
    return {
      answer: { status, headers: { ...headers, 'Content-Type': contentType ?? 'text/html; charset=utf-8' }, body },
    };
  }

  contextOf(store: Store): StoreContext {
    return {
      state: this.state,
      store,
      settings: this.settings,
      announce: (event, id) => this.announce(store, event, id),
      note: (variant, change, by) => this.changes.add(store, variant, change, by),
    };
  }

  announce(store: Store, event: string, id?: number | string): number {
    const made = announce(this.state, this.settings, store, event, id).length;
    this.wake();
    return made;
  }

  countersOf(store: Store): LimitCounters {
    return this.bucketOf(store).counters;
  }

  /** Makes all deliveries of the outbox due now. Gives back their number. */
  deliverNow(): number {
    const waiting = Object.values(this.state.outbox);
    for (const one of waiting) one.nextAt = Math.min(one.nextAt, Date.now());
    this.wake();
    return waiting.length;
  }

  /** Replaces everything the platform holds. */
  restore(state: TiendanubeState): void {
    this.state = state;
    this.buckets = new Map();
    this.changes.clear();
    Object.assign(this.hooks.counters, { posts: 0, failures: 0, slowestMs: 0 });
    this.wake();
  }

  reset(): void {
    this.restore(freshState());
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Records a change and schedules the next delivery. */
  wake(): void {
    this.changed();
    if (this.closed) return;
    if (this.timer) clearTimeout(this.timer);
    const next = this.hooks.nextAt();
    if (next === null) return;
    this.timer = setTimeout(() => void this.work(), Math.max(0, next - Date.now()));
  }

  private answer(request: Request): Reply {
    if (request.path === tokenPath && request.method === 'POST')
      return { answer: exchange(request, this.state, this.settings) };
    const app = consentPath.exec(request.path);
    if (app) return { answer: consent(request, app[1] ?? '', this.state, this.settings, this.appUrl) };
    const address = apiAddress(request.path);
    if (!address) return { answer: html(404, '<html><h1>404 Not Found</h1></html>') };
    return this.api(request, address);
  }

  private api(request: Request, { version, storeId, path }: ApiAddress): Reply {
    if (!versions.some((known) => known === version))
      throw envelope(404, `Unknown API version. Valid versions: ${versions.join(', ')}`);
    const store = checkAccess(request, this.state.stores[storeId], this.settings);
    const bucket = this.bucketOf(store);
    const now = Date.now();
    if (this.settings.rateLimit && !bucket.pass(now)) return { answer: this.tooMany(request) };
    const waitMs = this.settings.bucketed === 'delayed' && this.settings.rateLimit ? bucket.waitMs() : 0;
    const after = waitMs > 0 ? { after: () => delay(waitMs) } : {};
    try {
      checkScope(this.settings, request.method, path[0] ?? '');
      const found = findRoute(request.method, path);
      if (!found) throw envelope(404, 'Not Found');
      const body = readBody(request, this.settings);
      const { route, parameters } = found;
      const weigh = (weight: number): void => this.weigh(bucket, weight);
      const call: Call = { ...this.contextOf(store), request, name: route.name, parameters, body, weigh };
      const answer = route.handler(call);
      return { answer: { ...answer, headers: { ...answer.headers, ...bucket.headers(now) } }, ...after };
    } catch (error) {
      if (error instanceof TooHeavy) return { answer: this.tooMany(request), ...after };
      if (error instanceof TiendanubeError) return { answer: error.answer(bucket.headers(now)), ...after };
      throw error;
    }
  }

  private weigh(bucket: LeakyBucket, weight: number): void {
    if (this.settings.weightedLimit && !bucket.passWeight(weight, this.settings, Date.now())) throw new TooHeavy();
  }

  private tooMany(request: Request): Answer {
    const headers = this.limitHeaders(request);
    return this.settings.limitBody === 'empty'
      ? { status: 429, headers, body: '' }
      : envelope(429, null).answer(headers);
  }

  private limitHeaders(request: Request): Record<string, string> {
    const store = this.state.stores[apiAddress(request.path)?.storeId ?? ''];
    return store && this.settings.rateLimit ? this.bucketOf(store).headers(Date.now()) : {};
  }

  private bucketOf(store: Store): LeakyBucket {
    const known = this.buckets.get(store.id);
    if (known) return known;
    const bucket = new LeakyBucket(() => this.state.stores[store.id]?.plan ?? 'basic');
    this.buckets.set(store.id, bucket);
    return bucket;
  }

  private async work(): Promise<void> {
    const sending = this.hooks.sendDue(Date.now(), () => this.wake());
    this.wake();
    await sending;
  }
}

/** The second limiter refuses, though the bucket has room. */
class TooHeavy extends Error {}
