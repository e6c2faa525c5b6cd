import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMost, forgottenAfter } from '../../common/ttl.js';
import { bucketOf } from './call-limits.js';
import { TiendanubeApiError } from './errors.js';
import { type StoreLocation } from './interfaces/tiendanube.interface.js';
import { idOf, listOf, member, wholeOf } from './json.js';
import { type Account, TiendanubeApi } from './tiendanube-api.service.js';

/** Locations are rarely created, and each change of one sends a webhook. */
const FRESH_MS = 10 * 60_000;
const PATIENCE_MS = 3_000;
const FORBIDDEN = 403;
const NOT_FOUND = 404;

/** The locations of a store with their own stock. */
@Injectable()
export class TiendanubeLocations {
  /** A stale list lacks a place that was just made, until the catalogue is read: a changed place asks for that. An evicted list is read again. */
  private readonly known = new LRUCache<string, readonly StoreLocation[]>({
    ...atMost(1_000),
    ...forgottenAfter(FRESH_MS),
  });

  constructor(private readonly api: TiendanubeApi) {}

  /** By priority. Empty when the app may not ask: then the store is assumed to have one. */
  async of(account: Account): Promise<readonly StoreLocation[]> {
    const { key } = bucketOf(account.settings);
    const known = this.known.get(key);
    if (known) return known;
    const locations = [...(await this.read(account))].sort(
      (a, b) => Number(b.isDefault) - Number(a.isDefault) || a.priority - b.priority,
    );
    this.known.set(key, locations);
    return locations;
  }

  /** Drops a store's locations from the cache. */
  forget({ settings }: Account): void {
    this.known.delete(bucketOf(settings).key);
  }

  private async read(account: Account): Promise<readonly StoreLocation[]> {
    try {
      return await this.api.call(account, {
        action: 'locations.list',
        path: 'locations',
        lane: 'urgent',
        patienceMs: PATIENCE_MS,
        isPush: true,
        take: (body) => (Array.isArray(body) ? listOf(body).flatMap(locationOf) : null),
        summarise: (locations) => ({ items: locations.length }),
      });
    } catch (error) {
      const isNotOurs =
        error instanceof TiendanubeApiError && (error.httpStatus === FORBIDDEN || error.httpStatus === NOT_FOUND);
      if (isNotOurs) return [];
      throw error;
    }
  }
}

function locationOf(node: unknown): readonly StoreLocation[] {
  const id = idOf(member(node, 'id'));
  if (id === '') return [];
  return [
    {
      id,
      isDefault: member(node, 'is_default') === true,
      priority: wholeOf(member(node, 'priority')) ?? Number.MAX_SAFE_INTEGER,
    },
  ];
}
