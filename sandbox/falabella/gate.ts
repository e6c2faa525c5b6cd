import { type FalabellaSettings } from '../settings.js';
import { sellerError } from './errors.js';
import { signatureMatches } from './signature.js';

const orderCalls = /^(GetOrder|GetOrders|GetOrderItems|GetMultipleOrderItems)$/;
/** ISO 8601, with an offset or Z. */
const timestampForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;

/** Calls that are answered with any key. */
const open = new Set(['GetBrands']);

/** Accepts a signed call, or throws the first error that it finds. `known`: whether the action exists. */
export function checkCall(
  parameters: ReadonlyMap<string, string>,
  known: boolean,
  settings: FalabellaSettings,
  now: number,
): void {
  const action = parameters.get('Action') ?? '';
  for (const name of ['Action', 'Timestamp', 'UserID', 'Version', 'Signature']) {
    if (open.has(action) && name === 'Signature') continue;
    if (!parameters.get(name)) throw sellerError(1, name);
  }
  if (!known) throw sellerError(8);
  const timestamp = parameters.get('Timestamp') ?? '';
  const at = Date.parse(timestamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (!timestampForm.test(timestamp) || Number.isNaN(at)) throw sellerError(4);
  if (open.has(action)) return;
  if (Math.abs(now - at) > settings.timestampWindowSeconds * 1000) throw sellerError(3);
  if (parameters.get('UserID') !== settings.userId || !signatureMatches(parameters, settings.apiKey))
    throw sellerError(7);
  const isOrderCall = orderCalls.test(action);
  if ((settings.role === 'products' && isOrderCall) || (settings.role === 'orders' && !isOrderCall))
    throw sellerError(9);
}
