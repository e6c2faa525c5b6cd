import { parseQuery, sign, signatureMatches, stringToSign } from './signature.js';

const key = 'b1bdb357ced10fe4e9a69840cdd4f0e9c03d77fe';
const sample = new Map([
  ['UserID', 'look@me.com'],
  ['Version', '1.0'],
  ['Action', 'FeedList'],
  ['Format', 'XML'],
  ['Timestamp', '2015-07-01T11:11:11+00:00'],
]);

describe('the signature of a Seller Center call', () => {
  it('agrees with the sample of the documentation', () => {
    expect(stringToSign(sample)).toBe(
      'Action=FeedList&Format=XML&Timestamp=2015-07-01T11%3A11%3A11%2B00%3A00&UserID=look%40me.com&Version=1.0',
    );
    expect(sign(sample, key)).toBe('3ceb8ed91049dfc718b0d2d176fb2ed0e5fd74f76c5971f34cdab48412476041');
  });

  it('leaves out the signature itself and accepts it back', () => {
    const signed = new Map([...sample, ['Signature', sign(sample, key)]]);
    expect(signatureMatches(signed, key)).toBe(true);
    expect(signatureMatches(signed, `${key}0`)).toBe(false);
    expect(signatureMatches(sample, key)).toBe(false);
  });

  it('escapes the characters that encodeURIComponent leaves', () => {
    expect(stringToSign(new Map([['Search', "a!'()*~ñ b"]]))).toBe('Search=a%21%27%28%29%2A~%C3%B1%20b');
  });

  it('sorts names by code unit, upper case first', () => {
    expect(
      stringToSign(
        new Map([
          ['limit', '1'],
          ['Version', '1'],
          ['Action', 'A'],
          ['offset', '2'],
        ]),
      ),
    ).toBe('Action=A&Version=1&limit=1&offset=2');
  });

  it('does not match when a space was signed as a plus', () => {
    const formEncoded = 'Action=GetProducts&Search=a+b';
    const parameters = parseQuery(formEncoded);
    expect(parameters.get('Search')).toBe('a b');
    expect(stringToSign(parameters)).toBe('Action=GetProducts&Search=a%20b');
    expect(stringToSign(parameters)).not.toBe(formEncoded);
  });
});
