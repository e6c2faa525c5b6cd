import { withoutTrailingSlashes } from '../../../config/trailing-slashes.js';
/** A webhook as it is registered at Falabella. */
export interface RegisteredWebhook {
  readonly webhookId: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** The changes that correct the registered webhooks. Removals come first, as no call changes a webhook. */
export interface WebhookPlan {
  readonly keep: readonly RegisteredWebhook[];
  readonly remove: readonly (RegisteredWebhook & { readonly why: string })[];
  /** Events to register the address for; empty when it is registered correctly. */
  readonly add: readonly string[];
  /** Other integrations' webhooks, or ours for another address: left alone. */
  readonly others: readonly RegisteredWebhook[];
}

/** The path of the addresses that this product registers at Falabella, before the token. */
const OUR_PATH = '/falabella/webhook/';

/** The address for Falabella's webhooks. `base` is the public address of this installation. */
export function webhookAddress(base: string, token: string): string {
  const url = new URL(base);
  url.pathname = `${withoutTrailingSlashes(url.pathname)}${OUR_PATH}${token}`;
  url.search = '';
  url.hash = '';
  return url.href;
}

/**
 * Compares the registered webhooks with the needed ones. A second registration of an address either makes
 * a second webhook or is refused; it is not documented which, so it is avoided. A webhook with another
 * token of this installation is stale, as its address no longer answers.
 */
export function webhookPlan(
  registered: readonly RegisteredWebhook[],
  address: string,
  events: readonly string[],
): WebhookPlan {
  const keep: RegisteredWebhook[] = [];
  const remove: (RegisteredWebhook & { why: string })[] = [];
  const others: RegisteredWebhook[] = [];
  for (const hook of registered) {
    const lacks = events.filter((event) => !hook.events.includes(event));
    if (hook.url === address && keep.length > 0)
      remove.push({ ...hook, why: 'the same address again: every event would come twice' });
    else if (hook.url === address && lacks.length > 0)
      remove.push({ ...hook, why: `it lacks ${lacks.join(', ')}; it is registered anew` });
    else if (hook.url === address) keep.push(hook);
    else if (isStale(hook.url, address))
      remove.push({ ...hook, why: 'of this installation, with a token that is not valid any more' });
    else others.push(hook);
  }
  return { keep, remove, others, add: keep.length > 0 ? [] : events };
}

function isStale(url: string, address: string): boolean {
  const prefix = address.slice(0, address.lastIndexOf('/') + 1);
  return url.startsWith(prefix) && !url.slice(prefix.length).includes('/');
}

/** An address for display, with anything like a token removed. */
export function shownAddress(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.replace(/(?<![A-Za-z0-9_+=.~-])[A-Za-z0-9_+=.~-]{24,}(?=\/|$)/g, '<token>');
}
