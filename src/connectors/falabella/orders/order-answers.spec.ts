import { MAX_LIST_BYTES } from '../../../common/http/outbound.service.js';
import { openEnvelope } from '../envelope.js';
import { itemsOf, ordersOf } from './order-answers.js';

const open = (head: string, body: string) =>
  openEnvelope('X', {
    status: 200,
    text: `<SuccessResponse><Head>${head}</Head><Body>${body}</Body></SuccessResponse>`,
  });
const openJson = (Body: unknown) =>
  openEnvelope('X', { status: 200, text: JSON.stringify({ SuccessResponse: { Head: { TotalCount: '9' }, Body } }) });

/** The fields of an item that Falabella's documentation shows, as short as they may be. */
const ITEM_FIELDS =
  'OrderItemId ShopId OrderId Name Sku Variation ShopSku ShippingType ItemPrice PaidPrice Currency WalletCredits TaxAmount ShippingAmount ShippingServiceCost VoucherAmount VoucherCode Status IsProcessable ShipmentProvider IsDigital DigitalDeliveryInfo TrackingCode TrackingCodePre Reason ReasonDetail PurchaseOrderId PurchaseOrderNumber PackageId PromisedShippingTime ExtraAttributes ShippingProviderType CreatedAt UpdatedAt ReturnStatus Vouchers SalesType ImeiCode InvoiceRequired'.split(
    ' ',
  );

describe('the items of one order', () => {
  it('are read also where it has thousands of units: each is an item', async () => {
    const item = `<OrderItem>${ITEM_FIELDS.map((name) => `<${name}>1</${name}>`).join('')}</OrderItem>`;
    const body = `<OrderItems>${item.repeat(3_000)}</OrderItems>`;
    const text = `<SuccessResponse><Head></Head><Body>${body}</Body></SuccessResponse>`;
    const items = itemsOf(await openEnvelope('GetOrderItems', { status: 200, text }, MAX_LIST_BYTES));
    expect(items).toHaveLength(3_000);
  });
});

describe('a list of orders', () => {
  it('is parsed as documented, without the buyer', async () => {
    const page = ordersOf(
      await open(
        '<TotalCount>\n 2\n </TotalCount>',
        `<Orders><Order>
          <OrderId>\n 1104089001\n </OrderId><CustomerFirstName>Ana</CustomerFirstName><OrderNumber>\n 2771009001 </OrderNumber>
          <CreatedAt>2025-04-03 12:00:00</CreatedAt><UpdatedAt>\n 2025-04-03 14:00:00\n </UpdatedAt><ItemsCount> 1 </ItemsCount>
          <AddressBilling><CustomerEmail>ana@example.com</CustomerEmail></AddressBilling>
          <Statuses><Status>pending</Status><Status>shipped</Status></Statuses>
          <Warehouse><SellerWarehouseId>B1</SellerWarehouseId><FacilityId>GSC-1</FacilityId></Warehouse>
        </Order></Orders>`,
      ),
    );
    expect(page).toEqual({
      received: 1,
      total: 2,
      orders: [
        {
          orderId: '1104089001',
          number: '2771009001',
          statuses: ['pending', 'shipped'],
          updatedAt: Date.parse('2025-04-04T02:00:00Z'),
          placedAt: Date.UTC(2025, 3, 3, 17),
          itemsCount: 1,
          warehouse: { facility: 'GSC-1', seller: 'B1' },
        },
      ],
    });
  });

  it.each([
    ['one status', { Statuses: { Status: 'pending' } }],
    ['a list of one', { Statuses: [{ Status: 'pending' }] }],
    ['plain texts', { Statuses: ['pending'] }],
    ['no list at all', { Status: 'pending' }],
  ])('gives its statuses in JSON as %s', async (_what, statuses) => {
    const { orders, total } = ordersOf(
      await openJson({ Orders: { Order: { OrderId: 7, OrderNumber: 8, ...statuses } } }),
    );
    expect(orders).toMatchObject([{ orderId: '7', number: '8', statuses: ['pending'], updatedAt: null }]);
    expect(total).toBe(9);
  });

  it('may be empty, and skips orders without an id', async () => {
    expect(ordersOf(await openJson({ Orders: '' }))).toMatchObject({ orders: [], received: 0 });
    expect(ordersOf(await openJson({ Orders: { Order: [{ OrderNumber: 8 }, { OrderId: 7 }] } }))).toMatchObject({
      orders: [{ orderId: '7', number: '7' }],
      received: 2,
    });
  });
});

describe('the items of an order', () => {
  it('are parsed one by one, the SKU without white space around it', async () => {
    expect(
      itemsOf(
        await open(
          '',
          '<OrderItems><OrderItem><OrderItemId>1</OrderItemId><Sku>\n   CAFÉ 250\n </Sku></OrderItem></OrderItems>',
        ),
      ),
    ).toEqual([{ itemId: '1', sku: 'CAFÉ 250', status: '', shippingType: '' }]);
    const item = { OrderItemId: 1, Sku: ' 007 ', Status: 'pending', ShippingType: 'Dropshipping' };
    expect(itemsOf(await openJson({ OrderItems: { OrderItem: [item, item] } }))).toHaveLength(2);
    expect(itemsOf(await openJson({ OrderItems: { OrderItem: item } }))).toMatchObject([
      { sku: ' 007 ', status: 'pending' },
    ]);
    expect(itemsOf(await openJson({ OrderItems: '' }))).toEqual([]);
  });
});
