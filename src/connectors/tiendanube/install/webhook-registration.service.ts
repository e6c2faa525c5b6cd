import { Injectable } from '@nestjs/common';
import { withoutTrailingSlashes } from '../../../config/trailing-slashes.js';
import { type TiendanubeSettings } from '../settings.js';
import { type HookRegistrar, type HookReport } from '../../contract.js';
import { TiendanubeApiError } from '../errors.js';
import { type PageInfo } from '../interfaces/tiendanube.interface.js';
import { idOf, listOf, member, textOf } from '../json.js';
import { type Account, TiendanubeApi } from '../tiendanube-api.service.js';
import { EVENT_PATHS } from '../webhook-routes.js';

const [PATH] = EVENT_PATHS;
const PATHS: ReadonlySet<string> = new Set(EVENT_PATHS);
const NOT_FOUND = 404;
const UNPROCESSABLE = 422;
const FORBIDDEN = 403;
const PATIENCE_MS = 20_000;
const FIRST_PAGE = 'page=1&per_page=200';

const of = (resource: string, what: readonly string[]) => what.map((one) => `${resource}/${one}`);
const CHANGES = ['created', 'updated', 'deleted'];
const ORDER =
  'created updated paid packed unpacked fulfilled cancelled edited pending voided custom_fields_updated'.split(' ');

/** Every event that may change what is sold, or our right to act for the store. One registration is for one event. */
export const HEARD_EVENTS: readonly string[] = [
  ...of('app', ['uninstalled', 'suspended', 'resumed']),
  ...of('order', ORDER),
  ...of('product', CHANGES),
  ...of('location', CHANGES),
];

/** A webhook as it is registered. */
interface Registered {
  readonly id: string;
  readonly event: string;
  readonly url: string;
}

/**
 * Registers webhooks. It lists the existing ones first, because the effect of a second registration is not
 * documented.
 */
@Injectable()
export class WebhookRegistration implements HookRegistrar<TiendanubeSettings> {
  constructor(private readonly api: TiendanubeApi) {}

  address({ settings }: Account): string | null {
    return settings.publicUrl === null ? null : `${settings.publicUrl}${PATH}`;
  }

  /**
   * Missing ones are added before stale ones are removed. Other parties' webhooks, which lead elsewhere,
   * are left alone.
   */
  async register(account: Account): Promise<HookReport> {
    const address = this.address(account);
    if (address === null) return { added: 0, removed: 0, refused: [] };
    const ours = (await this.registered(account)).filter(({ url }) => isOurs(url));
    const kept = new Map<string, string>();
    for (const { id, event, url } of ours)
      if (url === address && HEARD_EVENTS.includes(event) && !kept.has(event)) kept.set(event, id);
    const refused: string[] = [];
    for (const event of HEARD_EVENTS.filter((one) => !kept.has(one))) {
      const words = await this.add(account, event, address);
      if (words !== null) refused.push(`${event}: ${words}`);
    }
    const stale = ours.filter(({ id, event }) => kept.get(event) !== id);
    for (const { id } of stale) await this.remove(account, id);
    return { added: HEARD_EVENTS.length - kept.size - refused.length, removed: stale.length, refused };
  }

  private async registered(account: Account): Promise<readonly Registered[]> {
    const found: Registered[] = [];
    for (let query: string | null = FIRST_PAGE; query !== null;) {
      const { items, next }: { items: readonly Registered[]; next: string | null } = await this.page(account, query);
      found.push(...items);
      query = next;
    }
    return found;
  }

  private async page(account: Account, query: string): Promise<{ items: readonly Registered[]; next: string | null }> {
    try {
      return await this.api.call(account, {
        action: 'webhooks.list',
        path: 'webhooks',
        query,
        lane: 'ordinary',
        patienceMs: PATIENCE_MS,
        take: (body: unknown, page: PageInfo) =>
          Array.isArray(body) ? { items: listOf(body).flatMap(registeredIn), next: page.next } : null,
        summarise: ({ items }) => ({ items: items.length }),
      });
    } catch (error) {
      // An empty list, or a page past its end.
      if (error instanceof TiendanubeApiError && error.httpStatus === NOT_FOUND) return { items: [], next: null };
      throw error;
    }
  }

  /** Null: it is registered. Otherwise Tiendanube's reason: a missing scope of the app, or an unsuitable address. */
  private async add(account: Account, event: string, url: string): Promise<string | null> {
    try {
      await this.api.call(account, {
        action: 'webhooks.add',
        method: 'POST',
        path: 'webhooks',
        body: { event, url },
        lane: 'ordinary',
        patienceMs: PATIENCE_MS,
        request: { event, url },
        take: (body) => idOf(member(body, 'id')) || null,
        summarise: (id) => ({ id }),
      });
      return null;
    } catch (error) {
      if (!(error instanceof TiendanubeApiError) || ![UNPROCESSABLE, FORBIDDEN].includes(error.httpStatus)) throw error;
      return error.explanation.slice(0, 200);
    }
  }

  private async remove(account: Account, id: string): Promise<void> {
    try {
      await this.api.call(account, {
        action: 'webhooks.remove',
        method: 'DELETE',
        path: `webhooks/${encodeURIComponent(id)}`,
        lane: 'ordinary',
        patienceMs: PATIENCE_MS,
        request: { id },
        take: () => true,
        summarise: () => ({}),
      });
    } catch (error) {
      if (!(error instanceof TiendanubeApiError) || error.httpStatus !== NOT_FOUND) throw error;
    }
  }
}

/** It leads to this service, at its present or an earlier address. */
function isOurs(url: string): boolean {
  return URL.canParse(url) && PATHS.has(withoutTrailingSlashes(new URL(url).pathname));
}

function registeredIn(node: unknown): readonly Registered[] {
  const id = idOf(member(node, 'id'));
  return id === '' ? [] : [{ id, event: textOf(member(node, 'event')), url: textOf(member(node, 'url')) }];
}
