import { Injectable } from '@nestjs/common';
import {
  CheckEndedError,
  checkOf,
  type CheckFinding,
  type CheckTopic,
  type ConnectionCheck,
} from '../../connection-check.js';
import { FalabellaOrders } from '../falabella-orders.service.js';
import { FalabellaService } from '../falabella.service.js';
import { type FalabellaWarehouse } from '../interfaces/falabella.interface.js';
import { type Account } from '../seller-center.service.js';
import { foundOf, foundOfAll } from './check-findings.js';

const DAY_MS = 24 * 3_600_000;

/**
 * Tests an account with real calls that change nothing: signature and clock, and the rights to read
 * products, orders and stock.
 */
@Injectable()
export class AccountCheck {
  constructor(
    private readonly api: FalabellaService,
    private readonly orders: FalabellaOrders,
  ) {}

  async run(account: Account): Promise<ConnectionCheck> {
    try {
      const findings = [
        // GetBrands would accept a wrong key, too, so products come first.
        ...(await this.trying('checks.what.products', () => this.api.getProducts({ offset: 0, limit: 1 }, account))),
        ...(await this.trying('checks.what.orders', () =>
          this.orders.changed(new Date(Date.now() - DAY_MS), null, account),
        )),
        ...(await this.trying('checks.what.stock', () => this.api.getStock({ offset: 0, limit: 1 }, account))),
        ...(await this.warehouses(account)),
        ...unheard(account),
      ];
      return checkOf(nameOf(account), findings);
    } catch (error) {
      if (!(error instanceof CheckEndedError)) throw error;
      return checkOf(null, [error.finding]);
    }
  }

  /** @throws CheckEndedError when all further calls would fail in the same way */
  private async trying(what: CheckTopic, call: () => Promise<unknown>): Promise<CheckFinding[]> {
    try {
      await call();
      return [];
    } catch (error) {
      const finding = foundOfAll(error);
      if (finding) throw new CheckEndedError(finding);
      return [foundOf(what, error)];
    }
  }

  private async warehouses(account: Account): Promise<CheckFinding[]> {
    let known: readonly FalabellaWarehouse[] = [];
    const findings = await this.trying('checks.what.warehouses', async () => {
      known = await this.api.getWarehouses(account);
    });
    if (findings.length > 0) return findings;
    const idOf = (one: FalabellaWarehouse) =>
      account.settings.warehouseIds === 'seller' ? one.sellerWarehouseId : one.facilityId;
    const ours = known.filter((one) => !one.fulfilledByFalabella);
    const names = new Set(ours.map(idOf));
    return account.warehouses.flatMap(({ warehouse, externalId }) =>
      externalId === null || names.has(externalId)
        ? []
        : [unknownWarehouse(warehouse, externalId, [...names].filter(Boolean))],
    );
  }
}

/** Enough of the user's e-mail address to recognise it, without revealing it. */
function nameOf({ settings: { userId } }: Account): string | null {
  return userId === null ? null : userId.replace(/^(.).*(?=@)/, '$1***');
}

function unknownWarehouse(warehouse: string, externalId: string, names: readonly string[]): CheckFinding {
  return {
    what: 'checks.what.warehouses',
    code: 'falabella.unknown_warehouse',
    params: { code: externalId, warehouse, names: names.join(', ') || { code: 'checks.none' } },
  };
}

function unheard({ settings }: Account): CheckFinding[] {
  const isHeard = settings.webhookSecret !== null || settings.webhookToken !== null;
  return isHeard ? [] : [{ what: 'checks.what.webhooks', code: 'falabella.no_webhooks', warning: true }];
}
