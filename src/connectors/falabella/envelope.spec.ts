import fc from 'fast-check';
import { openEnvelope } from './envelope.js';
import { FalabellaAnswerError, FalabellaApiError } from './errors.js';
import { at, exactText, many } from './tree.js';

const open = (text: string, status = 200) => openEnvelope('GetProducts', { status, text });
const success = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><SuccessResponse><Head/><Body>${body}</Body></SuccessResponse>`;
const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an answer of Seller Center', () => {
  it('keeps numbers as the text they are and resolves character references', async () => {
    const { body } = await open(
      success('<Sku>007</Sku><Name>Sof&#225; &amp; mesa &#x00F1;</Name><Raw><![CDATA[a<b&amp;c]]></Raw>'),
    );
    expect(exactText(at(body, 'Sku'))).toBe('007');
    expect(exactText(at(body, 'Name'))).toBe('Sofá & mesa ñ');
    expect(exactText(at(body, 'Raw'))).toBe('a<b&amp;c');
  });

  it('reads none, one and many of an element alike, in XML and in JSON', async () => {
    const skus = (body: unknown) =>
      many(at(body, 'Products', 'Product')).map((product) => exactText(at(product, 'SellerSku')));
    const one = '<Product><SellerSku>A</SellerSku></Product>';
    expect(skus((await open(success('<Products/>'))).body)).toEqual([]);
    expect(skus((await open(success('<Products>\n </Products>'))).body)).toEqual([]);
    expect(skus((await open(success(`<Products>${one}</Products>`))).body)).toEqual(['A']);
    expect(skus((await open(success(`<Products>${one}${one}</Products>`))).body)).toEqual(['A', 'A']);
    const json = async (products: unknown) =>
      (await open(JSON.stringify({ SuccessResponse: { Head: {}, Body: { Products: products } } }))).body;
    expect(skus(await json(''))).toEqual([]);
    expect(skus(await json({ Product: { SellerSku: 'A' } }))).toEqual(['A']);
    expect(skus(await json({ Product: [{ SellerSku: 'A' }, { SellerSku: 12 }] }))).toEqual(['A', '12']);
  });

  it.each([
    [
      'XML',
      '<ErrorResponse><Head><RequestAction>X</RequestAction><ErrorType>Sender</ErrorType><ErrorCode>7</ErrorCode><ErrorMessage>E007: Login failed. Signature mismatch</ErrorMessage></Head><Body/></ErrorResponse>',
    ],
    [
      'JSON',
      '{"ErrorResponse":{"Head":{"RequestAction":"X","ErrorType":"Sender","ErrorCode":7,"ErrorMessage":"E007: Login failed. Signature mismatch"},"Body":""}}',
    ],
    [
      'a message with the code in it alone',
      '{"ErrorResponse":{"Head":{"ErrorType":"Sender","ErrorMessage":"E007: Login failed. Signature mismatch"}}}',
    ],
  ])('is an error when it says so, whatever the HTTP status: %s', async (_form, text) => {
    for (const status of [200, 400, 500]) {
      const error = await thrown(open(text, status));
      expect(error).toBeInstanceOf(FalabellaApiError);
      expect(error).toMatchObject({
        code: 7,
        type: 'Sender',
        action: 'GetProducts',
        explanation: 'Login failed. Signature mismatch',
        httpStatus: status,
      });
    }
  });

  it.each([
    ['a page of a proxy', '<!DOCTYPE html><html><body>502</body></html>'],
    ['half a document', '<SuccessResponse><Head/><Body><Products>'],
    ['another document', '<html><body/></html>'],
    ['half an object', '{"SuccessResponse":{'],
    ['an object of something else', '{"ok":true}'],
    ['nothing', ''],
    ['a text', 'SuccessResponse'],
    [
      'entities that grow',
      '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><SuccessResponse><Head/><Body>&b;</Body></SuccessResponse>',
    ],
    [
      'a DOCTYPE behind a comment',
      '<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY a "1">]><SuccessResponse><Body>&a;</Body></SuccessResponse>',
    ],
    ['very many comments', `${'<!---->'.repeat(50_000)}<html/>`],
    ['very many comments before a DOCTYPE', `${'<!-- x --> '.repeat(50_000)}<!DOCTYPE a><SuccessResponse/>`],
    ['a comment without an end', `<!--${'<!-- -'.repeat(50_000)}`],
    ['a name that would reach the prototype', success('<__proto__><polluted>1</polluted></__proto__>')],
  ])('is refused when it is not from this API: %s', async (_what, text) => {
    expect(await thrown(open(text, 200))).toBeInstanceOf(FalabellaAnswerError);
  });

  it('is refused when its body reports success and its HTTP status does not', async () => {
    expect(await thrown(open(success('')))).toBeUndefined();
    expect(await thrown(open(success(''), 502))).toBeInstanceOf(FalabellaAnswerError);
  });

  it('leaves the prototype of all objects alone', async () => {
    const { body } = await open(
      '{"SuccessResponse":{"Body":{"__proto__":{"polluted":"1"},"constructor":{"prototype":{"polluted":"1"}}}}}',
    );
    expect(at({}, 'polluted')).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(at(body, 'toString')).toBeUndefined();
  });

  it('returns an envelope or one of its two errors for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => success(text)),
        ),
        async (text) => {
          const error = await thrown(open(text));
          expect(
            error === undefined || error instanceof FalabellaAnswerError || error instanceof FalabellaApiError,
          ).toBe(true);
        },
      ),
    );
  });

  it('keeps a message on one line, whole for the SKUs in it and short for people', async () => {
    const message = `E1001: Invalid\n\u0007Seller Sku List: ${'SKU-1, '.repeat(2000)}LAST`;
    const error = await thrown(
      open(JSON.stringify({ ErrorResponse: { Head: { ErrorCode: '1001', ErrorMessage: message } } })),
    );
    const { explanation, message: shown } = error as FalabellaApiError;
    expect(explanation).toMatch(/^Invalid Seller Sku List: SKU-1, .*, LAST$/);
    expect(shown.length).toBeLessThan(400);
  });
});
