import fc from 'fast-check';
import { InvalidInputError } from '../../common/errors.js';
import { timeOrderedId } from '../../common/ids.js';
import { fromCursor, toCursor } from './log-cursor.js';

describe('a cursor', () => {
  it('decodes to its id', () => {
    const id = timeOrderedId();
    expect(fromCursor(toCursor(id))).toBe(id);
  });

  it('is refused when it was made elsewhere', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map(toCursor)), (text) => {
        expect(() => fromCursor(text)).toThrow(InvalidInputError);
      }),
    );
  });
});
