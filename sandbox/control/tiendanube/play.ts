import { type TiendanubeOrder } from '../../tiendanube/state.js';
import { appUrl, call, PlayError, type Say, whole } from '../client.js';

const at = (store: string): string => `/tiendanube/stores/${encodeURIComponent(store)}/orders`;

/** A shopper buys at a store of Tiendanube. */
export async function orderAtStore(
  base: string,
  store: string,
  [sku = 'PROD-001', quantity = '1']: string[],
  status: string | undefined,
  say: Say,
): Promise<number> {
  if (status !== undefined && !['pending', 'paid'].includes(status))
    throw new PlayError('--status is pending or paid at Tiendanube');
  const input = { sku, quantity: whole(quantity, 'QTY'), payment: status ?? 'paid' };
  return told('order', await call<TiendanubeOrder>(base, 'POST', at(store), input), say);
}

/** Cancels an order of a store, by its id or the number that the shopper sees. */
export async function cancelAtStore(base: string, store: string, [id]: string[], say: Say): Promise<number> {
  if (id === undefined) throw new PlayError('which order? cancel ORDER --store ID');
  return told(
    'cancelled',
    await call<TiendanubeOrder>(base, 'POST', `${at(store)}/${encodeURIComponent(id)}/cancel`, {}),
    say,
  );
}

function told(what: string, order: TiendanubeOrder, say: Say): number {
  const list = order.lines.map((line) => `${line.quantity} x ${line.sku ?? `variant ${line.variantId}`}`).join(', ');
  say(`${what} ${order.number} (${order.id}): ${list}; its webhooks are on the way`);
  say(`look next: curl ${appUrl()}/logs/order/${order.id}`);
  return 0;
}
