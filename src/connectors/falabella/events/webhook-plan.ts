/** A webhook as it is registered at Falabella. */
export interface RegisteredWebhook {
  readonly webhookId: string;
  readonly url: string;
  readonly events: readonly string[];
}

/** What makes the registered webhooks what they should be. Removals come first: there is no call that changes one. */
export interface WebhookPlan {
  readonly keep: readonly RegisteredWebhook[];
  readonly remove: readonly (RegisteredWebhook & { readonly why: string })[];
  /** Events to register the address for; none where it is registered well. */
  readonly add: readonly string[];
  /** Other people's, or ours of another address: left alone. */
  readonly others: readonly RegisteredWebhook[];
}

/** The path of the addresses that this product gives to Falabella, before the token. */
const OUR_PATH = '/falabella/webhook/';

/** Where Falabella is to send its webhooks. `base` is the public address of this installation. */
export function webhookAddress(base: string, token: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${OUR_PATH}${token}`;
  url.search = '';
  url.hash = '';
  return url.href;
}

/**
 * Compares what is registered with what should be. Registering an address twice makes two hooks, or is refused; which of them is not
 * documented, so neither is done. A hook of this installation with another token is stale: nobody answers it any more.
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

/** An address as it may be shown: what could be a token in it is not. */
export function shownAddress(url: string): string {
  return url.replace(/[?#].*$/, '').replace(/[A-Za-z0-9_+=.~-]{24,}(?=\/|$)/g, '<token>');
}
