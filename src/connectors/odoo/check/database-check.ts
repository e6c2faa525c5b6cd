import {
  CheckEndedError,
  checkOf,
  type CheckFinding,
  type CheckTopic,
  type ConnectionCheck,
} from '../../connection-check.js';
import { OdooAccessError, OdooBusinessError, OdooNotFoundError, OdooRequestError } from '../errors.js';
import { type OdooText } from '../interfaces/odoo.interface.js';
import { type OdooConnection, type OdooService } from '../odoo.service.js';
import { foundOf, foundOfAll, mayNot } from './check-findings.js';

const MOST_NAMED = 5;
/** Active products whose stock is tracked. */
const STORABLE = ['is_storable', '=', true] as const;

interface GroupRow {
  readonly default_code: OdooText;
  readonly __count: number;
}

/**
 * Tests a database with real calls that change nothing: the user, the rights to read and create, and the
 * products that cannot be counted.
 */
export class DatabaseCheck {
  constructor(private readonly odoo: OdooService) {}

  async run(connection: OdooConnection): Promise<ConnectionCheck> {
    const { apiKey, username, password, db } = connection.settings;
    if (apiKey === null && (username === null || password === null)) return checkOf(null, [NOT_GIVEN]);
    const account = apiKey === null && username !== null ? `${username} at ${db}` : db;
    try {
      return checkOf(account, [
        ...(await this.warehouses(connection)),
        ...(await this.trying('checks.what.stock', connection, () => this.count(connection, 'stock.quant', []))),
        ...(await this.rights(connection)),
        ...(await this.products(connection)),
        ...unheard(connection),
      ]);
    } catch (error) {
      if (!(error instanceof CheckEndedError)) throw error;
      return checkOf(null, [error.finding]);
    }
  }

  private async warehouses(connection: OdooConnection): Promise<CheckFinding[]> {
    let codes: readonly string[] = [];
    const findings = await this.trying('checks.what.warehouses', connection, async () => {
      const rows = await this.odoo.searchRead<{ code: string }>(connection, 'stock.warehouse', [], ['code']);
      codes = rows.map(({ code }) => code);
    });
    if (findings.length > 0) return findings;
    if (codes.length === 0) return [NO_WAREHOUSE];
    const { settings, warehouses } = connection;
    const wanted = warehouses.flatMap(({ warehouse, externalId }) =>
      externalId === null ? [] : [{ warehouse, code: externalId }],
    );
    if (wanted.length === 0 && settings.warehouse !== null)
      wanted.push({ warehouse: 'main', code: settings.warehouse });
    return wanted
      .filter(({ code }) => !codes.includes(code))
      .map(({ warehouse, code }) => unknownWarehouse(warehouse, code, codes));
  }

  /** If Odoo does not report a missing right, the first delivery reveals it. */
  private async rights(connection: OdooConnection): Promise<CheckFinding[]> {
    const needed = [
      ['checks.what.deliveries', 'stock.picking', 'create'],
      ['checks.what.deliveries', 'stock.move', 'create'],
      ['checks.what.deliveries', 'stock.picking', 'write'],
    ] as const;
    for (const [what, model, operation] of needed) {
      const may = await this.hasAccess(connection, model, operation);
      if (may === false) return [mayNot(what, model, operation)];
    }
    return [];
  }

  /**
   * Null: this Odoo does not report it. `has_access` is public from Odoo 18 on; without records it checks
   * the whole model.
   */
  private async hasAccess(connection: OdooConnection, model: string, operation: string): Promise<boolean | null> {
    try {
      return (await this.odoo.call(connection, model, 'has_access', { ids: [], operation })) === true;
    } catch (error) {
      const isSilent = [OdooAccessError, OdooNotFoundError, OdooRequestError, OdooBusinessError].some(
        (kind) => error instanceof kind,
      );
      if (isSilent) return null;
      const finding = foundOfAll(error, connection);
      throw finding ? new CheckEndedError(finding) : error;
    }
  }

  private async products(connection: OdooConnection): Promise<CheckFinding[]> {
    const findings: CheckFinding[] = [];
    const failed = await this.trying('checks.what.products', connection, async () => {
      const total = await this.count(connection, 'product.product', [STORABLE]);
      const nameless = await this.count(connection, 'product.product', [STORABLE, ['default_code', '=', false]]);
      const twice = await this.duplicates(connection);
      if (total === 0) findings.push(NO_PRODUCTS);
      if (nameless > 0) findings.push(withoutSku(nameless, total));
      if (twice.length > 0) findings.push(duplicated(twice));
    });
    return [...failed, ...findings];
  }

  /** SKUs of several active products. */
  private async duplicates(connection: OdooConnection): Promise<string[]> {
    const named = [STORABLE, ['default_code', '!=', false]];
    const counted = ['default_code', '__count'] as const;
    const having = [['__count', '>', 1]];
    const rows = await this.odoo.readGroups<GroupRow>(connection, 'product.product', named, counted, { having });
    return rows.filter((row) => row.__count > 1 && row.default_code !== false).map((row) => String(row.default_code));
  }

  private count(connection: OdooConnection, model: string, domain: readonly unknown[]): Promise<number> {
    return this.odoo.count(connection, model, domain);
  }

  /** @throws CheckEndedError when all further calls would fail in the same way */
  private async trying(
    what: CheckTopic,
    connection: OdooConnection,
    call: () => Promise<unknown>,
  ): Promise<CheckFinding[]> {
    try {
      await call();
      return [];
    } catch (error) {
      const finding = foundOfAll(error, connection);
      if (finding) throw new CheckEndedError(finding);
      return [foundOf(what, error)];
    }
  }
}

const NOT_GIVEN: CheckFinding = { what: 'checks.what.login', code: 'odoo.not_given' };
const NO_WAREHOUSE: CheckFinding = { what: 'checks.what.warehouses', code: 'odoo.no_warehouse' };
const NO_PRODUCTS: CheckFinding = { what: 'checks.what.products', code: 'odoo.no_products', warning: true };

function unknownWarehouse(warehouse: string, code: string, codes: readonly string[]): CheckFinding {
  const params = { code, warehouse, names: codes.join(', ') };
  return { what: 'checks.what.warehouses', code: 'odoo.unknown_warehouse', params };
}

function withoutSku(count: number, total: number): CheckFinding {
  return { what: 'checks.what.products', code: 'odoo.without_sku', params: { count, total }, warning: true };
}

function duplicated(skus: readonly string[]): CheckFinding {
  const named = skus.slice(0, MOST_NAMED).join(', ') + (skus.length > MOST_NAMED ? ', …' : '');
  const params = { count: skus.length, skus: named };
  return { what: 'checks.what.products', code: 'odoo.duplicated', params, warning: true };
}

function unheard({ settings }: OdooConnection): CheckFinding[] {
  if (settings.webhookSecret !== null) return [];
  return [{ what: 'checks.what.webhooks', code: 'odoo.no_webhooks', warning: true }];
}
