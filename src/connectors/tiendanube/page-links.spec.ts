import { pageInfo } from './page-links.js';

const base = 'https://api.tiendanube.com/2025-03/1/products';

describe('the headers of a list', () => {
  it('state the next page, the last page, and the total', () => {
    const link = `<${base}?page=2&per_page=200>; rel="next", <${base}?per_page=200&page=7>; rel="last", <${base}?page=1>; rel="first"`;
    expect(pageInfo({ link, 'x-total-count': '1234' })).toEqual({ next: 'page=2&per_page=200', last: 7, total: 1_234 });
  });

  it('yield the query alone, so that no other server can receive the token', () => {
    expect(pageInfo({ link: '<https://elsewhere.example.com/x?page=2>; rel=next' })).toEqual({
      next: 'page=2',
      last: null,
      total: null,
    });
  });

  it.each([[{}], [{ link: '' }], [{ link: 'nonsense' }], [{ link: `<${base}>; rel="next"` }]])(
    'may be empty: %j',
    (headers) => {
      expect(pageInfo(headers as Record<string, string>)).toEqual({ next: null, last: null, total: null });
    },
  );
});
