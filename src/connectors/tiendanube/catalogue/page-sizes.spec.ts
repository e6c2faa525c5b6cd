import { pageSizes, resized } from './page-sizes.js';

describe('a page of products that is too large', () => {
  it.each([
    ['page=1&per_page=200', [200, 50, 10, 1]],
    ['page=3&per_page=50', [50, 10, 1]],
    ['page=3&per_page=30', [30, 10, 1]],
    ['page=3&per_page=1', [1]],
    ['page=3', [200, 50, 10, 1]],
    ['page=3&per_page=0', [1]],
  ])('%s may have these sizes: %j', (query, sizes) => {
    expect(pageSizes(query)).toEqual(sizes);
  });

  it.each([
    ['page=1&per_page=200&fields=id', 50, 'page=1&per_page=50&fields=id'],
    ['page=3&per_page=200&fields=id', 50, 'page=9&per_page=50&fields=id'],
    ['page=9&per_page=50', 10, 'page=41&per_page=10'],
    ['page=41&per_page=10', 1, 'page=401&per_page=1'],
  ])('%s of %d begins at the same product: %s', (query, size, expected) => {
    expect(resized(query, size)).toBe(expected);
  });
});
