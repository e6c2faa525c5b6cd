import { envelope } from './errors.js';
import { type TiendanubeSettings } from './settings.js';

/** The resources with a scope; all others are open to every app. */
const resources = new Set(['products', 'orders', 'locations', 'customers', 'fulfillment_orders']);

/** The resource of an event: its first word, except for these. */
const resourceOfEvent: Record<string, string> = {
  category: 'products',
  product: 'products',
  product_variant: 'products',
  product_variant_custom_field: 'products',
  order: 'orders',
  order_custom_field: 'orders',
  fulfillment: 'orders',
  fulfillment_order: 'fulfillment_orders',
  location: 'locations',
  customer: 'customers',
};

function granted({ scopes }: TiendanubeSettings, resource: string, writes: boolean): boolean {
  if (!resources.has(resource) || scopes.includes(`write_${resource}`)) return true;
  if (writes) return false;
  // An app that may read products may also read locations.
  return (
    scopes.includes(`read_${resource}`) ||
    (resource === 'locations' && scopes.some((scope) => scope.endsWith('_products')))
  );
}

/** Throws 403 for a call outside the app's scopes. The status is our reading: the documentation names none. */
export function checkScope(settings: TiendanubeSettings, method: string, resource: string): void {
  if (!granted(settings, resource, method !== 'GET')) throw envelope(403, `Missing scope for ${resource}`);
}

/** Whether a webhook may be registered: only for resources that the app may read. */
export function mayHear(settings: TiendanubeSettings, event: string): boolean {
  const resource = resourceOfEvent[event.split('/')[0] ?? ''];
  return resource === undefined || granted(settings, resource, false);
}
