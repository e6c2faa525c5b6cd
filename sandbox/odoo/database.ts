import { post } from '../post.js';
import { type CallLog } from '../http/calls.js';
import { type OdooSettings } from '../settings.js';
import { postsFor, type WebhookPost } from './automations.js';
import { type Env } from './env.js';
import { derivedModels, seedAutomation, seedDatabase, seedDefinitions } from './seed.js';
import { Store, type StoreSnapshot } from './store.js';

const headers = {
  'User-Agent': 'python-requests/2.32.3',
  'Accept-Encoding': 'gzip, deflate',
  Accept: '*/*',
  Connection: 'keep-alive',
  'Content-Type': 'application/json',
};

/** The result of a call, and the webhooks to send after it. */
export interface Outcome<T> {
  result: T;
  posts: WebhookPost[];
}

/** This Odoo's one database: its rows, and the automations that fire when they change. */
export class OdooDatabase {
  readonly store = new Store();
  private pending: WebhookPost[] = [];

  constructor(
    private readonly settings: OdooSettings,
    /** The address for stock changes; null: none. */
    private readonly webhookUrl: string | null,
    private readonly calls: CallLog,
    private readonly changed: () => void,
  ) {
    this.seed();
  }

  env(context: Record<string, unknown> = {}): Env {
    return { store: this.store, context, settings: this.settings };
  }

  /** Runs `work` as one transaction and collects the webhook posts it causes. A failed transaction causes none. */
  run<T>(context: Record<string, unknown>, work: (env: Env) => T): Outcome<T> {
    this.pending = [];
    const env = this.env(context);
    const result = this.store.transaction(() => work(env));
    const posts = this.settings.webhooks ? this.pending : [];
    this.pending = [];
    return { result, posts };
  }

  /** Sends posts one after another, each with a short time-out; none is ever repeated. */
  async send(posts: readonly WebhookPost[]): Promise<void> {
    for (const { url, body } of posts) {
      const answer = await post(url, body, headers, this.settings.webhookTimeoutMs);
      this.calls.sent('odoo webhook', url, body, answer);
    }
  }

  reset(): void {
    this.store.listener = null;
    this.store.clear();
    this.seed();
    this.changed();
  }

  snapshot(): StoreSnapshot {
    return this.store.snapshot(derivedModels);
  }

  restore(snapshot: StoreSnapshot): void {
    this.store.listener = null;
    this.store.restore(snapshot);
    if (this.webhookUrl) seedAutomation(this.env(), this.webhookUrl);
    this.listen();
  }

  private seed(): void {
    const env = this.env();
    seedDefinitions(env);
    seedDatabase(env);
    if (this.webhookUrl) seedAutomation(env, this.webhookUrl);
    this.listen();
  }

  private listen(): void {
    this.store.listener = (model, before, after, fields) => {
      this.changed();
      this.pending.push(...postsFor(this.env(), model, before, after, fields));
    };
  }
}
