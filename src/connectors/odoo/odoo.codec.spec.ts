import { InvalidInputError } from '../../common/errors.js';
import { type OdooSettings } from './settings.js';
import { DEFAULT_SELLING, type Connection } from '../contract.js';
import { decode, verify } from './odoo.codec.js';

const connection = (webhookSecret: string | null): Connection<OdooSettings> => ({
  id: 'odoo-1',
  connector: 'odoo',
  publishing: 'live',
  installation: 'shop',
  selling: DEFAULT_SELLING,
  warehouses: [],
  settings: {
    url: 'http://127.0.0.1',
    db: 'odoo',
    username: null,
    password: null,
    apiKey: 'key',
    webhookSecret,
    warehouse: null,
    timeoutMs: 1_000,
  },
});

const request = (given: { token?: string; header?: string }) => ({
  topic: 'stock-change',
  rawBody: Buffer.from('{}'),
  headers: { 'x-odoo-webhook-secret': given.header },
  query: { token: given.token },
});

describe('the sender of a webhook', () => {
  it.each([{ token: 's3cr3t' }, { header: 's3cr3t' }, { token: 'wrong', header: 's3cr3t' }])(
    'is accepted with the secret: %j',
    (given) => {
      expect(verify(request(given), connection('s3cr3t'))).toEqual({ authentic: true });
    },
  );

  it.each([{ token: 's3cr3T' }, { token: 's3cr3t ' }, { header: 's3cr3ts3cr3t' }, { token: '' }, {}])(
    'is refused without it: %j',
    (given) => {
      const verdict = verify(request(given), connection('s3cr3t'));
      expect(verdict).toMatchObject({ authentic: false });
      expect(JSON.stringify(verdict)).not.toContain('s3cr3t');
    },
  );

  it('is refused when no secret is configured, whatever it sends', () => {
    expect(verify(request({ token: 'null' }), connection(null))).toMatchObject({ authentic: false });
    expect(verify(request({}), connection(null))).toMatchObject({ authentic: false });
  });
});

const intent = (body: unknown) => decode(Buffer.from(JSON.stringify(body)));

/** Bodies as a real Odoo 19 sent them. */
const QUANT =
  '{"_action": "stock changed(#303)", "_id": 1, "_model": "stock.quant", "company_id": 1, "id": 1, "location_id": 5, "lot_id": false, "product_id": 7, "quantity": 50.0, "reserved_quantity": 0.0, "warehouse_id": 1, "write_date": "2026-11-21 19:33:10.126196"}';
const MOVE =
  '{"_action": "goods moved(#304)", "_id": 36, "_model": "stock.move", "date": "2026-11-21 19:33:10", "id": 36, "is_inventory": true, "location_dest_id": 5, "location_id": 11, "origin": false, "picking_id": false, "product_id": 7, "product_uom_qty": 16.0, "quantity": 16.0, "reference": "HK1", "state": "done"}';
const PRODUCT =
  '{"_action": "product changed(#305)", "_id": 3, "_model": "product.product", "active": true, "barcode": false, "default_code": "MUG-GREEN", "free_qty": 0.0, "id": 3, "is_storable": true, "name": "Green mug", "qty_available": 0.0}';

describe("the body of Odoo's own webhook", () => {
  it('of a quant names the product, with the quantity for comparison only', () => {
    expect(decode(Buffer.from(QUANT))).toEqual({ kind: 'erpStock', productRef: '7', reported: 50 });
  });

  it('of a move names the product; its quantity is not a stock', () => {
    expect(decode(Buffer.from(MOVE))).toEqual({ kind: 'erpStock', productRef: '7' });
  });

  it('of a product names it by id and SKU', () => {
    expect(decode(Buffer.from(PRODUCT))).toEqual({ kind: 'erpStock', productRef: '3', sku: 'MUG-GREEN', reported: 0 });
  });

  it('may contain fractions, negatives and empty values', () => {
    expect(intent({ _model: 'stock.quant', product_id: 7, quantity: -1.5 })).toMatchObject({ reported: -1.5 });
    expect(intent({ _model: 'stock.quant', product_id: 7, quantity: false })).toEqual({
      kind: 'erpStock',
      productRef: '7',
    });
    expect(intent({ _model: 'product.product', _id: 3, default_code: false })).toEqual({
      kind: 'erpStock',
      productRef: '3',
    });
    expect(intent({ _model: 'product.product', _id: 3, default_code: 'a\u0000b' })).toEqual({
      kind: 'erpStock',
      productRef: '3',
    });
  });
});

it('the plain form names the product by its SKU', () => {
  expect(intent({ sku: 'PROD-001', quantity: 12 })).toEqual({ kind: 'erpStock', sku: 'PROD-001', reported: 12 });
  expect(intent({ sku: 'Ñandú 1', quantity: 0, warehouse: 'WH' })).toEqual({
    kind: 'erpStock',
    sku: 'Ñandú 1',
    reported: 0,
  });
});

it.each([-1, 1.5, 1e300])('keeps the hint of a plain form whose quantity is %p', (quantity) => {
  expect(intent({ sku: 'a', quantity })).toEqual({ kind: 'erpStock', sku: 'a', reported: quantity });
});

it.each([null, '1', [], {}, undefined])(
  'keeps the hint of a plain form whose quantity is no number: %p',
  (quantity) => {
    expect(intent({ sku: 'a', quantity, warehouse: quantity })).toEqual({ kind: 'erpStock', sku: 'a' });
  },
);

describe('a malformed body names the fields at fault', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a list', [], ['body']],
    ['nothing in it', {}, ['sku']],
    ['an empty SKU', { sku: '', quantity: 1 }, ['sku']],
    ['a SKU that is too long', { sku: 'x'.repeat(101), quantity: 1 }, ['sku']],
    ['a SKU with a control character', { sku: 'a\nb', quantity: 1 }, ['sku']],
    ['a SKU that is a number', { sku: 5, quantity: 1 }, ['sku']],
    ['another model', { _model: 'res.partner', id: 1 }, ['_model']],
    ['a quant without its product', { _model: 'stock.quant', id: 1 }, ['product_id']],
    ['a move of product zero', { _model: 'stock.move', product_id: 0 }, ['product_id']],
    ['a product without a number', { _model: 'product.product' }, ['id']],
  ])('%s', (_what, body, fields) => {
    let thrown: unknown;
    try {
      intent(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect((thrown as InvalidInputError).fields.map((problem) => problem.field)).toEqual(fields);
  });

  it('text that is not JSON', () => {
    expect(() => decode(Buffer.from('{"sku":'))).toThrow(InvalidInputError);
    expect(() => decode(Buffer.alloc(0))).toThrow(InvalidInputError);
  });
});
