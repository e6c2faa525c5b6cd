import { createHash, timingSafeEqual } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { isString, validateSync } from 'class-validator';
import { InvalidInputError } from '../../common/errors.js';
import { normalizeSku } from '../../common/sku.js';
import { type OdooSettings } from './settings.js';
import { type Connection, type WebhookIntent, type Verdict, type WebhookRequest } from '../contract.js';
import { PlainStockDto } from './plain-stock.dto.js';
import { isObject, parseJson } from './transport/transport.js';

export const SECRET_HEADER = 'x-odoo-webhook-secret';

type Body = Readonly<Record<string, unknown>>;

/**
 * Odoo signs nothing. Its automation can carry a secret in the address, `?token=`; other senders may use
 * the header. Compared in constant time, whatever the lengths.
 */
export function verify(request: WebhookRequest, connection: Connection<OdooSettings>): Verdict {
  const secret = connection.settings.webhookSecret;
  if (secret === null) return { authentic: false, reason: 'no webhook secret is configured' };
  const given = [request.headers[SECRET_HEADER], request.query.token].filter((one) => one !== undefined && one !== '');
  if (given.length === 0) {
    return {
      authentic: false,
      reason: 'no secret given',
      advice: `Give the secret as ?token= in the address or in the header ${SECRET_HEADER}.`,
    };
  }
  const fits = given.map((one) => sameText(one ?? '', secret));
  return fits.includes(true) ? { authentic: true } : { authentic: false, reason: 'wrong secret' };
}

function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Decodes a webhook: Odoo's automation for `stock.quant`, `stock.move` and `product.product`, or the plain
 * `{sku, quantity, warehouse?}`. Relations are bare ids there, and quantities belong to one write, so they
 * are never used as the stock.
 * @throws InvalidInputError naming each field at fault
 */
export function decode(rawBody: Buffer): WebhookIntent {
  const body = parseJson(rawBody.toString('utf8'));
  if (!isObject(body)) throw new InvalidInputError([{ field: 'body', expected: 'a JSON object' }]);
  switch (body._model) {
    case undefined:
      return plainIntent(body);
    case 'stock.quant':
      return { kind: 'erpStock', productRef: productRef(body.product_id, 'product_id'), ...reported(body.quantity) };
    case 'stock.move':
      return { kind: 'erpStock', productRef: productRef(body.product_id, 'product_id') };
    case 'product.product':
      return {
        kind: 'erpStock',
        productRef: productRef(body.id ?? body._id, 'id'),
        ...skuOf(body.default_code),
        ...reported(body.qty_available),
      };
    default:
      throw new InvalidInputError([{ field: '_model', expected: 'stock.quant, stock.move or product.product' }]);
  }
}

function plainIntent(body: Body): WebhookIntent {
  const stock = plainToInstance(PlainStockDto, body);
  const problems = validateSync(stock, { stopAtFirstError: true, forbidUnknownValues: true });
  if (problems.length > 0) {
    throw new InvalidInputError(
      problems.map((problem) => ({
        field: problem.property,
        expected: Object.values(problem.constraints ?? {})[0] ?? 'another form',
      })),
    );
  }
  return { kind: 'erpStock', sku: normalizeSku(stock.sku), ...reported(stock.quantity) };
}

function productRef(id: unknown, field: string): string {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return String(id);
  throw new InvalidInputError([
    { field, expected: 'the number of a product: add it to the fields that the webhook sends' },
  ]);
}

/** Fractions and negatives are possible in Odoo; any other type is left out. */
function reported(quantity: unknown): { readonly reported?: number } {
  return typeof quantity === 'number' && Number.isFinite(quantity) ? { reported: quantity } : {};
}

/** A SKU that the ledger cannot store is left out: the product is looked up by its id. */
function skuOf(code: unknown): { readonly sku?: string } {
  const isOurs = isString(code) && normalizeSku(code) === code;
  return isOurs && validateSync(plainToInstance(PlainStockDto, { sku: code })).length === 0 ? { sku: code } : {};
}
