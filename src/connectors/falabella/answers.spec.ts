import { feedIdOf, feedOf, feedsOf, productsOf, rawInputOf, stockPageOf, warehousesOf } from './answers.js';
import { openEnvelope } from './envelope.js';

const open = (head: string, body: string) =>
  openEnvelope('X', {
    status: 200,
    text: `<SuccessResponse><Head>${head}</Head><Body>${body}</Body></SuccessResponse>`,
  });

describe('the feed of an accepted write', () => {
  it('is found in the body and in the head', async () => {
    expect(feedIdOf(await open('<RequestId/>', '<Stocks><feed>f-1</feed></Stocks>'))).toBe('f-1');
    expect(feedIdOf(await open('<RequestId>f-2</RequestId>', ''))).toBe('f-2');
    expect(feedIdOf(await open('<RequestId>r</RequestId>', '<Stocks><feed>f-1</feed></Stocks>'))).toBe('f-1');
    expect(feedIdOf(await open('<RequestId/>', ''))).toBeNull();
  });
});

describe('a feed', () => {
  it('is read with one error as with many, and with none', async () => {
    const detail = async (errors: string) =>
      feedOf(
        await open(
          '',
          `<FeedDetail><Feed><![CDATA[f]]></Feed><Status>Finished</Status><TotalRecords>2</TotalRecords><FailedRecords>1</FailedRecords>${errors}</FeedDetail>`,
        ),
      );
    const one = '<Error><Code>0</Code><Message>no</Message><SellerSku> A </SellerSku></Error>';
    expect(await detail(`<FeedErrors>${one}</FeedErrors>`)).toMatchObject({
      feedId: 'f',
      state: 'finished',
      total: 2,
      failed: 1,
      errors: [{ code: '0', message: 'no', sku: ' A ' }],
    });
    expect((await detail(`<FeedErrors>${one}${one}</FeedErrors>`))?.errors).toHaveLength(2);
    expect((await detail('<FeedErrors/>'))?.errors).toEqual([]);
    expect(
      (await detail('<FeedErrors><Error><Code>0</Code><Message>no</Message></Error></FeedErrors>'))?.errors,
    ).toEqual([{ code: '0', message: 'no', sku: null }]);
  });

  it('is missing from an answer without it', async () => {
    expect(feedOf(await open('', ''))).toBeNull();
    expect(feedOf(await open('', '<FeedDetail/>'))).toBeNull();
  });

  it('is read from a list, also when its failures are a file', async () => {
    const feeds = feedsOf(
      await open(
        '',
        '<Feed><Feed>a</Feed><Status>Processing</Status><FailedRecords>0</FailedRecords></Feed><Feed><Feed>b</Feed><Status>Strange</Status><FailedRecords><MimeType>text/csv</MimeType><File>IkVy</File></FailedRecords></Feed>',
      ),
    );
    expect(feeds).toMatchObject([
      { feedId: 'a', state: 'processing', failed: 0 },
      { feedId: 'b', state: 'unknown', stateText: 'Strange', failed: null },
    ]);
  });
});

describe('a product', () => {
  const product = async (fields: string) =>
    productsOf(await open('', `<Products><Product><SellerSku>007</SellerSku>${fields}</Product></Products>`))
      .products[0];
  const unit = (fields: string) => `<BusinessUnits><BusinessUnit>${fields}</BusinessUnit></BusinessUnits>`;

  it.each([
    ['the stock of its business unit', unit('<Stock>12</Stock>'), 12],
    ['what is available in the older form', '<Quantity>99</Quantity><Available>90</Available>', 90],
    ['the quantity in the oldest form', '<Quantity>99</Quantity>', 99],
    ['nothing below zero', '<Available>-3</Available>', 0],
    ['no quantity where none is given', '<Quantity/>', null],
    ['no quantity where it is no number', unit('<Stock>many</Stock>'), null],
    [
      'no quantity where units differ',
      '<BusinessUnits><BusinessUnit><Stock>1</Stock></BusinessUnit><BusinessUnit><Stock>2</Stock></BusinessUnit></BusinessUnits>',
      null,
    ],
  ])('shows %s', async (_what, fields, quantity) => {
    expect(await product(fields)).toMatchObject({ sellerSku: '007', quantity, fulfilledByFalabella: false });
  });

  it('is fulfilled by Falabella only when the seller has no stock of it at all', async () => {
    expect(await product('<FulfillmentBySellable>4</FulfillmentBySellable>')).toMatchObject({
      fulfilledByFalabella: true,
    });
    expect(await product('<Quantity>0</Quantity><FulfillmentBySellable>4</FulfillmentBySellable>')).toMatchObject({
      fulfilledByFalabella: false,
    });
  });

  it('without a SKU is left out but counted, so that the next page begins in the right place', async () => {
    const page = productsOf(
      await open(
        '<TotalCount>7</TotalCount>',
        '<Products><Product><SellerSku/></Product><Product><SellerSku>A</SellerSku></Product></Products>',
      ),
    );
    expect(page).toMatchObject({ received: 2, total: 7, products: [{ sellerSku: 'A' }] });
  });
});

