import { formatText, parametersOf } from './format.js';

describe('a text with values', () => {
  it('has each value where its name stands', () => {
    expect(formatText('{sku} in {warehouse}: {sku}', { sku: 'A', warehouse: 'main' }, 'en')).toBe('A in main: A');
  });

  it.each([
    ['en', 1, '1 unit'],
    ['en', 0, '0 units'],
    ['pt', 0, '0 unit'],
    ['es', 2, '2 units'],
  ] as const)('follows the number as %s does: %i', (language, count, expected) => {
    expect(formatText('{count, plural, one {# unit} other {# units}}', { count }, language)).toBe(expected);
  });

  it('shows the name of a value that is missing, and reads nothing that the object inherits', () => {
    expect(formatText('{sku} {constructor}', {}, 'en')).toBe('{sku} {constructor}');
  });

  it('puts values in as they are, whatever they look like', () => {
    expect(formatText('{a}', { a: '{b} $& $1' }, 'en')).toBe('{b} $& $1');
  });

  it('names its values', () => {
    expect(parametersOf('{b}, {count, plural, one {#} other {#}} and {a}, {b}')).toEqual(['a', 'b', 'count']);
  });
});
