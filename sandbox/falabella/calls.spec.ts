import { startSandbox, type Sandbox } from '../server.js';
import {
  control,
  falabella,
  falabellaBody,
  falabellaError,
  parseXmlAnswer,
  pushStock,
  stockXml,
} from '../testing/clients.js';

describe('a call of the simulated Seller Center', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  it('is accepted when its signature is right, also with a space and an accent in a parameter', async () => {
    const skus = ['CAFÉ GRANO 250', "SILLÓN (AZUL) 3/4*'!"];
    const body = await falabellaBody<{ Products: { Product: { SellerSku: string }[] } }>(sandbox, 'GetProducts', {
      parameters: { SkuSellerList: JSON.stringify(skus) },
    });
    expect(body.Products.Product.map((product) => product.SellerSku)).toEqual(skus);
  });

  it.each<[string, Parameters<typeof falabellaError>[2], string]>([
    ['no signature', { tamper: { Signature: '' } }, '1'],
    ['no user', { tamper: { UserID: '' } }, '1'],
    ['another key', { apiKey: 'wrong' }, '7'],
    ['another user', { parameters: { UserID: 'someone@example.com' } }, '7'],
    ['a parameter changed after signing', { tamper: { Limit: '7' } }, '7'],
    ['a timestamp that has expired', { parameters: { Timestamp: '2015-07-01T11:11:11+00:00' } }, '3'],
    ['a timestamp from the future', { parameters: { Timestamp: '2035-07-01T11:11:11+00:00' } }, '3'],
    ['a timestamp without a zone', { parameters: { Timestamp: '2026-07-01 11:11:11' } }, '4'],
    ['a negative offset', { parameters: { Offset: '-1' } }, '14'],
    ['a limit of nothing', { parameters: { Limit: '0' } }, '19'],
  ])('with %s is answered with HTTP 200 and its error', async (_what, call, code) => {
    const answer = await falabella<{ ErrorResponse: { Head: Record<string, string> } }>(sandbox, 'GetProducts', call);
    expect(answer.status).toBe(200);
    expect(answer.body.ErrorResponse.Head).toMatchObject({
      ErrorType: 'Sender',
      ErrorCode: code,
      RequestAction: 'GetProducts',
    });
    expect(answer.body.ErrorResponse.Head.ErrorMessage).toMatch(new RegExp(`^E${code.padStart(3, '0')}: `));
  });

  it.each([
    ['Nothing', {}, '8'],
    ['FeedStatus', {}, '1'],
    ['FeedStatus', { FeedID: 'x' }, '12'],
    ['GetOrders', {}, '18'],
    ['GetOrders', { CreatedAfter: 'yesterday' }, '17'],
    ['GetOrders', { CreatedAfter: '2026-01-01', Status: 'cancelled' }, '36'],
    ['GetOrders', { CreatedAfter: '2026-01-01', SortBy: 'price' }, '75'],
    ['GetOrders', { CreatedAfter: '2026-01-01', SortDirection: 'up' }, '74'],
    ['GetOrder', { OrderId: 'FAL-1' }, '16'],
    ['GetMultipleOrderItems', { OrderIdList: '1,2' }, '56'],
    ['GetMultipleOrderItems', { OrderIdList: '[a]' }, '37'],
    ['GetMultipleOrderItems', { OrderIdList: '[1]' }, '39'],
    ['FeedOffsetList', { PageSize: 'x' }, '15'],
    ['FeedOffsetList', { Status: 'Broken' }, '13'],
    ['GetStock', { SellerSkuList: '["NOPE"]' }, '1001'],
  ])('of %s with %j is refused with error %s', async (action, parameters, code) => {
    expect(await falabellaError(sandbox, action, { parameters })).toBe(code);
  });

  it('of a role without the right is refused with error 9', async () => {
    sandbox.settings.falabella.role = 'orders';
    expect(await falabellaError(sandbox, 'GetProducts')).toBe('9');
    sandbox.settings.falabella.role = 'products';
    expect(await falabellaError(sandbox, 'GetOrders', { parameters: { CreatedAfter: '2026-01-01' } })).toBe('9');
  });

  it('follows a new key as soon as it is set', async () => {
    await control(sandbox, 'PUT', '/settings', { falabella: { apiKey: 'the new one' } });
    expect(await falabellaError(sandbox, 'GetProducts')).toBe('7');
    expect(await falabellaError(sandbox, 'GetProducts', { apiKey: 'the new one' })).toBeNull();
  });

  it('of GetBrands is answered even with a bad key', async () => {
    expect(await falabellaError(sandbox, 'GetBrands', { apiKey: 'wrong' })).toBeNull();
  });

  it('signed over form encoding does not match', async () => {
    const { body } = await falabella<string>(sandbox, 'GetProducts', {
      parameters: { Format: 'XML', Search: 'a b' },
      tamper: { Search: 'a+b' },
    });
    expect(body).toContain('<ErrorCode>7</ErrorCode>');
  });

  it('shows a list of one as the item itself in JSON, and numbers as text', async () => {
    const one = await falabellaBody<{ Products: { Product: unknown } }>(sandbox, 'GetProducts', {
      parameters: { Limit: '1' },
    });
    expect(one.Products.Product).toMatchObject({
      SellerSku: 'PROD-001',
      Quantity: '107',
      BusinessUnits: { BusinessUnit: { OperatorCode: 'facl', Stock: '107' } },
    });
    const none = await falabellaBody<{ Products: unknown }>(sandbox, 'GetProducts', {
      parameters: { SkuSellerList: '["NOPE"]' },
    });
    expect(none.Products).toBe('');
  });

  it('is answered in XML unless it asks for JSON, and by some actions even then', async () => {
    const asXml = await falabella<string>(sandbox, 'GetProducts', { parameters: { Format: 'XML', Limit: '2' } });
    expect(asXml.type).toContain('xml');
    expect(parseXmlAnswer(asXml.body)).toMatchObject({
      SuccessResponse: {
        Head: { RequestAction: 'GetProducts', ResponseType: 'Products' },
        Body: { Products: { Product: [{ SellerSku: 'PROD-001' }, { SellerSku: 'PROD-002' }] } },
      },
    });
    sandbox.settings.falabella.xmlOnlyActions = ['GetProducts'];
    expect((await falabella(sandbox, 'GetProducts')).type).toContain('xml');
  });

  it('beyond the general read limit is answered with 429', async () => {
    sandbox.settings.falabella.readsPerMinute = 2;
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await falabella(sandbox, 'GetProducts')).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('is recorded without its signature', async () => {
    await pushStock(sandbox, [{ sku: 'PROD-001', quantity: 1 }]);
    const { body } = await control<{
      items: { name: string; query: string; body: string }[];
      counts: Record<string, number>;
    }>(sandbox, 'GET', '/calls?path=UpdateStock');
    expect(body.items).toMatchObject([
      {
        name: 'UpdateStock',
        query: expect.stringContaining('Signature=***') as string,
        body: stockXml([{ sku: 'PROD-001', quantity: 1 }]),
      },
    ]);
    expect(body.counts.UpdateStock).toBe(1);
  });
});
