import { InTurn } from '../in-turn.js';
import { type OdooConnection } from '../odoo.service.js';

/**
 * Lets only one of us at a time move the same product in one Odoo. Writers of one product at the same moment do not wait for each other
 * there: they lose and try again, for seconds, or make a second quant beside the busy one, and then reservations stay behind that belong
 * to nobody (seen with three deliveries of one product validated at once).
 */
export class ProductTurns {
  private readonly turns = new InTurn();

  run<Result>(skus: readonly string[], { settings }: OdooConnection, work: () => Promise<Result>): Promise<Result> {
    const keys = [...new Set(skus)].map((sku) => JSON.stringify([settings.url, settings.db, sku]));
    return this.turns.run(keys, work);
  }
}