describe("Falabella's stock", () => {
  it('is read per warehouse, in every spelling of the facility', async () => {
    const warehouse = (facility: string) =>
      `<Warehouse><SellerSku>A</SellerSku><Quantity>2</Quantity>${facility}</Warehouse>`;
    const stock = stockPageOf(
      await open(
        '',
        `<Stocks><SellerWarehouses>${warehouse('<FacilityID>1</FacilityID>')}${warehouse('<FacilityId>2</FacilityId>')}</SellerWarehouses><FulfillmentWarehouses>${warehouse('<GSCFacilityId>3</GSCFacilityId>')}</FulfillmentWarehouses></Stocks>`,
      ),
    );
    expect(stock.skus).toBe(1);
    expect(stock.lines.map(({ facilityId, fulfilledByFalabella }) => [facilityId, fulfilledByFalabella])).toEqual([
      ['1', false],
      ['2', false],
      ['3', true],
    ]);
  });
});

describe("the account's warehouses", () => {
  it("are read in either spelling, with Falabella's own kept apart", async () => {
    const warehouses = warehousesOf(
      await open(
        '',
        `<Warehouses><Warehouse><name>Uno</name><sellerWarehouseId/><facilityId>GSC-1</facilityId><isFbf>false</isFbf><isDefault>true</isDefault></Warehouse>
         <Warehouse><Name>Dos</Name><SellerWarehouseId>B2</SellerWarehouseId><FacilityID>F</FacilityID><Type>Fulfillment</Type></Warehouse></Warehouses>`,
      ),
    );
    expect(warehouses).toEqual([
      { name: 'Uno', sellerWarehouseId: '', facilityId: 'GSC-1', isDefault: true, fulfilledByFalabella: false },
      { name: 'Dos', sellerWarehouseId: 'B2', facilityId: 'F', isDefault: false, fulfilledByFalabella: true },
    ]);
  });
});

describe('the request behind a feed', () => {
  const raw = (document: string) =>
    open(
      '',
      `<FeedRawInput><Feed>f</Feed><RawInputFile><MimeType>text/xml</MimeType><File>${Buffer.from(document).toString('base64').replace(/.{20}/g, '$&\n')}</File></RawInputFile></FeedRawInput>`,
    );

  it('is read with its SKUs, quantities and warehouses', async () => {
    const document =
      '<Request><Warehouse><Stock><SellerSku>CAFÉ 250</SellerSku><Quantity>3</Quantity></Stock><Stock><SellerSku>B</SellerSku><Quantity>0</Quantity><GSCFacilityId>G1</GSCFacilityId></Stock></Warehouse></Request>';
    expect((await rawInputOf(await raw(document), 'f'))?.stock).toEqual([
      { sku: 'CAFÉ 250', quantity: 3, location: '' },
      { sku: 'B', quantity: 0, location: 'G1' },
    ]);
  });

  it('is null when it belongs to another feed or to products, or is not shown', async () => {
    expect(
      await rawInputOf(
        await raw('<Request><Warehouse><Stock><SellerSku>B</SellerSku></Stock></Warehouse></Request>'),
        'g',
      ),
    ).toBeNull();
    expect(
      await rawInputOf(await raw('<Request><Product><SellerSku>B</SellerSku></Product></Request>'), 'f'),
    ).toBeNull();
    expect(await rawInputOf(await open('', ''), 'f')).toBeNull();
    expect(await rawInputOf(await raw('no document'), 'f')).toBeNull();
  });
});
