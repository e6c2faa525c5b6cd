import { Injectable } from '@nestjs/common';
import {
  CheckEndedError,
  checkOf,
  type CheckFinding,
  type CheckTopic,
  type ConnectionCheck,
} from '../../connection-check.js';
import { TiendanubeApiError } from '../errors.js';
import { type StoreLocation } from '../interfaces/tiendanube.interface.js';
import { idOf, isNode, member, textOf } from '../json.js';
import { type Account, type ApiCall, TiendanubeApi } from '../tiendanube-api.service.js';
import { TiendanubeLocations } from '../tiendanube-locations.service.js';
import { foundOf, foundOfAll, WRONG_ADDRESS } from './check-findings.js';

const PATIENCE_MS = 5_000;

/** Tests a store with real calls that change nothing: the token, the scopes, and the mapped locations. */
@Injectable()
export class AccountCheck {
  constructor(
    private readonly api: TiendanubeApi,
    private readonly locations: TiendanubeLocations,
  ) {}

  async run(account: Account): Promise<ConnectionCheck> {
    let name: string | null = null;
    try {
      const findings = [
        ...(await this.trying('checks.what.store', 'read_products', async () => {
          name = await this.api.call(account, reading('store', 'id,name', nameOf));
        })),
        ...(await this.trying('checks.what.products', 'write_products', () =>
          this.api.call(account, reading('products', 'id', isList)),
        )),
        ...(await this.trying('checks.what.orders', 'read_orders', () =>
          this.api.call(account, reading('orders', 'id', isList)),
        )),
        ...(await this.places(account)),
        ...unheard(account),
      ];
      return checkOf(name, findings);
    } catch (error) {
      if (!(error instanceof CheckEndedError)) throw error;
      return checkOf(name, [error.finding]);
    }
  }

  /** @throws CheckEndedError when all further calls would fail in the same way */
  private async trying(what: CheckTopic, scope: string, call: () => Promise<unknown>): Promise<CheckFinding[]> {
    try {
      await call();
      return [];
    } catch (error) {
      // An empty list may be answered 404; the store itself always exists.
      if (isMissing(error) && what !== 'checks.what.store') return [];
      const finding = isMissing(error) ? WRONG_ADDRESS : foundOfAll(error);
      if (finding) throw new CheckEndedError(finding);
      return [foundOf(what, scope, error)];
    }
  }

  private async places(account: Account): Promise<CheckFinding[]> {
    let known: readonly StoreLocation[] = [];
    this.locations.forget(account);
    const findings = await this.trying('checks.what.locations', 'read_locations', async () => {
      known = await this.locations.of(account);
    });
    const ids = known.map(({ id }) => id);
    const named = account.warehouses.flatMap(({ warehouse, externalId }) =>
      externalId === null ? [] : [{ warehouse, externalId }],
    );
    const wrong = named.filter(({ externalId }) => !ids.includes(externalId));
    return [
      ...findings,
      ...wrong.map(({ warehouse, externalId }) => unknownPlace(warehouse, externalId, ids)),
      ...(ids.length > 1 && named.length === 0 ? [unnamedPlaces(ids)] : []),
    ];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof TiendanubeApiError && error.httpStatus === 404;
}

function reading<Value>(path: string, fields: string, take: ApiCall<Value>['take']): ApiCall<Value> {
  const query: Record<string, string> = path === 'store' ? { fields } : { fields, per_page: '1' };
  return {
    action: `check.${path}`,
    path,
    query,
    lane: 'ordinary',
    patienceMs: PATIENCE_MS,
    take,
    summarise: () => ({}),
  };
}

/** The name of a shop, which is not personal data, and its id. */
function nameOf(body: unknown): string | null {
  const id = idOf(member(body, 'id'));
  const name = member(body, 'name');
  const [word] = isNode(name) ? Object.values(name).map(textOf).filter(Boolean) : [textOf(name)];
  return id === '' ? null : `${word || 'store'} (${id})`;
}

function isList(body: unknown): true | null {
  return Array.isArray(body) ? true : null;
}

function unknownPlace(warehouse: string, externalId: string, ids: readonly string[]): CheckFinding {
  const names = ids.join(', ') || { code: 'checks.none' };
  const params = { code: externalId, warehouse, names };
  return { what: 'checks.what.locations', code: 'tiendanube.unknown_location', params };
}

function unnamedPlaces(ids: readonly string[]): CheckFinding {
  const params = { count: ids.length, names: ids.join(', ') };
  return { what: 'checks.what.locations', code: 'tiendanube.unnamed_locations', params, warning: true };
}

function unheard({ settings }: Account): CheckFinding[] {
  const missing = [
    ...(settings.clientSecret === null ? ['tiendanube.no_secret'] : []),
    ...(settings.publicUrl === null ? ['tiendanube.no_public_url'] : []),
  ];
  return missing.map((code) => ({ what: 'checks.what.webhooks', code, warning: true }));
}
