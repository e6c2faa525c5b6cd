import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import { distinct } from '../common/collections.js';
import { AppConfig } from '../config/app-config.js';
import { ListingsRepository } from '../listings/listings.repository.js';
import { PumpWakeups } from '../publishing/pump-wakeups.service.js';
import { type StockEntry } from '../stock/schemas.js';
import { isUnusable } from '../stock/unusable.js';

/** Publishes the replacement for numbers of an ERP that cannot be used, and opens and closes their alerts. */
@Injectable()
export class UnusableStock {
  constructor(
    private readonly listings: ListingsRepository,
    private readonly pumps: PumpWakeups,
    private readonly alerts: AlertsService,
    private readonly config: AppConfig,
  ) {}

  /** An observation gave no number again. */
  async note(entry: StockEntry, reason: string): Promise<void> {
    if (!isUnusable(entry)) return;
    const isKept = this.config.values.UNUSABLE_STOCK === 'keep';
    await this.alerts.raise(
      'unusable_stock',
      subjectOf(entry),
      isKept
        ? { code: 'alerts.unusable_stock.kept', params: { reason, quantity: entry.quantity } }
        : { code: 'alerts.unusable_stock.zero', params: { reason } },
    );
    await this.publish([entry.sku]);
  }

  /** These have a number again. */
  async resume(entries: readonly StockEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.alerts.closeAll('unusable_stock', entries.map(subjectOf));
    await this.publish(distinct(entries.map(({ sku }) => sku)));
  }

  private async publish(skus: readonly string[]): Promise<void> {
    this.pumps.wake(await this.listings.requestPublish(skus.map((sku) => ({ sku, cause: {} }))));
  }
}

function subjectOf({ warehouse, sku }: Pick<StockEntry, 'warehouse' | 'sku'>): string {
  return `${warehouse}/${sku}`;
}
