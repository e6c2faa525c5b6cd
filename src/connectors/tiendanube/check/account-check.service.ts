import { Injectable } from '@nestjs/common';
import { CheckEndedError, checkOf, type CheckFinding, type ConnectionCheck } from '../../connection-check.js';
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
        ...(await this.trying('Store', 'read_products', async () => {
          name = await this.api.call(account, reading('store', 'id,name', nameOf));
        })),
        ...(await this.trying('Products', 'write_products', () =>
          this.api.call(account, reading('products', 'id', isList)),
        )),
        ...(await this.trying('Orders', 'read_orders', () => this.api.call(account, reading('orders', 'id', isList)))),
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
  private async trying(what: string, scope: string, call: () => Promise<unknown>): Promise<CheckFinding[]> {
    try {
      await call();
      return [];
    } catch (error) {
      // An empty list may be answered 404; the store itself always exists.
      if (isMissing(error) && what !== 'Store') return [];
      const finding = isMissing(error) ? WRONG_ADDRESS : foundOfAll(error);
      if (finding) throw new CheckEndedError(finding);
      return [foundOf(what, scope, error)];
    }
  }

  private async places(account: Account): Promise<CheckFinding[]> {
    let known: readonly StoreLocation[] = [];
    this.locations.forget(account);
    const findings = await this.trying('Locations', 'read_locations', async () => {
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
  return {
    what: 'Locations',
    problem: `The store has no location ${externalId}, which ${warehouse} is said to be there`,
    remedy: `Set it with PATCH /warehouses/${warehouse} to one of: ${ids.join(', ') || 'none is shown to this app'}`,
  };
}

function unnamedPlaces(ids: readonly string[]): CheckFinding {
  return {
    what: 'Locations',
    problem: `The store sells from ${ids.length} locations, and no warehouse has the name of one: all stock is put at the first, and 0 at the others`,
    remedy: `If that is not what you want, give warehouses their locations with PATCH /warehouses/:code, of: ${ids.join(', ')}`,
    warning: true,
  };
}

function unheard({ settings }: Account): CheckFinding[] {
  const findings: CheckFinding[] = [];
  if (settings.clientSecret === null)
    findings.push({
      what: 'Webhooks',
      problem: 'The secret of the app (clientSecret) is not set, so every webhook is refused',
      remedy: 'Copy it from your app in the partner panel. Until then orders are asked for every few minutes',
      warning: true,
    });
  if (settings.publicUrl === null)
    findings.push({
      what: 'Webhooks',
      problem: 'Tiendanube has no address to send webhooks to: PUBLIC_URL is not set',
      remedy:
        'Set PUBLIC_URL to where this service is reached from outside. Until then orders are asked for every few minutes',
      warning: true,
    });
  return findings;
}
