import { type OrderStatus } from '../../contract.js';
import {
  type EditedProduct,
  type OrderChange,
  type OrderProduct,
  type TiendanubeOrder,
} from '../interfaces/tiendanube.interface.js';
import { idOf, isNode, listOf, member, textOf, timeOf, wholeOf } from '../json.js';
import { skuOf } from '../sku.js';
import { progressOf } from './order-words.js';

/**
 * The requested fields of an order: none about its buyer. If Tiendanube ignores the list, the other fields
 * are not read.
 */
export const ORDER_FIELDS = 'id,number,status,payment_status,shipping_status,storefront,products,created_at,updated_at';

/** The order of an answer; null when there is none. */
export function orderOf(body: unknown): TiendanubeOrder | null {
  const id = idOf(member(body, 'id'));
  if (id === '') return null;
  return {
    id,
    number: textOf(member(body, 'number')).trim(),
    status: wordOf(member(body, 'status')),
    paymentStatus: wordOf(member(body, 'payment_status')),
    shippingStatus: wordOf(member(body, 'shipping_status')),
    storefront: wordOf(member(body, 'storefront')),
    products: listOf(member(body, 'products')).map(productOf),
    updatedAt: timeOf(member(body, 'updated_at')) ?? timeOf(member(body, 'created_at')),
    createdAt: timeOf(member(body, 'created_at')),
  };
}

function productOf(node: unknown): OrderProduct {
  return {
    lineId: idOf(member(node, 'id')),
    productId: idOf(member(node, 'product_id')),
    variantId: idOf(member(node, 'variant_id')),
    sku: skuOf(member(node, 'sku')),
    quantity: wholeOf(member(node, 'quantity')),
    unclaimed: unclaimedOf(member(node, 'issues')),
  };
}

/** `issues.unclaimed_stock`; issues may be one object or a list. */
function unclaimedOf(issues: unknown): number {
  const all = Array.isArray(issues) ? issues : [issues];
  return all.reduce<number>((sum, issue) => sum + Math.max(0, wholeOf(member(issue, 'unclaimed_stock')) ?? 0), 0);
}

function wordOf(value: unknown): string {
  return textOf(value).trim().toLowerCase();
}

/** The requested fields of the list's orders. */
export const CHANGE_FIELDS = 'id,status,shipping_status,created_at,updated_at';

const RECENT_MS = 48 * 3_600_000;
const GONE: ReadonlySet<OrderStatus | null> = new Set<OrderStatus | null>(['shipped', 'delivered']);

/** Rows of a list of orders; those without an id are left out. Null when it is not a list. */
export function changesOf(body: unknown, now: number): readonly OrderChange[] | null {
  if (!Array.isArray(body)) return null;
  return body.flatMap((row): readonly OrderChange[] => {
    const order = orderOf(row);
    if (!order) return [];
    const isDone = order.status === 'cancelled' || GONE.has(progressOf(order.shippingStatus));
    const isOld = order.createdAt !== null && order.createdAt < now - RECENT_MS;
    return [{ id: order.id, updatedAt: order.updatedAt, isOver: isDone && isOld }];
  });
}

/**
 * The history of an order's edits, product by product. Its form is known from public clients only, so each
 * part is searched where it may be: a list of edits, each with the products that it changed.
 */
export function editionsOf(body: unknown): readonly EditedProduct[] {
  const edits = Array.isArray(body) ? body : listOf(member(body, 'editions') ?? member(body, 'results'));
  return edits.flatMap((edit) => {
    const products = PRODUCT_LISTS.map((name) => member(edit, name)).find((list) => Array.isArray(list));
    return (products === undefined ? [edit] : listOf(products)).filter(isNode).flatMap(editedOf);
  });
}

const PRODUCT_LISTS = ['products', 'items', 'changes', 'line_items'];
const BEFORE = ['old_quantity', 'previous_quantity', 'quantity_before'];
const AFTER = ['new_quantity', 'current_quantity', 'quantity_after', 'quantity'];

function editedOf(node: unknown): readonly EditedProduct[] {
  const [before, after] = [BEFORE, AFTER].map((names) =>
    names.map((name) => wholeOf(member(node, name))).find((count) => count !== null),
  );
  if (before === undefined && after === undefined) return [];
  const moved = member(node, 'modified_stock');
  return [
    {
      sku: skuOf(member(node, 'sku')),
      variantId: idOf(member(node, 'variant_id')),
      before: before ?? 0,
      after: after ?? 0,
      movedStock: typeof moved === 'boolean' ? moved : null,
    },
  ];
}
