import { type Sandbox } from '../server.js';
import { type StoreState } from '../control/tiendanube/state.js';
import { type TiendanubeOrder } from '../tiendanube/state.js';
import { type Answered, control } from './clients.js';

interface ApiAnswer<T> extends Answered<T> {
  headers: Headers;
}

interface ApiOptions {
  method?: string;
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown;
  store?: number;
  version?: string;
  /** Added to those of an ordinary call, or in place of them. */
  headers?: Record<string, string>;
}

export const tokenOf = (store: number): string => `sandbox-tiendanube-token-${store}`;

/** A call of the API in the correct form, unless the options differ. */
export async function tiendanube<T = unknown>(
  sandbox: Sandbox,
  path: string,
  options: ApiOptions = {},
): Promise<ApiAnswer<T>> {
  const { method = 'GET', body, store = 5001, version = '2025-03' } = options;
  const response = await fetch(`${sandbox.url}/tiendanube/${version}/${store}${path}`, {
    method,
    headers: {
      Authentication: `bearer ${tokenOf(store)}`,
      'User-Agent': 'Orchestrator (dev@example.com)',
      ...(['POST', 'PUT', 'PATCH'].includes(method) && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...options.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    headers: response.headers,
    body: (type.includes('json') && text !== '' ? JSON.parse(text) : text) as T,
  };
}

/** The variant of a SKU in a store, and its product. */
export function refOf(sandbox: Sandbox, sku: string, store = 5001): { productId: number; variantId: number } {
  const [variant] = storeState(sandbox, sku, store).shown;
  if (!variant) throw new Error(`no ${sku} in ${store}`);
  return variant;
}

export function storeState(sandbox: Sandbox, sku?: string, store = 5001): StoreState {
  const found = sandbox.state(sku).tiendanube.stores.find((one) => one.id === store);
  if (!found) throw new Error(`no store ${store}`);
  return found;
}

/** Units of a SKU that shoppers can buy; null: unlimited. */
export function shownIn(sandbox: Sandbox, sku: string, store = 5001): number | null | undefined {
  return storeState(sandbox, sku, store).shown[0]?.stock;
}

/** One variant with its levels, as `PATCH /products/stock-price` takes it. */
export function stockOf(sandbox: Sandbox, sku: string, levels: unknown[], store = 5001): unknown {
  const { productId, variantId } = refOf(sandbox, sku, store);
  return { id: productId, variants: [{ id: variantId, inventory_levels: levels }] };
}

/** Plays a sale or a change of an order; throws when it is refused. */
export async function playOrder(
  sandbox: Sandbox,
  path: string,
  input: unknown = {},
  store = 5001,
): Promise<TiendanubeOrder> {
  const { status, body } = await control<TiendanubeOrder & { error?: string }>(
    sandbox,
    'POST',
    `/tiendanube/stores/${store}/orders${path}`,
    input,
  );
  if (status !== 200) throw new Error(`${status} ${body.error ?? ''}`);
  return body;
}
