import { locationCalls } from './calls/locations.js';
import { orderCalls } from './calls/orders.js';
import { productCalls } from './calls/products.js';
import { stockCalls } from './calls/stock.js';
import { storeCalls } from './calls/store.js';
import { variantCalls } from './calls/variants.js';
import { webhookCalls } from './calls/webhooks.js';
import { type Handler } from './context.js';

interface Route {
  /** `PATCH /products/stock-price` */
  name: string;
  method: string;
  segments: string[];
  handler: Handler;
}

/** Fixed words before parameters, so that `/products/sku/X` is not the product `sku`. */
const routes: Route[] = Object.entries({
  ...storeCalls,
  ...stockCalls,
  ...productCalls,
  ...variantCalls,
  ...locationCalls,
  ...orderCalls,
  ...webhookCalls,
})
  .map(([name, handler]) => {
    const [method = '', pattern = ''] = name.split(' ');
    return { name, method, segments: pattern.split('/').slice(1), handler };
  })
  .sort((a, b) => parametersIn(a) - parametersIn(b));

function parametersIn({ segments }: { segments: string[] }): number {
  return segments.filter((segment) => segment.startsWith(':')).length;
}

export interface Found {
  route: Route;
  parameters: Record<string, string>;
}

/** The route of a method and the part of the address after the store's id. */
export function findRoute(method: string, path: readonly string[]): Found | null {
  for (const route of routes) {
    if (route.method !== method || route.segments.length !== path.length) continue;
    const parameters: Record<string, string> = {};
    const fits = route.segments.every((segment, place) => {
      const given = path[place] ?? '';
      if (!segment.startsWith(':')) return segment === given;
      parameters[segment.slice(1)] = given;
      return true;
    });
    if (fits) return { route, parameters };
  }
  return null;
}

export interface ApiAddress {
  version: string;
  storeId: string;
  path: string[];
}

/** `/tiendanube/2025-03/5001/products/1`; null for an address outside the API. */
export function apiAddress(path: string): ApiAddress | null {
  const [, , version, storeId, ...rest] = path.split('/');
  if (!version || !storeId) return null;
  try {
    return { version, storeId, path: rest.map(decodeURIComponent) };
  } catch {
    return null;
  }
}
