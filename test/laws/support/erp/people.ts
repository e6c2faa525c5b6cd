import { type Random } from '../random.js';
import { isOpen, type ErpWorld } from './erp-world.js';

interface Place {
  readonly warehouse: string;
  readonly sku: string;
}
type Later = (delayMs: number, then: () => string) => void;

/** A person acts in the ERP. Gives back a description of the act; `later` is for acts in two steps. */
export function act(erp: ErpWorld, random: Random, { warehouse, sku }: Place, fickle: boolean, later: Later): string {
  if (fickle) return changeTheirMind(erp, random, { warehouse, sku }, later);
  const units = random.between(1, 5);
  const ours = erp.pickings.filter((picking) => picking.ours && picking.moves.some(isOpen));
  const dice = random.unit();
  if (dice < 0.2) {
    erp.move(warehouse, sku, units);
    return `${units} x ${sku} come in`;
  }
  if (dice < 0.4) {
    erp.move(warehouse, sku, -units);
    return `${units} x ${sku} are found missing`;
  }
  if (dice < 0.65) {
    const picking = erp.addForOthers(warehouse, sku, units);
    later(random.wait(random.pick([5, 30, 200])), () => {
      if (random.chance(0.5)) {
        erp.cancel(picking);
        return `${picking.name} is cancelled`;
      }
      erp.validatePart(picking, 'drop');
      return `${picking.name} leaves`;
    });
    return `${picking.name}: ${units} x ${sku} for somebody else`;
  }
  const done = erp.pickings.filter((picking) => picking.ours && picking.moves.some(({ state }) => state === 'done'));
  if (dice >= 0.95 && done.length > 0) {
    const picking = random.pick(done);
    erp.giveBack(picking);
    return `${picking.name} of ours comes back`;
  }
  if (ours.length === 0) return 'look around';
  const picking = random.pick(ours);
  if (dice < 0.8) {
    erp.cancel(picking);
    return `${picking.name} of ours is cancelled`;
  }
  const rest = random.pick(['backorder', 'drop'] as const);
  erp.validatePart(picking, rest);
  return `${picking.name} of ours is booked (${rest} the rest)`;
}

/** A person reserves goods and releases them in the next moment. */
function changeTheirMind(erp: ErpWorld, random: Random, { warehouse, sku }: Place, later: Later): string {
  const picking = erp.addForOthers(warehouse, sku, random.between(1, 3));
  later(random.wait(random.pick([3, 10, 40])), () => {
    erp.cancel(picking);
    return `${picking.name} is cancelled`;
  });
  return `${picking.name} for somebody else, in passing`;
}
