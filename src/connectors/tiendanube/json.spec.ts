import { idOf, timeOf, wholeOf } from './json.js';

describe('parsing what Tiendanube writes in several ways', () => {
  it('accepts ids as numbers and as texts', () => {
    expect([17, '17', ' 17 ', 5_000_000_001, '01FHZXHK8PTP9FVK99Z66GXASX'].map(idOf)).toEqual([
      '17',
      '17',
      '17',
      '5000000001',
      '01FHZXHK8PTP9FVK99Z66GXASX',
    ]);
    expect([null, {}, '', 1.5, -1, 'a b', '$gt', 2 ** 60].map(idOf)).toEqual(Array.from({ length: 8 }, () => ''));
  });

  it('accepts whole numbers only', () => {
    expect([1, '1', '0', 0, '12.0', '-3'].map(wholeOf)).toEqual([1, 1, 0, 0, 12, -3]);
    expect(['', null, '1.5', 1.5, 'x', true, '1e3', Infinity].map(wholeOf)).toEqual(
      Array.from({ length: 8 }, () => null),
    );
  });

  it('accepts times with a zone without a colon', () => {
    const time = Date.parse('2022-11-15T19:36:59Z');
    expect(
      ['2022-11-15T19:36:59+0000', '2022-11-15T16:36:59-0300', '2022-11-15T16:36:59-03:00', '2022-11-15 19:36:59'].map(
        timeOf,
      ),
    ).toEqual([time, time, time, time]);
    expect([timeOf(null), timeOf('yesterday'), timeOf('2022-13-45T00:00:00+0000'), timeOf(5)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
