import fc from 'fast-check';
import { fromCursor, isIdPlace, isTimePlace, toCursor } from './cursor.js';
import { InvalidInputError } from './errors.js';

describe('a cursor', () => {
  it('decodes to the position that it was made of, whatever the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.date({ noInvalidDate: true }), (id, date) => {
        const place = { at: date.getTime(), id };
        expect(fromCursor(toCursor(place), isTimePlace)).toEqual(place);
        expect(fromCursor(toCursor(id), isIdPlace)).toBe(id);
      }),
    );
  });

  it.each([
    '',
    'abc',
    'e30',
    toCursor({ at: 'now', id: 'a' }),
    toCursor({ at: 1e300, id: 'a' }),
    toCursor({ at: 1 }),
    toCursor(null),
  ])('that was made elsewhere is refused by name: %j', (cursor) => {
    expect(() => fromCursor(cursor, isTimePlace)).toThrow(InvalidInputError);
  });
});
