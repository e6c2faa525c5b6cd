import { InTurn } from '../../../common/in-turn.js';
import { type OdooConnection } from '../odoo.service.js';

/**
 * Lets only one caller at a time move the same product in one Odoo. Concurrent writers of a product do not
 * wait for each other there: they fail and retry for seconds, or create a second quant beside the locked
 * one, which leaves stale reservations (observed with three concurrent validations of one product).
 */
export class ProductTurns {
  private readonly turns = new InTurn();

  run<Result>(skus: readonly string[], { settings }: OdooConnection, work: () => Promise<Result>): Promise<Result> {
    const keys = [...new Set(skus)].map((sku) => JSON.stringify([settings.url, settings.db, sku]));
    return this.turns.run(keys, work);
  }
}
