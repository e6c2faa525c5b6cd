import fc from 'fast-check';
import { canonicalQuery, encodeRfc3986, falabellaTimestamp, sign, signedQuery } from './signature.js';

/** The sample key that Falabella's documentation prints. */
const SAMPLE_KEY = 'b1bdb357ced10fe4e9a69840cdd4f0e9c03d77fe';

const anyParameters = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), {
  noNullPrototype: true,
});

describe('the signature of a call', () => {
  const sample = {
    UserID: 'look@me.com',
    Version: '1.0',
    Action: 'FeedList',
    Format: 'XML',
    Timestamp: '2015-07-01T11:11:11+00:00',
  };

  it("agrees with the documentation's own example", () => {
    expect(canonicalQuery(sample)).toBe(
      'Action=FeedList&Format=XML&Timestamp=2015-07-01T11%3A11%3A11%2B00%3A00&UserID=look%40me.com&Version=1.0',
    );
    expect(sign(sample, SAMPLE_KEY)).toBe('3ceb8ed91049dfc718b0d2d176fb2ed0e5fd74f76c5971f34cdab48412476041');
  });

  it('is at the end of the sent query', () => {
    expect(signedQuery(sample, SAMPLE_KEY)).toBe(`${canonicalQuery(sample)}&Signature=${sign(sample, SAMPLE_KEY)}`);
  });

  it('encodes spaces, accents and the five characters that encodeURIComponent leaves bare', () => {
    expect(encodeRfc3986('["Poleron azul","Sofá ñandú"]')).toBe(
      '%5B%22Poleron%20azul%22%2C%22Sof%C3%A1%20%C3%B1and%C3%BA%22%5D',
    );
    expect(encodeRfc3986("!'()*")).toBe('%21%27%28%29%2A');
    expect(encodeRfc3986('AZaz09-._~')).toBe('AZaz09-._~');
  });

  it('sorts names by code unit, upper case first, in any locale', () => {
    expect(canonicalQuery({ b: '1', a: '2', Z: '3', B: '4' })).toBe('B=4&Z=3&a=2&b=1');
  });

  it('does not depend on the order of parameters', () => {
    fc.assert(
      fc.property(anyParameters, (parameters) => {
        const reversed = Object.fromEntries(Object.entries(parameters).reverse());
        expect(sign(reversed, SAMPLE_KEY)).toBe(sign(parameters, SAMPLE_KEY));
      }),
    );
  });

  it('encodes any text so that it decodes to itself and holds unreserved characters only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = encodeRfc3986(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });

  it('survives the URL that carries it byte for byte', () => {
    fc.assert(
      fc.property(anyParameters, (parameters) => {
        const url = new URL('https://sellercenter.example/');
        url.search = signedQuery(parameters, SAMPLE_KEY);
        expect(url.search.slice(1)).toBe(signedQuery(parameters, SAMPLE_KEY));
        expect(url.search).not.toContain('+');
      }),
    );
  });
});

describe('the time of a call', () => {
  it('has whole seconds and an offset', () => {
    expect(falabellaTimestamp(new Date('2015-07-01T11:11:11.987Z'))).toBe('2015-07-01T11:11:11+00:00');
  });
});
