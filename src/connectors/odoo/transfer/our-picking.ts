import { type ErpTransfer } from '../../contract.js';
import { idOf, type MoveRow, type PickingRow } from '../interfaces/odoo.interface.js';
import { type OdooConnection } from '../odoo.service.js';
import { type ProductDirectory } from '../stock/products.js';
import { type Warehouse } from '../stock/warehouses.js';
import { type PickingClient } from './picking-client.js';
import { agree, demanded, wanted } from './stage.js';

/** A transfer in Odoo that is verified to be ours. */
export interface OurPicking {
  readonly id: number;
  readonly moves: readonly MoveRow[];
  readonly skus: ReadonlyMap<number, string>;
}

export type Recognition = { readonly ours: OurPicking } | { readonly conflict: string };

/** Checks whether a transfer with our name is ours: direction, origin, products and quantities must match. */
export async function recognise(
  picking: PickingRow,
  transfer: ErpTransfer,
  client: PickingClient,
  sources: {
    readonly products: ProductDirectory;
    readonly warehouses: readonly Warehouse[];
    readonly connection: OdooConnection;
  },
): Promise<Recognition> {
  const types = sources.warehouses.flatMap((warehouse) => warehouse[transfer.direction]?.typeId ?? []);
  if (!types.includes(idOf(picking.picking_type_id) ?? 0)) {
    return { conflict: `the transfer ${transfer.name} in Odoo is of another kind than ours` };
  }
  if (picking.origin !== transfer.origin)
    return { conflict: `the transfer ${transfer.name} in Odoo has another source document than ours` };
  const moves = await client.moves([picking.id]);
  // Created without lines, to use up the name, when the products could not be found.
  if (moves.length === 0) return { ours: { id: picking.id, moves, skus: new Map() } };
  return match(picking.id, moves, transfer, client, sources);
}

async function match(
  id: number,
  moves: readonly MoveRow[],
  transfer: ErpTransfer,
  client: PickingClient,
  sources: { readonly products: ProductDirectory; readonly connection: OdooConnection },
): Promise<Recognition> {
  const productIds = [...new Set(moves.map((move) => idOf(move.product_id)))].filter((product) => product !== null);
  const skus = await sources.products.skusOf(productIds, sources.connection);
  if (agree(demanded(moves, skus), wanted(transfer))) return { ours: { id, moves, skus } };
  const family = await client.familyMoves(id);
  if (agree(demanded(family, skus), wanted(transfer))) return { ours: { id, moves: family, skus } };
  return { conflict: `the transfer ${transfer.name} in Odoo has other products or quantities than ours` };
}
