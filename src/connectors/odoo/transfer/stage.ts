import { type ErpTransfer } from '../../contract.js';
import { idOf, type MoveRow, quantityInProductUnit } from '../interfaces/odoo.interface.js';

/**
 * The progress of a transfer, from its lines: Odoo's own state is `assigned` even if a line is only partly
 * in stock.
 */
export type Stage = 'empty' | 'draft' | 'short' | 'ready' | 'done' | 'cancelled';

export function isOpen(move: MoveRow): boolean {
  return move.state !== 'done' && move.state !== 'cancel';
}

/** `done` when some lines are done and the others cancelled: nothing more will happen. */
export function stageOf(moves: readonly MoveRow[]): Stage {
  if (moves.length === 0) return 'empty';
  const open = moves.filter(isOpen);
  if (open.some((move) => move.state === 'draft')) return 'draft';
  if (open.length > 0) return open.every((move) => move.state === 'assigned') ? 'ready' : 'short';
  return moves.some((move) => move.state === 'done') ? 'done' : 'cancelled';
}

type Quantities = ReadonlyMap<string, number>;

function sum(pairs: readonly (readonly [string, number])[]): Quantities {
  const sums = new Map<string, number>();
  for (const [key, quantity] of pairs) sums.set(key, (sums.get(key) ?? 0) + quantity);
  return sums;
}

export function wanted(transfer: ErpTransfer): Quantities {
  return sum(transfer.lines.map((line) => [line.sku, line.quantity]));
}

/**
 * The demand of the lines in Odoo, by SKU. A product without a SKU of ours is listed by its id, and so
 * matches nothing.
 */
export function demanded(moves: readonly MoveRow[], skus: ReadonlyMap<number, string>): Quantities {
  return sum(moves.map((move) => [skuOfMove(move, skus), move.product_qty]));
}

/**
 * The SKUs of which less was moved than requested, with the missing quantity. Odoo keeps the demand of a
 * line when a person drops its rest.
 */
export function missing(moves: readonly MoveRow[], transfer: ErpTransfer, skus: ReadonlyMap<number, string>): string[] {
  const moved = sum(
    moves.filter((move) => move.state === 'done').map((move) => [skuOfMove(move, skus), quantityInProductUnit(move)]),
  );
  return [...wanted(transfer)].flatMap(([sku, quantity]) => {
    const rest = quantity - (moved.get(sku) ?? 0);
    return rest > 1e-6 ? [`${rest} of ${sku}`] : [];
  });
}

/** The SKUs that are not fully reserved. */
export function shortOf(moves: readonly MoveRow[], skus: ReadonlyMap<number, string>): string {
  const open = moves.filter((move) => isOpen(move) && move.state !== 'assigned');
  return open
    .map((move) => `${skuOfMove(move, skus)}: ${quantityInProductUnit(move)} of ${move.product_qty} in stock`)
    .join(', ');
}

export function agree(one: Quantities, other: Quantities): boolean {
  return (
    one.size === other.size &&
    [...one].every(([key, quantity]) => Math.abs(quantity - (other.get(key) ?? Number.NaN)) < 1e-6)
  );
}

function skuOfMove(move: MoveRow, skus: ReadonlyMap<number, string>): string {
  const product = idOf(move.product_id) ?? 0;
  return skus.get(product) ?? `product ${product}`;
}
